"""Going through pairs: what was judged, what is left for later, what comes back."""

from anitag_desktop.gui.duplicates.pair_queue import PairQueue
from anitag_desktop.services.duplicating import DuplicatePair
from anitag_desktop.services.pairing import Alike


def pair(best, other):
    return DuplicatePair(best, Alike(other, is_exact=True, is_mirrored=False, bits=0, cosine=None))


def queue_of(*pairs):
    queue = PairQueue()
    queue.refresh([pair(*one) for one in pairs])
    return queue


def left(queue):
    current = [queue.current] if queue.current else []
    return [(one.best, one.other) for one in (*current, *queue.upcoming(99))]


def test_judged_pairs_leave_and_count():
    queue = queue_of((1, 2), (3, 4))
    assert (queue.place, queue.total, queue.judged) == (1, 2, 0)
    queue.judge()
    assert left(queue) == [(3, 4)]
    assert (queue.place, queue.total, queue.judged) == (2, 2, 1)
    queue.judge()
    assert queue.current is None


def test_the_lesser_of_two_is_not_seen_again():
    queue = queue_of((1, 2), (5, 2), (1, 3))
    queue.judge(lesser=2)
    assert left(queue) == [(1, 3)]


def test_the_better_one_takes_the_place_of_what_was_best():
    queue = queue_of((1, 2), (1, 3), (1, 4))
    queue.judge(lesser=1)
    assert left(queue) == [(2, 3), (2, 4)]


def test_what_is_left_for_later_comes_at_the_end_also_when_the_pairs_are_read_again():
    queue = queue_of((1, 2), (3, 4), (5, 6))
    queue.skip()
    assert left(queue) == [(3, 4), (5, 6), (1, 2)]
    assert (queue.place, queue.total) == (2, 3)
    queue.judge()
    queue.refresh([pair(1, 2), pair(7, 8), pair(5, 6)])
    assert left(queue) == [(5, 6), (7, 8), (1, 2)]
    queue.skip()
    queue.skip()
    assert left(queue)[0] == (1, 2)
    assert (queue.place, queue.total) == (2, 4)


def test_the_current_pair_stays_when_the_pairs_are_read_again():
    queue = queue_of((1, 2), (3, 4))
    queue.judge()
    queue.refresh([pair(9, 8), pair(3, 4)])
    assert left(queue) == [(3, 4), (9, 8)]
    queue.refresh([pair(9, 8)])
    assert left(queue) == [(9, 8)]


def test_taking_back_shows_the_pair_again():
    queue = queue_of((1, 2), (3, 4))
    assert not queue.take_back()
    queue.judge(lesser=2)
    assert queue.take_back()
    assert left(queue) == [(1, 2), (3, 4)]
    assert queue.judged == 0
