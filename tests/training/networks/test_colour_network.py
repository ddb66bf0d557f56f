"""A network that counts colours at places: what it counts, its shapes, what it refuses."""

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from training.config import NetworkConfig  # noqa: E402
from training.networks.backbones import make_backbone  # noqa: E402
from training.networks.colour_network import ColourNetwork  # noqa: E402
from training.networks.colour_words import (  # noqa: E402
    SIDE,
    ColourWords,
    PlacedColours,
    first_words,
    opponent,
)

pytestmark = pytest.mark.training

CONFIG = NetworkConfig(backbone="residual", head="colours", width=4, embedding=32)
RED, BLUE = (1.0, -1.0, -1.0), (-1.0, -1.0, 1.0)


def plain(colour, side=SIDE):
    return torch.tensor(colour)[None, :, None, None].expand(1, 3, side, side).clone()


def test_shares_of_a_pixel_add_up_and_alike_colours_have_the_same():
    words = ColourWords(64)
    shares = words(torch.rand(2, 3, 8, 8) * 2 - 1)
    assert shares.shape == (2, 64, 64)
    assert torch.allclose(shares.sum(2), torch.ones(2, 64), atol=1e-5)
    red, blue = words(plain(RED, 2)), words(plain(BLUE, 2))
    assert torch.allclose(red[:, 0], red[:, 3])
    assert (red[0, 0] * blue[0, 0]).sum() < 0.05 * red[0, 0].square().sum()


@pytest.mark.parametrize("count", [5, 64, 90])
def test_there_are_as_many_words_as_asked_and_no_two_alike(count):
    words = opponent(first_words(count))
    assert words.shape == (count, 3)
    assert torch.cdist(words, words).fill_diagonal_(1).min() > 1e-3


def test_a_cell_of_the_grid_counts_what_lies_in_it():
    placed = PlacedColours(16, 2, 1, (4,))
    halves = plain(RED, 64)
    halves[:, :, :, 32:] = plain(BLUE, 64)[:, :, :, 32:]
    cells = placed(halves, [torch.zeros(1, 4, 8, 8)])[0, 16:].view(2, 2, 16)
    assert torch.allclose(cells[0], cells[1])
    assert cells[0, 0].argmax() != cells[0, 1].argmax()


def test_attention_reads_colours_where_it_looks():
    placed = PlacedColours(16, 1, 1, (1,))
    with torch.no_grad():
        placed.attention[0].weight.fill_(50.0)
    halves = plain(RED, SIDE)
    halves[:, :, :, SIDE // 2 :] = plain(BLUE, SIDE)[:, :, :, SIDE // 2 :]
    look = torch.zeros(1, 1, SIDE, SIDE)
    look[..., SIDE // 2 :] = 1
    seen = placed(halves, [look])[0, :16]
    only_blue = placed(plain(BLUE), [torch.zeros(1, 1, SIDE, SIDE)])[0, :16]
    assert torch.allclose(seen, only_blue, atol=1e-2)


@pytest.mark.parametrize("side", [32, 64, 96])
def test_any_multiple_of_32_gives_logits_and_features(side):
    network = ColourNetwork(CONFIG, 7).eval()
    logits, features = network(torch.zeros(2, 3, side, side))
    assert (logits.shape, features.shape) == ((2, 7), (2, 32))


def test_every_parameter_learns():
    network = ColourNetwork(CONFIG, 7)
    logits, features = network(torch.rand(4, 3, 64, 64) * 2 - 1)
    (logits.square().sum() + features.square().sum()).backward()
    assert all(p.grad is not None and torch.isfinite(p.grad).all() for p in network.parameters())


def test_an_untrained_network_says_the_shares():
    network = ColourNetwork(CONFIG, 3).eval()
    network.start_at(torch.tensor([0.1, 0.5, 0.9]))
    assert torch.allclose(torch.sigmoid(network.head.bias), torch.tensor([0.1, 0.5, 0.9]))


def test_another_backbone_is_refused():
    with pytest.raises(AnitagError, match="residual"):
        ColourNetwork(NetworkConfig(backbone="resnet18", head="colours"), 3)


@pytest.mark.parametrize("side", [112, 48])
def test_another_side_is_refused(side):
    config = NetworkConfig(backbone="residual", head="colours", size=side)
    with pytest.raises(AnitagError, match="multiples of 32 pixels"):
        ColourNetwork(config, 4)


def test_the_residual_network_is_a_backbone_of_its_own():
    backbone = make_backbone(NetworkConfig(backbone="residual", width=4, head="linear"))
    assert backbone(torch.zeros(2, 3, 32, 32)).shape == (2, backbone.num_features)
