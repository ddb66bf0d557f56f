"""Batches of many threads on a device that is made of the CPU: nothing lost, nothing swapped."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import numpy as np
import pytest

from anitag_desktop.recognition.device_failure import DeviceError, diagnose
from anitag_desktop.recognition.recognizer import Reading
from anitag_desktop.worker.batching import Batcher
from tests.helpers import true_errors

SHAPE = (3, 4, 4)


class FakeDevice:
    """Gives each picture its mean; has memory for ``room`` pictures, and fails as it is told."""

    package = None

    def __init__(self, room: int = 1000, seconds: float = 0.0) -> None:
        self.sizes: list[int] = []
        self.most_at_once = 0
        self.failures: list[str] = []
        self.room, self.seconds = room, seconds
        self._running = 0

    def recognise(self, pixels: np.ndarray) -> list[Reading]:
        self._running += 1
        self.most_at_once = max(self.most_at_once, self._running)
        self.sizes.append(len(pixels))
        time.sleep(self.seconds)
        self._running -= 1
        if self.failures:
            raise DeviceError(diagnose(RuntimeError(self.failures.pop(0))))
        if len(pixels) > self.room:
            raise DeviceError(diagnose(RuntimeError(true_errors.CUDA_OOM)))
        return [Reading(one.mean(keepdims=True).reshape(1), None) for one in pixels]


@contextmanager
def batching(device: FakeDevice, largest: int = 8) -> Iterator[tuple[Batcher, list]]:
    noticed: list[tuple[int, str]] = []
    batcher = Batcher(device, largest, lambda size, words: noticed.append((size, words)))
    try:
        yield batcher, noticed
    finally:
        batcher.close()


def picture(number: int) -> np.ndarray:
    return np.full(SHAPE, number, np.float32)


def run_all(run: Callable[[np.ndarray], Reading], count: int, threads: int = 24) -> None:
    """Run pictures on many threads; each has to get its own reading."""

    def one(number: int) -> bool:
        time.sleep(random.random() / 1000)
        return float(run(picture(number)).scores[0]) == number

    with ThreadPoolExecutor(threads) as pool:
        assert all(pool.map(one, range(count)))


def test_each_gets_its_own_and_none_is_lost() -> None:
    device = FakeDevice(seconds=0.001)
    with batching(device) as (batcher, noticed):
        run_all(batcher, 500)
    assert sum(device.sizes) == 500
    assert 1 < max(device.sizes) <= 8
    assert (device.most_at_once, noticed) == (1, [])


def test_one_picture_does_not_wait_for_others() -> None:
    with batching(FakeDevice()) as (batcher, _):
        assert batcher(picture(7)).scores[0] == 7


def test_no_more_than_two_batches_are_in_memory() -> None:
    device = FakeDevice(seconds=0.05)
    with batching(device, largest=2) as (batcher, _), ThreadPoolExecutor(10) as pool:
        futures = [pool.submit(batcher, picture(n)) for n in range(10)]
        time.sleep(0.02)
        assert sum(len(batch.futures) for batch in {batcher._open, batcher._spare}) <= 4
        assert sum(future.running() for future in futures) == 10
        assert [float(f.result().scores[0]) for f in futures] == list(range(10))


@pytest.mark.parametrize("room", [1, 2, 3, 5])
def test_full_memory_halves_the_batch_and_loses_nothing(room: int) -> None:
    device = FakeDevice(room, seconds=0.001)
    with batching(device) as (batcher, noticed):
        run_all(batcher, 200)
        sizes = [size for size, _ in noticed]
        assert sizes == sorted(set(sizes), reverse=True)
        assert sizes[-1] <= room
        assert noticed[0][1] == "its memory is full"
        device.sizes.clear()
        run_all(batcher, 100)
    assert max(device.sizes) <= room


def test_full_memory_with_one_picture_is_the_devices_failure() -> None:
    with batching(FakeDevice(room=0)) as (batcher, noticed), pytest.raises(DeviceError) as caught:
        batcher(picture(1))
    assert (caught.value.diagnosis.words, noticed) == ("its memory is full", [])


def test_lost_device_is_told_to_every_thread_of_the_batch() -> None:
    device = FakeDevice(seconds=0.02)
    with batching(device) as (batcher, noticed), ThreadPoolExecutor(4) as pool:
        batcher(picture(0))
        device.failures = [true_errors.DIRECTML_REMOVED] * 100
        futures = [pool.submit(batcher, picture(n)) for n in range(4)]
        errors = [future.exception() for future in futures]
    assert all(isinstance(error, DeviceError) for error in errors)
    assert noticed == []


def test_what_is_no_failure_of_the_device_is_passed_on() -> None:
    class Short(FakeDevice):
        def recognise(self, pixels: np.ndarray) -> list[Reading]:
            return super().recognise(pixels)[1:]

    with batching(Short()) as (batcher, _), pytest.raises(ValueError, match="0 readings of 1"):
        batcher(picture(1))


def test_picture_of_another_shape_disturbs_nobody() -> None:
    with batching(FakeDevice()) as (batcher, _):
        assert batcher(picture(1)).scores[0] == 1
        with pytest.raises(ValueError, match="another shape"):
            batcher(np.zeros((3, 1, 1), np.float32))
        assert batcher(picture(2)).scores[0] == 2
