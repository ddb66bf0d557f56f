"""What threads and processes share: the pixel budget, the shared memory, the bell."""

import os
import threading
import time
from multiprocessing.connection import wait

import numpy as np
import pytest

from anitag_desktop.recognition.recognizer import Reading
from anitag_desktop.worker.batching import run_alone
from anitag_desktop.worker.budget import PixelBudget
from anitag_desktop.worker.pixels import SLOT, SharedPixels
from anitag_desktop.worker.shared_memory import Handle, SharedMemory
from anitag_desktop.worker.stages import DECODING, READING, SharedStages
from anitag_desktop.worker.wakeup import WakeUp


def test_budget_holds_and_lets_the_oversized_in_alone() -> None:
    budget = PixelBudget(100)
    used: list[int] = []
    most = 0
    lock = threading.Lock()

    def take(pixels: int) -> None:
        nonlocal most
        with budget.admit(pixels):
            with lock:
                used.append(min(pixels, 100))
                most = max(most, sum(used))
            time.sleep(0.002)
            with lock:
                used.remove(min(pixels, 100))

    threads = [threading.Thread(target=take, args=(30 + 20 * (n % 6),)) for n in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=10)
    assert not any(thread.is_alive() for thread in threads)
    assert 0 < most <= 100


def test_budget_is_given_back_after_an_error() -> None:
    budget = PixelBudget(10)
    for _ in range(3):
        with pytest.raises(ValueError, match="bad"), budget.admit(10):
            raise ValueError("bad")
    with budget.admit(10):
        pass


class Doubler:
    def recognise(self, pixels: np.ndarray) -> list[Reading]:
        return [Reading(scores=one * 2, embedding=None) for one in pixels]


def test_alone() -> None:
    assert run_alone(Doubler())(np.array([4.0])).scores[0] == 8.0


def given(memory: SharedMemory) -> Handle:
    """Return the handle that another process would get."""
    fd, name = memory.handle
    return Handle(os.dup(fd) if fd >= 0 else -1, name)


def test_shared_pixels() -> None:
    ours = SharedPixels(2)
    theirs = SharedPixels(2, given(ours))
    theirs.put(1, b"abcd")
    assert ours.get(1, 4) == b"abcd"
    assert ours.get(0, 4) == bytes(4)
    for slot, size in ((2, 4), (-1, 4), (0, 0), (0, -4), (0, SLOT + 1)):
        with pytest.raises(ValueError, match="no"):
            ours.get(slot, size)
    theirs.close()
    ours.close()


def test_stages_are_seen_while_they_last() -> None:
    ours = SharedStages()
    theirs = SharedStages(given(ours))
    assert ours.seen(4) == frozenset()
    theirs.note(0, 7, READING)
    theirs.note(2, 8, DECODING)
    assert {(one.job_id, one.stage) for one in ours.seen(4)} == {(7, READING), (8, DECODING)}
    assert {one.job_id for one in ours.seen(2)} == {7}
    theirs.leave(0)
    assert {one.job_id for one in ours.seen(4)} == {8}
    ours.clear()
    assert ours.seen(4) == frozenset()
    theirs.close()
    ours.close()


def test_the_same_stage_again_is_another_one() -> None:
    stages = SharedStages()
    stages.note(0, 7, DECODING)
    first = stages.seen(1)
    stages.note(0, 7, DECODING)
    assert first.isdisjoint(stages.seen(1))
    stages.close()


def test_what_is_no_note_is_nothing() -> None:
    handle = given(stages := SharedStages())
    hostile = SharedMemory(4096, handle)
    hostile._map[:4096] = b"\xff" * 4096
    assert stages.seen(100) == frozenset()
    hostile.close()
    stages.close()


@pytest.mark.skipif(not hasattr(os, "memfd_create"), reason="only such files can be sealed")
def test_a_child_cannot_take_the_memory_from_under_its_supervisor() -> None:
    memory = SharedMemory(4096)
    for size in (0, 4095, 8192):
        with pytest.raises(PermissionError):
            os.ftruncate(memory.handle.fd, size)
    assert os.fstat(memory.handle.fd).st_size == 4096
    memory.close()


def test_bell_never_blocks_and_rings_once() -> None:
    bell = WakeUp()
    for _ in range(100_000):
        bell.ring()
    assert wait([bell.connection], 0) == [bell.connection]
    bell.hear()
    bell.hear()
    assert wait([bell.connection], 0) == []
    bell.ring()
    assert wait([bell.connection], 0)
    bell.close()
    bell.ring()
