"""Which of the chosen pictures teach, tune and judge."""

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
