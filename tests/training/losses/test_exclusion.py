"""The exclusion loss: the golden vector, its cap, and distances that cannot be."""

import pytest

torch = pytest.importorskip("torch")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from training.config import config_from  # noqa: E402
from training.losses.exclusion import exclusion  # noqa: E402
from training.tasks.recognition import exclusion_sum  # noqa: E402

pytestmark = pytest.mark.training


def test_the_golden_vector():
    layers = torch.eye(4)[None]
    assert exclusion(layers, distance=2).item() == pytest.approx(0.600978, abs=1e-6)


def test_it_enters_with_a_minus_and_the_square_of_the_temperature():
    layers = torch.eye(4)[None]
    source = {"name": "any", "path": "anywhere"}
    values = {"network": {"head": "ifa"}, "datasets": {"sources": [source]}}
    for temperature in (1.0, 2.0):
        wanted = {"weight": 0.01, "distance": 2, "temperature": temperature}
        config = config_from({**values, "task": {"name": "recognition"}, "exclusion": wanted})
        own = exclusion(layers, 2, temperature).item()
        expected = -0.01 * temperature**2 * own
        assert exclusion_sum(layers, config).item() == pytest.approx(expected)
        if temperature == 1.0:
            assert expected == pytest.approx(-0.00600978, abs=1e-8)


def test_equal_blocks_have_none_and_a_cap_bounds_each_picture():
    layers = torch.randn(3, 5, 8, generator=torch.Generator().manual_seed(0))
    assert exclusion(layers[:, :1].expand(3, 5, 8), 2).abs().max() < 1e-6
    free = exclusion(30 * layers, 1)
    assert (free > 10).all()
    assert exclusion(30 * layers, 1, cap=10.0).tolist() == [10, 10, 10]


def test_a_temperature_softens_it():
    layers = torch.randn(2, 4, 8, generator=torch.Generator().manual_seed(0))
    assert (exclusion(layers, 1, temperature=3) < exclusion(layers, 1)).all()


@pytest.mark.parametrize("distance", [0, 4, 9])
def test_blocks_that_are_not_so_far_apart_are_an_error(distance):
    with pytest.raises(AnitagError, match="4 blocks"):
        exclusion(torch.eye(4)[None], distance)
