"""Which of the chosen pictures teach, tune and judge."""

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.choosing import Choice, ChosenPicture
from anitag_desktop.services.dividing import TEST, TRAIN, UNUSED, VALIDATION
from anitag_desktop.storage.training_pictures import PresentPicture


def test_a_picture_that_is_left_out_neither_teaches_nor_tunes_nor_judges() -> None:
    parts = (TRAIN, VALIDATION, TEST, UNUSED)
    pictures = [
        ChosenPicture(PresentPicture(f"{n:064}", n, 8, 8, 9, ""), str(n), part, {"hat": True})
        for n, part in enumerate(parts)
    ]
    choice = Choice(tuple(pictures), {})
    kinds = (choice.taught, choice.tuned, choice.held_out, choice.told)
    found = [[one.part for one in some] for some in kinds]
    assert found == [[TRAIN], [VALIDATION], [TEST], [*parts]]


def test_a_picture_of_one_character_is_named_and_of_two_is_not() -> None:
    kinds = {"saber": TagCategory.CHARACTER, "rin": TagCategory.CHARACTER}
    said = (
        {"saber": True, "hat": True},
        {"saber": True, "rin": False},
        {"saber": True, "rin": True},
        {"rin": False},
        {"hat": True},
    )
    pictures = tuple(
        ChosenPicture(PresentPicture(f"{n:064}", n, 8, 8, 9, ""), str(n), TEST, told)
        for n, told in enumerate(said)
    )
    found = Choice(pictures, {**kinds, "hat": TagCategory.GENERAL}).named
    assert [(one.facts.phash, name) for one, name in found] == [(0, "saber"), (1, "saber")]
