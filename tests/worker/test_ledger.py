import pytest
from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.worker.ledger import Ledger
from anitag_desktop.worker.messages import IdentifyJob
from anitag_desktop.worker.stages import DECODING, READING, RUNNING

LIMITS = {READING: 30.0, DECODING: 10.0, RUNNING: 60.0}


def job(number: int) -> IdentifyJob:
    return IdentifyJob(number, b"x")


@pytest.fixture
def ledger() -> Ledger:
    made = Ledger(LIMITS)
    for number in range(1, 7):
        made.add(job(number))
    return made


def ids(jobs) -> list[int]:
    return [one.job_id for one in jobs]


def test_jobs_go_out_in_order_up_to_the_capacity(ledger: Ledger) -> None:
    assert ids(ledger.take(3)) == [1, 2, 3]
    assert ledger.take(3) == []
    assert ledger.settle(2) == job(2)
    assert ids(ledger.take(3)) == [4]
    assert len(ledger) == 5


def test_urgent_jobs_come_first(ledger: Ledger) -> None:
    ledger.add(job(9), urgent=True)
    assert ids(ledger.take(2)) == [9, 1]


def test_an_id_is_used_once(ledger: Ledger) -> None:
    with pytest.raises(ValueError, match="there already"):
        ledger.add(job(1))
    ledger.take(1)
    ledger.settle(1)
    ledger.add(job(1))


def test_answers_to_jobs_it_does_not_have_are_told_apart(ledger: Ledger) -> None:
    assert ledger.settle(1) is None
    assert ledger.settle(99) is None


def test_begun_jobs_of_a_dead_child_are_tried_alone(ledger: Ledger) -> None:
    ledger.take(3)
    ledger.begin(1, READING, 0.0)
    ledger.begin(2, DECODING, 0.0)
    assert ledger.lose_child("SIGSEGV") == []
    assert ids(ledger.take(3)) == [1]
    assert ledger.take(3) == []
    ledger.begin(1, READING, 0.0)
    assert ledger.settle(1) is not None
    assert ids(ledger.take(3)) == [2]
    ledger.begin(2, READING, 0.0)
    (failure,) = ledger.lose_child("SIGSEGV")
    assert (failure.job_id, failure.code) == (2, "crashed_worker")
    assert failure.params == {"reason": "SIGSEGV"}
    # 3 was sent and not begun, so nothing is held against it.
    assert ids(ledger.take(3)) == [3, 4, 5]
    assert len(ledger) == 4


def test_a_late_job_is_alone_to_blame(ledger: Ledger) -> None:
    ledger.take(2)
    ledger.begin(1, DECODING, 0.0)
    ledger.begin(2, RUNNING, 0.0)
    assert ledger.next_deadline() == 10.0
    assert ledger.late(9.9) == frozenset()
    late = ledger.late(10.0)
    assert ledger.lose_child("", late) == []
    assert ids(ledger.take(2)) == [1]
    ledger.begin(1, DECODING, 20.0)
    (failure,) = ledger.lose_child("", ledger.late(30.0))
    assert (failure.code, failure.params) == ("took_too_long", {"seconds": 10.0})
    assert ids(ledger.take(2)) == [2, 3]


def test_each_stage_has_its_own_deadline(ledger: Ledger) -> None:
    ledger.take(1)
    ledger.begin(1, READING, 0.0)
    ledger.begin(1, RUNNING, 5.0)
    assert ledger.next_deadline() == 65.0
    ledger.begin(1, "no such stage", 50.0)
    assert ledger.next_deadline() == 65.0


def test_time_that_nobody_saw_is_given_back(ledger: Ledger) -> None:
    ledger.take(1)
    ledger.begin(1, DECODING, 0.0)
    ledger.postpone(100.0)
    assert ledger.late(100.0) == frozenset()
    assert ledger.next_deadline() == 110.0


def test_a_job_is_suspected_once(ledger: Ledger) -> None:
    ledger.take(2)
    assert ledger.suspect(1)
    ledger.settle(2)
    assert ids(ledger.take(2)) == [1]
    assert not ledger.suspect(1)
    assert not ledger.suspect(99)


def test_clear_returns_every_job_once(ledger: Ledger) -> None:
    ledger.take(2)
    ledger.begin(1, READING, 0.0)
    ledger.lose_child("x")
    ledger.take(2)
    assert sorted(ledger.clear()) == [1, 2, 3, 4, 5, 6]
    assert len(ledger) == 0


def test_suspects_are_handed_over_and_closed(ledger: Ledger) -> None:
    ledger.take(2)
    ledger.begin(1, DECODING, 0.0)
    assert ledger.lose_child("SIGSEGV") == []
    assert ids(ledger.hand_over()) == [1]
    assert ledger.hand_over() == []
    assert (len(ledger), ledger.pending()) == (5, 6)
    assert ids(ledger.take(3)) == [2, 3, 4]
    assert ledger.clear() == [2, 3, 4, 5, 6]
    ledger.close(1)
    assert ledger.pending() == 0


def test_who_has_a_strike_flies_alone_and_is_guilty_at_once() -> None:
    ledger = Ledger(LIMITS, of_suspects=True)
    for number in (1, 2):
        ledger.add(job(number))
    assert ids(ledger.take(3)) == [1]
    ledger.begin(1, DECODING, 0.0)
    (failure,) = ledger.lose_child("SIGSEGV")
    assert (failure.job_id, failure.code) == (1, "crashed_worker")
    assert ids(ledger.take(3)) == [2]


@given(
    st.lists(st.sampled_from(["add", "urgent", "answer", "strike", "death", "hand over"])),
    st.booleans(),
)
def test_who_sleeps_until_it_is_called_misses_no_job(events: list[str], of_suspects: bool) -> None:
    ledger = Ledger(LIMITS, of_suspects=of_suspects)
    for number, event in enumerate(events):
        if event in ("add", "urgent"):
            is_called = ledger.add(job(number), urgent=event == "urgent")
        else:
            happen(ledger, event)
            is_called = True
        if is_called:
            ledger.take(2)
        assert ledger.take(2) == []


def happen(ledger: Ledger, event: str) -> None:
    """Let something become of a job in flight: what the supervisor hears without being called."""
    first = next(iter(ledger._flying), -1)
    if event == "answer":
        ledger.settle(first)
    elif event == "strike":
        ledger.suspect(first)
    elif event == "death":
        ledger.begin(first, DECODING, 0.0)
        ledger.lose_child("SIGSEGV")
    else:
        ledger.hand_over()
