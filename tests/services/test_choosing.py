"""Which of the chosen pictures teach, tune and judge."""

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.choosing import Choice, ChosenPicture, choose
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.dividing import TEST, TRAIN, UNUSED, VALIDATION
from anitag_desktop.services.outlining import Outliner
from anitag_desktop.storage.training_pictures import PresentPicture
from tests.helpers.seeding import activate_model, add_folder, add_picture


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


def test_what_was_said_of_regions_is_said_of_their_picture(store, root) -> None:
    activate_model(store)
    folder = add_folder(store, str(root))
    paths = [str(root / f"{number}.png") for number in range(4)]
    first, second, third, _ = (add_picture(store, folder, path) for path in paths)
    outliner = Outliner(store)
    outliner.draw(first, Box(0, 0, 0.5, 0.5), "face", "char:saber")
    outliner.draw(second, Box(0, 0, 0.5, 0.5), "face", "char:saber")
    outliner.draw(second, Box(0.5, 0.5, 0.5, 0.5), "face", "char:rin")
    rejected = outliner.draw(third, Box(0, 0, 0.5, 0.5), "face", "char:saber")
    outliner.reject(rejected.uid)
    Corrector(store).correct([second], reject=["rin"])
    choice = choose(store, store.paths)
    said = {one.facts.path: one.said for one in choice.pictures if one.said}
    assert said == {paths[0]: {"saber": True}, paths[1]: {"saber": True, "rin": False}}
    assert choice.categories["saber"] is TagCategory.CHARACTER
    assert sorted((one.facts.path, name) for one, name in choice.named) == [
        (path, "saber") for path in paths[:2]
    ]
