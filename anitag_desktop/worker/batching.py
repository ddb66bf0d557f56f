"""Joining the pictures of many threads into batches for a provider that wants them (a GPU)."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING

from anitag_desktop.recognition.recognizer import Reading, Recognizer

if TYPE_CHECKING:
    from anitag_desktop.recognition.recognizer import Floats

Run = Callable[["Floats"], Reading]
"""Recognises one picture (without batch axis); called by many threads."""


def run_alone(recognizer: Recognizer) -> Run:
    """Return a function that runs each picture by itself on the calling thread: best on a CPU."""
    return lambda pixels: recognizer.recognise(pixels[None])[0]


class Batcher:
    """Runs whatever has gathered while the last batch ran, on one thread of its own."""

    def __init__(self, recognizer: Recognizer, largest: int) -> None:
        self._recognizer = recognizer
        self._largest = largest
        self._waiting: SimpleQueue[tuple[Floats, Future[Reading]] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="batcher", daemon=True)
        self._thread.start()

    def __call__(self, pixels: "Floats") -> Reading:
        """Recognise one picture together with those of other threads."""
        future: Future[Reading] = Future()
        self._waiting.put((pixels, future))
        return future.result()

    def close(self) -> None:
        """Finish what waits and end the thread; nothing may be run afterwards."""
        self._waiting.put(None)
        self._thread.join()

    def _work(self) -> None:
        while (first := self._waiting.get()) is not None:
            self._run([first, *self._gather()])

    def _gather(self) -> Iterator[tuple["Floats", "Future[Reading]"]]:
        """Yield what waits by now; a call to close is put back for ``_work``."""
        for _ in range(self._largest - 1):
            try:
                found = self._waiting.get_nowait()
            except Empty:
                return
            if found is None:
                self._waiting.put(None)
                return
            yield found

    def _run(self, batch: Sequence[tuple["Floats", "Future[Reading]"]]) -> None:
        import numpy as np

        try:
            readings = self._recognizer.recognise(np.stack([pixels for pixels, _ in batch]))
        except BaseException as error:  # noqa: BLE001 (it belongs to the threads that wait)
            self._fail(batch, error)
            return
        for (_, future), reading in zip(batch, readings, strict=True):
            future.set_result(reading)

    def _fail(
        self, batch: Sequence[tuple["Floats", "Future[Reading]"]], error: BaseException
    ) -> None:
        """Try each picture alone, as a batch may be too large for the device; then give up."""
        for pixels, future in batch:
            if len(batch) == 1:
                future.set_exception(error)
            else:
                self._run([(pixels, future)])
