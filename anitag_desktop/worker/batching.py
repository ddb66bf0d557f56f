"""Joining the pictures of many threads into batches for an accelerator.

The threads read, decode and prepare, each on a core of its own; one thread runs the batches. Each
copies its picture into the batch that is open, so nobody copies for others, and while one batch
runs the next one fills. No more than these two exist: who finds both full waits, so memory is
bounded however fast the threads decode.
"""

from collections.abc import Callable
from concurrent.futures import Future
from threading import Condition, Lock, Semaphore, Thread
from typing import TYPE_CHECKING

from anitag_desktop.recognition.device_failure import MEMORY, DeviceError, Diagnosis
from anitag_desktop.recognition.recognizer import Reading, Recognizer

if TYPE_CHECKING:
    from anitag_desktop.recognition.recognizer import Floats

Run = Callable[["Floats"], Reading]
"""Recognises one picture (without batch axis); called by many threads."""

Notice = Callable[[int, str], None]
"""Hears that batches are smaller from now on: the largest, and why."""


def beside(run: Run, gate: Semaphore) -> Run:
    """Return the same for threads of which ``gate`` lets some decode: who waits lets another in."""

    def run_beside(pixels: "Floats") -> Reading:
        gate.release()
        try:
            return run(pixels)
        finally:
            gate.acquire()

    return run_beside


def run_alone(recognizer: Recognizer) -> Run:
    """Return a function that runs each picture by itself on the calling thread: best on a CPU."""
    return lambda pixels: recognizer.recognise(pixels[None])[0]


def run_in_turn(recognizer: Recognizer) -> Run:
    """Return the same for a device that can do one thing at a time, and shapes that differ."""
    turn = Lock()

    def run(pixels: "Floats") -> Reading:
        with turn:
            return recognizer.recognise(pixels[None])[0]

    return run


class _Batch:
    """Room for pictures of one shape; ``taken`` places of it are given away, ``filled`` full."""

    def __init__(self, room: int, like: "Floats") -> None:
        import numpy as np

        self.pixels = np.empty((room, *like.shape), np.float32)
        self.empty()

    def empty(self) -> None:
        """Make it one that nobody has used."""
        self.taken = self.filled = 0
        self.futures: list[Future[Reading]] = []


class Batcher:
    """Runs whatever has gathered while the last batch ran, on one thread of its own.

    ``largest`` is how many pictures a batch may have; it halves when the device's memory is full,
    of which ``notice`` hears. A picture of another shape than the first one makes a ValueError.
    """

    def __init__(self, recognizer: Recognizer, largest: int, notice: Notice) -> None:
        self._recognizer = recognizer
        self._largest = largest
        self._notice = notice
        self._room = largest
        self._turn = Condition()
        self._open: _Batch | None = None
        self._spare: _Batch | None = None
        self._is_closed = False
        self._thread = Thread(target=self._work, name="batcher", daemon=True)
        self._thread.start()

    def __call__(self, pixels: "Floats") -> Reading:
        """Recognise one picture together with those of other threads.

        Raises:
            DeviceError: the device cannot do it, not even this picture alone.
        """
        batch, place = self._take_place(pixels)
        try:
            batch.pixels[place] = pixels
        finally:
            with self._turn:
                batch.filled += 1
                future = batch.futures[place]
                self._turn.notify_all()
        return future.result()

    def close(self) -> None:
        """Finish what waits and end the thread; nothing may be run afterwards."""
        with self._turn:
            self._is_closed = True
            self._turn.notify_all()
        self._thread.join()

    def _take_place(self, pixels: "Floats") -> tuple[_Batch, int]:
        with self._turn:
            if self._open is None:
                self._open, self._spare = _Batch(self._room, pixels), _Batch(self._room, pixels)
            if pixels.shape != self._open.pixels.shape[1:]:
                raise ValueError(f"a picture of another shape: {pixels.shape}")
            self._turn.wait_for(lambda: self._open is not None and self._has_place(self._open))
            batch = self._open
            batch.futures.append(Future())
            batch.taken += 1
            return batch, batch.taken - 1

    def _has_place(self, batch: _Batch) -> bool:
        return batch.taken < min(self._largest, self._room)

    def _work(self) -> None:
        while (batch := self._next()) is not None:
            self._settle(batch.futures, batch.pixels[: batch.taken])
            with self._turn:
                batch.empty()
                self._spare = batch

    def _next(self) -> _Batch | None:
        """Wait for a picture, let the other batch be filled, wait for those still being copied."""
        with self._turn:
            self._turn.wait_for(lambda: self._is_closed or (self._open and self._open.filled))
            batch = self._open
            if batch is None or not batch.taken:
                return None
            self._open = self._spare
            self._turn.notify_all()
            self._turn.wait_for(lambda: batch.filled == batch.taken)
            return batch

    def _settle(self, futures: list["Future[Reading]"], pixels: "Floats") -> None:
        """Give each thread its reading, or what went wrong."""
        try:
            readings = self._run(pixels)
            if len(readings) != len(futures):
                raise ValueError(f"{len(readings)} readings of {len(futures)} pictures")
        except BaseException as error:  # noqa: BLE001 (it belongs to the threads that wait)
            for future in futures:
                future.set_exception(error)
            return
        for future, reading in zip(futures, readings, strict=True):
            future.set_result(reading)

    def _run(self, pixels: "Floats") -> list[Reading]:
        """Run a batch, in halves as often as the device's memory is full.

        Raises:
            DeviceError: it is full with one picture, or the device failed otherwise.
        """
        outcome = self._attempt(pixels)
        if isinstance(outcome, list):
            return outcome
        if outcome.kind != MEMORY or len(pixels) == 1:
            raise DeviceError(outcome)
        half = len(pixels) // 2
        self._shrink(half, outcome.words)
        return [*self._run(pixels[:half]), *self._run(pixels[half:])]

    def _attempt(self, pixels: "Floats") -> list[Reading] | Diagnosis:
        """Run once; the exception, which keeps the device's memory alive, ends here."""
        try:
            return self._recognizer.recognise(pixels)
        except DeviceError as error:
            return error.diagnosis

    def _shrink(self, largest: int, words: str) -> None:
        if largest < self._largest:
            with self._turn:
                self._largest = largest
            self._notice(largest, words)
