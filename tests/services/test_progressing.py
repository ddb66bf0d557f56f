"""How far the work is, as it is told: what is left, how fast it goes, how long it will take."""

from dataclasses import dataclass, field

import pytest

from anitag_desktop.services import measuring, progressing
from anitag_desktop.services.progressing import ProgressTeller
from anitag_desktop.worker.messages import ProviderReport


@dataclass
class Clock:
    now: float = 1000.0

    def __call__(self):
        return self.now


@dataclass
class Waiting:
    """Stands for a reader: so many files wait."""

    left: int
    is_idle: bool = False
    write_error: object = None
    backlog: object = field(init=False)

    def __post_init__(self):
        self.backlog = self

    def count(self):
        return self.left

    def provider(self):
        return ProviderReport("CPU", True)


@pytest.fixture
def teller(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(progressing.time, "monotonic", clock)
    monkeypatch.setattr(progressing, "Pace", lambda: measuring.Pace(clock))
    made = ProgressTeller()
    made.clock = clock
    return made


def work(teller, reader, seconds, done, **options):
    teller.clock.now += seconds
    reader.left -= done
    teller.note_step(reader, done, "", is_paused=options.get("is_paused", False))
    return teller.now


def test_the_time_that_is_left_follows_from_the_pace(teller):
    reader = Waiting(1000)
    work(teller, reader, 0, 0)
    for _ in range(10):
        progress = work(teller, reader, 1, 20)
    assert (progress.state, progress.done, progress.total) == ("running", 200, 1000)
    assert progress.rate == pytest.approx(20, rel=0.1)
    assert progress.seconds_left == pytest.approx(40, rel=0.1)


def test_no_time_is_promised_before_anything_was_done_or_while_it_is_paused(teller):
    reader = Waiting(100)
    assert work(teller, reader, 0, 0).seconds_left is None
    work(teller, reader, 2, 10)
    paused = work(teller, reader, 60, 0, is_paused=True)
    assert (paused.state, paused.seconds_left, paused.done) == ("paused", None, 10)
    again = work(teller, reader, 1, 5)
    assert again.state == "running"
    assert again.seconds_left < 60  # the pause did not slow the pace down


def test_what_comes_on_the_way_is_counted(teller):
    reader = Waiting(100)
    work(teller, reader, 5, 10)
    reader.left += 500
    progress = work(teller, reader, 5, 10)
    assert (progress.done, progress.total) == (20, 600)


def test_idle_begins_anew(teller):
    reader = Waiting(10)
    work(teller, reader, 1, 10)
    reader.is_idle = True
    idle = work(teller, reader, 1, 0)
    assert (idle.state, idle.done, idle.total, idle.seconds_left) == ("idle", 0, 0, None)
