"""What the user says of pairs: logged, undone, kept when all is lost; no file is touched."""

import pytest

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.pair import JudgedPair, PairVerdict
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.duplicating import DuplicateGroup, Duplicates
from anitag_desktop.services.judging import MOST, Judge
from anitag_desktop.services.marking import Marker
from anitag_desktop.storage import files, marks, pair_verdicts
from anitag_desktop.storage.marks import Marks
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import open_store, rejected_of, tags_of
from tests.helpers.seeding import add_folder, add_picture, say

HASH = 0x0123_4567_89AB_CDEF


def pictures(store, count=3, **facts):
    folder = add_folder(store, "/pics")
    known = {"pixel_hash": "p", "phash": HASH} | facts
    return [
        add_picture(store, folder, f"/pics/{n}.png", str(n), bytes=9000 - n, **known)
        for n in range(count)
    ]


def standing(store):
    with store.library.read() as conn:
        return pair_verdicts.standing(conn)


def queue(store):
    return [(pair.best, pair.other) for pair in Duplicates(store).queue()]


def go_missing(store, image_id):
    def step(conn):
        rows = files.known(conn, 1).values()
        ids = [row.file_id for row in rows if row.image_id == image_id]
        files.set_status(conn, ids, ImageStatus.MISSING, 1.0)

    store.library.write(step)


def test_a_pair_that_is_the_same_leaves_the_queue_with_the_lesser_one(store):
    one, two, three = pictures(store)
    assert queue(store) == [(one, two), (one, three)]
    action = Judge(store).call_same(two, [one])
    assert action.label == "Call 2 pictures the same"
    assert standing(store) == [JudgedPair(one, two, PairVerdict.SAME, two)]
    assert queue(store) == [(two, three)]
    assert Duplicates(store).exact() == [DuplicateGroup(two, (three, one), True)]
    assert Duplicates(store).near() == [DuplicateGroup(two, (three, one), True)]
    Corrector(store).undo()
    assert standing(store) == []
    assert queue(store) == [(one, two), (one, three)]
    Corrector(store).redo()
    assert queue(store) == [(two, three)]


def test_the_lesser_one_comes_back_when_the_better_one_is_gone(store):
    one, two, three = pictures(store)
    Judge(store).call_same(two, [one])
    go_missing(store, two)
    assert queue(store) == [(one, three)]


@pytest.mark.parametrize("verdict", [PairVerdict.ALTERNATES, PairVerdict.DIFFERENT])
def test_pictures_told_apart_are_not_shown_together_again(store, verdict):
    one, two, three = pictures(store)
    Judge(store).tell_apart([one, two], verdict)
    assert queue(store) == [(one, three)]
    Judge(store).tell_apart([one, three], verdict)
    assert queue(store) == [(two, three)]
    Judge(store).tell_apart([two, three], verdict)
    assert queue(store) == Duplicates(store).exact() == Duplicates(store).near() == []
    assert len(Duplicates(store).near(with_apart=True)[0].others) == 2
    Judge(store).forget([two, three])
    assert Duplicates(store).exact() == [DuplicateGroup(two, (three,), True)]


def test_the_later_word_counts_and_the_same_word_again_is_no_action(store):
    one, two, _ = pictures(store)
    judge = Judge(store)
    judge.tell_apart([one, two], PairVerdict.DIFFERENT)
    judge.call_same(two, [one])
    assert judge.call_same(two, [one]).id is None
    judge.call_same(one, [two])
    assert standing(store) == [JudgedPair(one, two, PairVerdict.SAME, one)]
    Corrector(store).undo(2)
    assert standing(store) == [JudgedPair(one, two, PairVerdict.DIFFERENT)]


def test_copying_says_what_was_said_of_the_other_only_and_is_undone_with_the_verdict(store):
    best, lesser, _ = pictures(store)
    say(store, lesser, "hat")
    say(store, lesser, "cat", Verdict.REJECTED)
    say(store, lesser, "imported", source=Source.IMPORT)
    say(store, lesser, "dog")
    say(store, best, "dog", Verdict.REJECTED)
    say(store, lesser, "rating:explicit", category=TagCategory.RATING)
    say(store, best, "rating:general", category=TagCategory.RATING)
    Marker(store).favour([lesser])
    Marker(store).give_stars([lesser], 4)
    Marker(store).give_stars([best], 2)
    Judge(store).call_same(best, [lesser], copies=True)
    assert set(tags_of(store, best)) == {"hat", "imported", "rating:general"}
    assert rejected_of(store, best) == {"cat", "dog"}
    with store.library.read() as conn:
        assert marks.of_images(conn, [best])[best] == Marks(is_favourite=True, stars=2)
    Corrector(store).undo()
    assert set(tags_of(store, best)) == {"rating:general"}
    assert rejected_of(store, best) == {"dog"}
    with store.library.read() as conn:
        assert marks.of_images(conn, [best])[best] == Marks(is_favourite=False, stars=2)
    assert standing(store) == []
    assert set(tags_of(store, lesser)) >= {"hat", "imported", "dog"}


def test_what_cannot_be_judged_is_refused_whole(store):
    one, two, _ = pictures(store)
    judge = Judge(store)
    for refused in ([one], [one, one], [one, two, one]):
        with pytest.raises(AnitagError, match="itself"):
            judge.tell_apart(refused, PairVerdict.DIFFERENT)
    with pytest.raises(AnitagError, match="no longer there"):
        judge.call_same(one, [99])
    with pytest.raises(AnitagError, match=str(MOST)):
        judge.tell_apart(range(MOST + 1), PairVerdict.DIFFERENT)
    with pytest.raises(ValueError, match="call_same"):
        judge.tell_apart([one, two], PairVerdict.SAME)
    assert standing(store) == []


def test_a_library_rebuilt_from_its_journal_knows_and_takes_back_what_was_said(tmp_path):
    root = tmp_path / "library"
    with open_store(root) as store:
        one, two, three = pictures(store)
        Judge(store).call_same(two, [one])
        Judge(store).tell_apart([two, three], PairVerdict.ALTERNATES)
    for name in ("library.db", "index.db"):
        (root / name).unlink()
    with Store.open(LibraryPaths(root)) as rebuilt:
        assert standing(rebuilt) == []
        one, two, three = pictures(rebuilt)
        assert {pair.verdict for pair in standing(rebuilt)} == {
            PairVerdict.SAME,
            PairVerdict.ALTERNATES,
        }
        Corrector(rebuilt).undo()
        assert standing(rebuilt) == [JudgedPair(one, two, PairVerdict.SAME, two)]


def test_a_library_that_is_open_hears_of_it(store):
    one, two, _ = pictures(store)
    heard = []
    store.changes.subscribe(heard.append)
    Judge(store).call_same(two, [one])
    assert heard[-1].images == {one, two}
