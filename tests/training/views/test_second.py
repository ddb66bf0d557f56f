"""The second view: other pixels of the same picture, following from the generator alone."""

import pytest

torch = pytest.importorskip("torch")

from training.views import second  # noqa: E402
from training.views.second import second_view  # noqa: E402

pytestmark = pytest.mark.training


def view(images, seed):
    torch.manual_seed(seed)
    return second_view(images)


def test_it_follows_from_the_generator_and_keeps_the_shape():
    images = torch.rand(5, 3, 16, 16)
    first = view(images, 1)
    assert first.shape == images.shape
    assert torch.equal(first, view(images, 1))
    assert not torch.equal(first, view(images, 2))


def test_without_colours_and_crops_it_is_the_picture_or_its_mirror_image(monkeypatch):
    for name, value in {"LEAST_SIDE": 1.0, "SCALE": 0.0, "SHIFT": 0.0, "GREY": 0.0}.items():
        monkeypatch.setattr(second, name, value)
    images = torch.rand(40, 3, 8, 8)
    found = view(images, 1)
    same = [torch.allclose(a, b, atol=1e-5) for a, b in zip(found, images, strict=True)]
    mirrored = [torch.allclose(a, b.flip(2), atol=1e-5) for a, b in zip(found, images, strict=True)]
    assert all(a or b for a, b in zip(same, mirrored, strict=True))
    assert 5 < sum(same) < 35


def test_crops_stay_within_the_picture():
    """A ramp from 0 to 1 shows that nothing outside of it is seen."""
    ramp = torch.linspace(0, 1, 32).expand(20, 3, 32, 32).clone()
    torch.manual_seed(1)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("SCALE", "SHIFT", "GREY"):
            patch.setattr(second, name, 0.0)
        found = second_view(ramp)
    spans = found.amax((1, 2, 3)) - found.amin((1, 2, 3))
    assert found.min() >= 0
    assert found.max() <= 1
    assert spans.min() > 0.4
    assert spans.max() > spans.min() + 0.2
