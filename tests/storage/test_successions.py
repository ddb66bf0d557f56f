"""The user's word stays with the pixels when only what stands beside them was rewritten."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.pair import PairVerdict
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.judging import Judge
from anitag_desktop.services.marking import Marker
from anitag_desktop.services.outlining import Outliner
from anitag_desktop.storage import (
    actions,
    files,
    ignored_subjects,
    images,
    log,
    marks,
    pair_verdicts,
    successions,
    verdicts,
)
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.marks import Marks
from anitag_desktop.storage.readings import Reading, put_readings
from anitag_desktop.storage.schema import files as table
from tests.helpers.libraries import (
    add_image,
    facts_of,
    fill,
    open_store,
    predict,
    rejected_of,
    tags_of,
)
from tests.helpers.seeding import say
from tests.helpers.seen_regions import FACE, OTHER, boxes_of, shown

_STAT = FileStat(12, 34, 56, 78, 90)
_PATH = b"/pictures/0.png"


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9, "cat": 0.8, "rating:general": 0.6, "rating:explicit": 0.7}])
        yield store


@pytest.fixture
def corrector(store):
    return Corrector(store)


def rewrite(store, number, *, like=0, path=_PATH):
    """Let a program write the file anew with the pixels of another; read it; return its image."""
    facts = replace(facts_of(number), pixel_hash=facts_of(like).pixel_hash)

    def step(conn):
        row = files.by_path(conn, path)
        image = images.add(conn, facts, 1.0)
        put_readings(conn, [Reading(row.file_id, path, image, _STAT)])
        successions.settle(Doing(conn, None, 5.0), [row.file_id])
        return image

    image = store.library.write(step)
    predict(store, number, {"hat": 0.9, "cat": 0.8, "rating:explicit": 0.7})
    return image


def said(store, image):
    with store.library.read() as conn:
        return {(row.tag_id, row.verdict, row.source) for row in verdicts.of_images(conn, [image])}


def test_what_the_user_said_of_the_same_pixels_holds(store, corrector):
    corrector.correct([1], reject=["hat"], confirm=["cat"], add=["scarf", "rating:general"])
    say(store, 1, "sky", Verdict.CONFIRMED, Source.IMPORT)
    new = rewrite(store, 7)
    assert tags_of(store, new) == {
        "cat": "user",
        "scarf": "user",
        "rating:general": "user",
        "sky": "import",
    }
    assert rejected_of(store, new) == {"hat"}
    assert said(store, new) == said(store, 1)


def test_what_was_seen_then_is_logged_again(store, corrector):
    corrector.correct([1], reject=["hat"])
    new = rewrite(store, 7)
    with store.library.read() as conn:
        (old_line,), (new_line,) = (log.history(conn, [image]) for image in (1, new))
    assert replace(new_line, seq=old_line.seq, image_id=1, at=old_line.at) == old_line
    assert new_line.score == 0.9


def test_other_pixels_take_nothing_over(store, corrector):
    corrector.correct([1], reject=["hat"])
    new = rewrite(store, 7, like=7)
    assert said(store, new) == set()
    assert "hat" in tags_of(store, new)


def test_an_undo_takes_it_back_on_both_and_a_redo_says_it_again(store, corrector):
    corrector.correct([1], reject=["hat"])
    corrector.correct([1], add=["scarf"])
    new = rewrite(store, 7)
    for image in (1, new):
        assert rejected_of(store, image) == {"hat"}
    corrector.undo()
    assert "scarf" not in tags_of(store, new)
    assert rejected_of(store, new) == {"hat"}
    corrector.undo()
    assert "hat" in tags_of(store, new)
    assert said(store, 1) == said(store, new) == set()
    corrector.redo(2)
    assert said(store, 1) == said(store, new) != set()


def test_it_belongs_to_the_action_that_stands(store, corrector):
    corrector.correct([1], confirm=["hat"])
    corrector.correct([1], reject=["hat"])
    corrector.undo()
    new = rewrite(store, 7)
    assert tags_of(store, new)["hat"] == "user"
    assert corrector.undo()[0].label == "Confirm hat"
    assert said(store, new) == set()


def test_rewriting_adds_no_action(store, corrector):
    corrector.correct([1], reject=["hat"])
    before = corrector.history(9)
    rewrite(store, 7)
    assert corrector.history(9) == before


def test_what_was_said_of_the_new_picture_comes_first(store, corrector):
    new = rewrite(store, 7, path=_PATH)
    corrector.correct([new], confirm=["hat", "rating:explicit"])
    rewrite(store, 0)
    corrector.correct([1], reject=["hat"])
    corrector.correct([1], add=["rating:general", "scarf"])
    rewrite(store, 7)
    assert tags_of(store, new)["hat"] == "user"
    assert tags_of(store, new)["rating:explicit"] == "user"
    assert "rating:general" not in tags_of(store, new)
    assert tags_of(store, new)["scarf"] == "user"


def test_nothing_is_told_twice_and_a_chain_hands_on(store, corrector):
    corrector.correct([1], reject=["hat"])
    for number in (7, 8, 7, 9):
        last = rewrite(store, number)
    assert rejected_of(store, last) == {"hat"}
    with store.library.read() as conn:
        assert len(log.history(conn, range(10))) == 4
        assert conn.execute(select(table.c.previous_id).where(table.c.replaced == 0)).all() == [
            (None,)
        ]
    corrector.undo()
    for image in range(1, 5):
        assert said(store, image) == set()


def test_a_copy_that_stays_as_it_was_hands_down_too(store, corrector):
    corrector.correct([1], reject=["hat"])
    store.library.write(lambda conn: files.upsert(conn, 1, b"/pictures/copy.png", _STAT, 1))
    new = rewrite(store, 7)
    assert rejected_of(store, new) == rejected_of(store, 1) == {"hat"}


def test_bytes_that_were_not_read_yet_wait(store, corrector):
    corrector.correct([1], reject=["hat"])
    file_id = store.library.write(lambda conn: files.upsert(conn, 1, _PATH, _STAT, None))
    store.library.write(lambda conn: successions.settle(Doing(conn, None, 5.0), [file_id]))
    assert rejected_of(store, rewrite(store, 7)) == {"hat"}


def test_marks_are_handed_down_within_their_action(store, corrector):
    marker = Marker(store)
    marker.favour([1])
    marker.give_stars([1], 4)
    new = rewrite(store, 7)
    with store.library.read() as conn:
        assert marks.of_images(conn, [new])[new] == Marks(True, 4)
    corrector.undo(2)
    with store.library.read() as conn:
        assert marks.of_images(conn, [1, new]) == {1: Marks(), new: Marks()}


def test_the_journal_gives_it_back(tmp_path):
    root = tmp_path / "other"
    with open_store(root) as store:
        fill(store, [{"hat": 0.9}])
        Corrector(store).correct([1], reject=["hat"])
        new = rewrite(store, 7)
        sha256 = facts_of(7).sha256
    for path in (*root.glob("library.db*"), *root.glob("index.db*")):
        path.unlink()
    with open_store(root) as store:
        again = store.library.write(lambda conn: images.add(conn, facts_of(7), 1.0))
        with store.library.read() as conn:
            assert images.id_of(conn, sha256) == again
        assert rejected_of(store, again) == {"hat"}
    assert new == 2


def test_what_was_said_of_pairs_holds_and_an_undo_takes_it_back_on_both(store, corrector):
    other, third = add_image(store, 5), add_image(store, 6)
    Judge(store).call_same(1, [other])
    Judge(store).tell_apart([1, third], PairVerdict.DIFFERENT)
    new = rewrite(store, 7)
    assert pairs(store) == {
        (1, other, "same", 1),
        (other, new, "same", new),
        (1, third, "different", None),
        (third, new, "different", None),
    }
    corrector.undo()
    assert pairs(store) == {(1, other, "same", 1), (other, new, "same", new)}
    corrector.undo()
    assert pairs(store) == set()


def pairs(store):
    with store.library.read() as conn:
        found = pair_verdicts.standing(conn)
    return {(*sorted(one.pictures), one.verdict.value, one.better) for one in found}


def test_who_is_nobody_stays_nobody_and_an_undo_takes_it_back_on_both(store, corrector):
    old, new = facts_of(0).sha256, facts_of(7).sha256
    command = ignored_subjects.command([old, f"{old}#face"])
    store.library.write(lambda conn: actions.perform(conn, "Ignore", [command]))
    rewrite(store, 7)
    assert ignored(store, old) == [old, f"{old}#face"]
    assert ignored(store, new) == [new, f"{new}#face"]
    corrector.undo()
    assert ignored(store, old) == ignored(store, new) == []


def ignored(store, sha256):
    with store.library.read() as conn:
        return ignored_subjects.of_picture(conn, sha256)


def test_regions_are_handed_down_with_what_was_said_of_them(store, corrector):
    outliner = Outliner(store)
    outliner.draw(1, FACE, "face", "hatsune_miku")
    outliner.reject(outliner.draw(1, OTHER).uid)
    new = rewrite(store, 7)
    (region,) = shown(store, new)
    assert (region.place, region.identity.tag.name) == (shown(store, 1)[0].place, "hatsune_miku")
    assert region.uid.startswith(f"{facts_of(7).sha256}#")
    assert tags_of(store, new)["hatsune_miku"] == "user"
    corrector.undo(3)
    assert (boxes_of(store, 1), boxes_of(store, new)) == ([], [])
    assert "hatsune_miku" not in tags_of(store, new)
    corrector.redo()
    assert boxes_of(store, 1) == boxes_of(store, new) == [FACE]


def test_regions_that_were_drawn_in_the_new_picture_stay(store, corrector):
    Outliner(store).draw(1, FACE, "face", "hatsune_miku")
    new = add_image(store, 7)
    Outliner(store).draw(new, OTHER)
    assert rewrite(store, 7) == new
    assert boxes_of(store, new) == [OTHER]
