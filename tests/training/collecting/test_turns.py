"""Whose turn it is: no host is pressed, and none waits for another."""

import threading
import time

from training.collecting.turns import Turns


def test_a_host_has_only_so_many_at_once_and_others_go_on():
    turns = Turns([("a", 1), ("a", 2), ("a", 3), ("b", 4)], at_once=2, pause=0.0)
    taken = [turns.take() for _ in range(3)]
    assert sorted(taken) == [("a", 1), ("a", 2), ("b", 4)]
    later = []
    waiting = threading.Thread(target=lambda: later.append(turns.take()))
    waiting.start()
    waiting.join(0.1)
    assert later == []
    turns.give_back("a")
    waiting.join()
    assert later == [("a", 3)]


def test_a_host_rests_between_two_and_as_long_as_it_asks():
    turns = Turns([("a", 1), ("a", 2), ("a", 3)], at_once=1, pause=0.1)
    began = time.monotonic()
    turns.take()
    turns.give_back("a")
    assert turns.take() == ("a", 2)
    assert time.monotonic() - began >= 0.1
    began = time.monotonic()
    turns.give_back("a", again=2, wait=0.3)
    assert turns.take() == ("a", 3)
    assert time.monotonic() - began >= 0.3
    turns.give_back("a")
    assert turns.take() == ("a", 2)
    turns.give_back("a")
    assert turns.take() is None


def test_a_job_that_comes_again_is_waited_for():
    turns = Turns([("a", 1)], at_once=4, pause=0.0)
    turns.take()
    seen = []

    def work() -> None:
        while turn := turns.take():
            seen.append(turn)
            turns.give_back(turn[0])

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    turns.give_back("a", again=1)
    for worker in workers:
        worker.join()
    assert seen == [("a", 1)]


def test_nothing_is_handed_out_when_it_stops():
    turns = Turns([("a", 1), ("b", 2)], at_once=1, pause=0.0)
    turns.take()
    turns.stop()
    assert turns.take() is None
