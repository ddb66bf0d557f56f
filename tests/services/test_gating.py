"""Which answers judge, and which characters are taken for which."""

from collections import Counter
from dataclasses import replace

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.choosing import Choice, ChosenPicture
from anitag_desktop.services.dividing import TEST
from anitag_desktop.services.gating import Confusion, _answers, confused, looked_at
from anitag_desktop.storage.training_pictures import PresentPicture

CHARACTER = TagCategory.CHARACTER
KINDS = {"saber": CHARACTER, "rin": CHARACTER, "hat": TagCategory.GENERAL}


def picture(number: int, **said: bool) -> ChosenPicture:
    facts = PresentPicture(f"{number:064}", number, 8, 8, 100, f"/{number}.png")
    return ChosenPicture(facts, facts.sha256, TEST, said)


def seen(*names: str) -> dict[str, TagCategory]:
    return {name: KINDS[name] for name in names}


def test_a_character_that_is_not_seen_is_taken_for_those_that_are() -> None:
    said = [
        (picture(1, saber=True), seen("rin", "hat"), seen("saber")),
        (picture(2, saber=True, hat=False), seen("rin"), seen("rin")),
        (picture(3, saber=True, rin=True), seen("rin"), seen("rin")),
        (picture(4, rin=True), seen("rin"), seen("saber")),
        (picture(5, rin=False), seen("rin"), seen("saber")),
    ]
    assert confused(said, KINDS) == (
        Confusion("saber", "rin", 2, 1),
        Confusion("rin", "saber", 0, 1),
    )


def test_many_corrections_leave_room_for_pictures_that_show_what_is_forgotten() -> None:
    corrected = [picture(number, hat=True) for number in range(2_000)]
    others = [picture(number) for number in range(2_000, 2_050)]
    found = looked_at(Choice((*corrected, *others), {}))
    assert len(found) == 800
    assert {one.facts.phash for one in others} < {one.facts.phash for one in found}


def test_what_a_full_review_denies_does_not_outweigh_all_mistakes() -> None:
    names = {f"tag{number}": TagCategory.GENERAL for number in range(100)}
    known = names.keys() - {"tag99"}
    denied = dict.fromkeys(names, False)
    reviewed = [
        (replace(picture(n, **denied, saber=True), is_reviewed=True), tag(n), tag(n + 50))
        for n in range(20)
    ]
    plain = [(picture(n, **denied), {}, {}) for n in range(20, 22)]
    found = _answers([*reviewed, *plain], {**KINDS, **names}, known)
    counts = Counter(zip(found.has.tolist(), found.old.tolist(), found.new.tolist(), strict=True))
    every = {(False, True, False): 20, (False, False, True): 20, (True, False, False): 20}
    of_plain, of_new_tags = 2 * 100, 20
    assert counts == {**every, (False, False, False): of_plain + of_new_tags + 20}


def tag(number: int) -> dict[str, TagCategory]:
    return {f"tag{number}": TagCategory.GENERAL}
