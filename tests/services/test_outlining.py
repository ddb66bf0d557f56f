"""Regions by hand: drawn, moved, named, rejected, and taken back."""

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import Box
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.outlining import Outliner
from anitag_desktop.storage import checks, waiting_regions
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import add_image, facts_of, fill, open_store, rejected_of, tags_of
from tests.helpers.seen_regions import (
    DETECTOR,
    EMBEDDER,
    FACE,
    OTHER,
    boxes_of,
    find,
    look,
    shown,
    use_for_regions,
)

MIKU = "hatsune_miku"


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        use_for_regions(store, DETECTOR, EMBEDDER)
        yield store


@pytest.fixture
def image(store):
    return fill(store, [{"hat": 0.9}])[0]


@pytest.fixture
def outliner(store):
    return Outliner(store)


def undo(store):
    Corrector(store).undo()


def redo(store):
    Corrector(store).redo()


def name_of(store, image, place=0):
    identity = shown(store, image)[place].identity
    return identity and identity.tag.name


def test_a_region_is_drawn_and_named_at_once(store, image, outliner):
    drawn = outliner.draw(image, FACE, "face", "char:hatsune miku")
    (region,) = outliner.regions(image)
    assert (region.uid, region.place.box, region.place.label) == (drawn.uid, FACE, "face")
    assert region.is_given
    assert (name_of(store, image), region.identity.source) == (MIKU, "user")
    assert tags_of(store, image) == {"hat": "model", MIKU: "user"}
    undo(store)
    assert shown(store, image) == ()
    assert tags_of(store, image) == {"hat": "model"}
    redo(store)
    assert name_of(store, image) == MIKU
    assert tags_of(store, image)[MIKU] == "user"


def test_an_unknown_name_is_a_character_and_a_known_tag_is_what_it_is(store, image, outliner):
    uid = outliner.draw(image, FACE).uid
    outliner.name(uid, "new person")
    outliner.name(uid, "hat")
    (region,) = shown(store, image)
    found = {tag.tag.name: tag.tag.category.value for tag in region.tags}
    assert found == {"new_person": "character", "hat": "general"}


def test_another_name_takes_the_place_of_the_first(store, image, outliner):
    uid = outliner.draw(image, FACE, name=MIKU).uid
    outliner.name(uid, "kagamine_rin")
    outliner.name(uid, "kagamine_rin")
    assert [tag.tag.name for tag in shown(store, image)[0].tags] == ["kagamine_rin"]
    assert tags_of(store, image) == {"hat": "model", "kagamine_rin": "user"}
    undo(store)
    assert [tag.tag.name for tag in shown(store, image)[0].tags] == [MIKU]


def test_two_regions_may_show_two_characters(store, image, outliner):
    outliner.draw(image, FACE, name=MIKU)
    second = outliner.draw(image, OTHER, name="kagamine_rin").uid
    assert [name_of(store, image, place) for place in (0, 1)] == [MIKU, "kagamine_rin"]
    outliner.reject(second)
    assert tags_of(store, image) == {"hat": "model", MIKU: "user"}
    undo(store)
    assert tags_of(store, image) == {"hat": "model", MIKU: "user", "kagamine_rin": "user"}


def test_a_wrong_name_is_rejected_and_taken_back(store, image, outliner):
    uid = outliner.draw(image, FACE, name=MIKU).uid
    outliner.correct(uid, reject=[MIKU])
    (region,) = shown(store, image)
    assert (region.tags, [tag.name for tag in region.rejected]) == ((), [MIKU])
    assert tags_of(store, image) == {"hat": "model"}
    assert rejected_of(store, image) == set(), "only this region is not her"
    outliner.correct(uid, clear=[MIKU])
    (region,) = shown(store, image)
    assert (region.tags, region.rejected) == ((), ())


def test_naming_a_region_ends_a_rejection_on_the_picture(store, image, outliner):
    Corrector(store).correct([image], reject=[f"char:{MIKU}"])
    outliner.draw(image, FACE, name=MIKU)
    assert tags_of(store, image)[MIKU] == "user"
    assert rejected_of(store, image) == set()
    Corrector(store).correct([image], reject=[MIKU])
    assert tags_of(store, image) == {"hat": "model"}
    assert name_of(store, image) == MIKU


def test_a_find_that_was_spoken_of_stays_where_it_is(store, image, outliner):
    find(store, 0, [FACE])
    (region,) = shown(store, image)
    outliner.name(region.uid, MIKU)
    find(store, 0, [Box(0.12, 0.1, 0.2, 0.2), OTHER])
    assert boxes_of(store, image) == [FACE, OTHER]
    assert name_of(store, image) == MIKU
    find(store, 0, [])
    assert boxes_of(store, image) == [FACE]
    undo(store)
    assert shown(store, image) == ()


