"""The identity task: its value, its silence about strangers, and who gets a number."""

import math
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from training.config import IdentityConfig  # noqa: E402
from training.datasets.prepared import number_identities  # noqa: E402
from training.datasets.sample import LabelledPicture  # noqa: E402
from training.losses.identity import IdentityHead  # noqa: E402

pytestmark = pytest.mark.training


def shot(name, source="s"):
    return LabelledPicture(Path("a"), source, "g", identity=name)


def head(margin=0.0):
    made = IdentityHead(2, 2, IdentityConfig(scale=2.0, margin=margin))
    with torch.no_grad():
        made.directions.copy_(torch.tensor([[3.0, 0.0], [0.0, 0.5]]))
    return made


def test_the_loss_is_the_cross_entropy_of_scaled_cosines():
    features = torch.tensor([[5.0, 0.0], [1.0, 1.0]])
    got = head()(features, torch.tensor([0, -1]))
    assert got.item() == pytest.approx(-math.log(math.e**2 / (math.e**2 + 1)), rel=1e-5)
    stricter = head(margin=0.5)(features, torch.tensor([0, -1]))
    assert stricter.item() == pytest.approx(-math.log(math.e / (math.e + 1)), rel=1e-5)


def test_strangers_have_no_part_in_it():
    features = torch.randn(3, 2, requires_grad=True)
    head()(features, torch.tensor([-1, 1, -1])).backward()
    assert (features.grad[[0, 2]] == 0).all()
    assert head()(features, torch.tensor([-1, -1, -1])).item() == 0


def test_only_those_with_enough_training_pictures_are_numbered():
    pictures = [shot("b"), shot("b"), shot("a"), shot("a"), shot(""), shot("b")]
    parts = ["train", "train", "train", "test", "train", "test"]
    found = number_identities(pictures, parts, IdentityConfig(least=2))
    assert found.tolist() == [0, 0, -1, -1, -1, 0]


def test_pictures_of_nobody_are_each_somebody_where_a_set_is_alone():
    pictures = [shot("", "art"), shot("b"), shot("", "art"), shot(""), shot("", "art"), shot("b")]
    pictures.append(shot("seldom", "art"))
    parts = ["train", "train", "train", "train", "test", "train", "train"]
    found = number_identities(pictures, parts, IdentityConfig(least=2, alone=("art",)))
    assert found.tolist() == [1, 0, 2, -1, -1, 0, -1]
