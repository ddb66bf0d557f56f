"""The loss of families: colours of hair compete, and unclear pictures tell nothing."""

import pytest

torch = pytest.importorskip("torch")

from training.losses.families import FamilyLoss  # noqa: E402

pytestmark = pytest.mark.training

NAMES = ["hat", "red_hair", "blue_hair", "green_hair", "red_eyes"]


def total(targets, mask=None, logits=None):
    wanted = torch.tensor([targets], dtype=torch.float32)
    known = torch.ones_like(wanted) if mask is None else torch.tensor([mask], dtype=torch.float32)
    said = torch.zeros(1, 5) if logits is None else torch.tensor([logits])
    return FamilyLoss(NAMES).total(said, wanted, known).item()


def test_one_colour_is_a_choice_among_its_family():
    assert total([1, 1, 0, 0, 1]) == pytest.approx(torch.log(torch.tensor(3.0)).item())


def test_the_right_choice_costs_less_than_the_wrong_one():
    said = [0.0, 5.0, 0.0, 0.0, 0.0]
    assert total([0, 1, 0, 0, 0], logits=said) < 0.1 < total([0, 0, 1, 0, 0], logits=said)


@pytest.mark.parametrize(
    ("targets", "mask"),
    [
        ([0, 0, 0, 0, 0], [1, 1, 1, 1, 1]),
        ([0, 1, 1, 0, 0], [1, 1, 1, 1, 1]),
        ([0, 1, 0, 0, 0], [1, 0, 0, 0, 0]),
        ([0, 0, 0, 0, 1], [1, 1, 1, 1, 1]),
    ],
    ids=["none", "two", "unknown", "family of one"],
)
def test_what_is_not_one_known_colour_tells_nothing(targets, mask):
    assert total(targets, mask) == 0