def test_what_was_said_holds_when_the_index_is_lost(tmp_path):
    with open_store(tmp_path / "library") as store:
        use_for_regions(store, DETECTOR)
        (image,) = fill(store, [{}])
        find(store, 0, [FACE, OTHER])
        first, second = shown(store, image)
        Outliner(store).name(first.uid, MIKU)
        Outliner(store).reject(second.uid)
    LibraryPaths(tmp_path / "library").index_db.unlink()
    with open_store(tmp_path / "library") as store:
        assert boxes_of(store, image) == [FACE]
        assert tags_of(store, image) == {MIKU: "user"}
        find(store, 0, [Box(0.11, 0.1, 0.2, 0.2), Box(0.61, 0.5, 0.2, 0.3)])
        (region,) = shown(store, image)
        assert (region.uid, region.place.box) == (first.uid, FACE)


def test_a_rejected_find_does_not_come_back(store, image, outliner):
    find(store, 0, [FACE])
    outliner.reject(shown(store, image)[0].uid)
    assert shown(store, image) == ()
    find(store, 0, [Box(0.12, 0.1, 0.2, 0.2)])
    assert shown(store, image) == ()
    undo(store)
    assert boxes_of(store, image) == [Box(0.12, 0.1, 0.2, 0.2)]


def test_a_region_is_moved_and_looked_at_again(store, image, outliner):
    uid = outliner.draw(image, FACE, "face").uid

    def waits():
        with store.library.read() as conn:
            return [
                r.uid for r in waiting_regions.of_images(conn, [image], [EMBEDDER]).get(image, ())
            ]

    assert waits() == [uid]
    look(store, 0, *shown(store, image))
    assert waits() == []
    outliner.move(uid, OTHER)
    assert boxes_of(store, image) == [OTHER]
    assert waits() == [uid]
    undo(store)
    assert boxes_of(store, image) == [FACE]
    assert waits() == []
    outliner.reject(uid)
    assert waits() == []


def test_a_box_is_cut_to_the_picture(store, image, outliner):
    outliner.draw(image, Box(-0.5, 0.5, 1.0, 1.0))
    assert boxes_of(store, image) == [Box(0.0, 0.5, 0.5, 0.5)]


def test_what_it_shows_is_said(store, image, outliner):
    find(store, 0, [FACE])
    uid = shown(store, image)[0].uid
    outliner.relabel(uid, " head ")
    assert shown(store, image)[0].place.label == "head"
    assert outliner.relabel(uid, "head").id is None
    with pytest.raises(AnitagError):
        outliner.relabel(uid, "x" * 41)


def test_nothing_happens_where_there_is_nothing(store, image, outliner):
    for box in (Box(0.5, 0.5, 0.0, 0.1), Box(2, 2, 1, 1), Box(0, 0, float("nan"), 1)):
        with pytest.raises(AnitagError, match="lies in its picture"):
            outliner.draw(image, box)
    with pytest.raises(AnitagError, match="not in the library"):
        outliner.draw(image + 1, FACE)
    for uid in ("", "x", f"{facts_of(0).sha256}#none", facts_of(0).sha256):
        with pytest.raises(AnitagError, match="no such region"):
            outliner.move(uid, FACE)
    with pytest.raises(AnitagError, match="cannot be a tag name"):
        outliner.draw(image, FACE, name="-bad")
    assert shown(store, image) == ()
    assert Corrector(store).history(9) == []
    find(store, 0, [FACE])
    region = shown(store, image)[0]
    assert outliner.correct(region.uid, clear=["nobody"]).id is None
    assert not shown(store, image)[0].is_given


def test_the_journal_brings_regions_back(tmp_path):
    with open_store(tmp_path / "library") as store:
        (image,) = fill(store, [{}])
        outliner = Outliner(store)
        uid = outliner.draw(image, FACE, "face", MIKU).uid
        outliner.reject(outliner.draw(image, OTHER).uid)
        outliner.move(uid, OTHER)
        before = shown(store, image)
    paths = LibraryPaths(tmp_path / "library")
    for path in (paths.library_db, paths.index_db):
        path.unlink()
    with Store.open(paths) as store:
        image = add_image(store, 0)
        assert shown(store, image) == before
        assert tags_of(store, image) == {MIKU: "user"}
        undo(store)
        assert boxes_of(store, image) == [FACE]


def test_what_a_crash_left_behind_is_caught_up(tmp_path, monkeypatch):
    with open_store(tmp_path / "library") as store:
        (image,) = fill(store, [{}])
        uid = Outliner(store).draw(image, FACE, "face", MIKU).uid
    with open_store(tmp_path / "library") as store:
        monkeypatch.setattr("anitag_desktop.storage.store.rebuild", lambda *_: frozenset())
        Outliner(store).reject(uid)
        monkeypatch.undo()
        monkeypatch.setattr("anitag_desktop.storage.store.mark_caught_up", lambda *_: None)
        assert tags_of(store, image) == {MIKU: "user"}
    monkeypatch.undo()
    with open_store(tmp_path / "library") as store:
        assert tags_of(store, image) == {}


def test_the_check_finds_nothing_wrong(tmp_path):
    with open_store(tmp_path / "library") as store:
        use_for_regions(store, DETECTOR)
        (image,) = fill(store, [{"hat": 0.9}])
        find(store, 0, [OTHER])
        Outliner(store).draw(image, FACE, "face", MIKU)
    assert checks.check(LibraryPaths(tmp_path / "library")) == []
