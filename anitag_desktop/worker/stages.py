"""Memory in which the threads of a worker process note what they are at, for its supervisor.

A picture goes through several stages in a few milliseconds. Told by messages, they would cost more
than a tenth of that; and what a process was at when it ended can still be read here.
"""

import itertools
import struct
from typing import NamedTuple

from anitag_desktop.worker.shared_memory import Handle, SharedMemory

READING = "reading"
DECODING = "decoding"
RUNNING = "running"

SLOTS = 1024
"""So many threads can a process have at most."""

_NOTE = struct.Struct("<QQQ")
_NUMBERS = {READING: 1, DECODING: 2, RUNNING: 3}
_NAMES = {number: name for name, number in _NUMBERS.items()}
_NOTHING = bytes(_NOTE.size)


class Stage(NamedTuple):
    """A job is being read, decoded or run; ``turn`` tells this time from others."""

    job_id: int
    turn: int
    stage: str


class SharedStages(SharedMemory):
    """One note for each thread; who reads them sees what was there a moment ago."""

    def __init__(self, handle: Handle | None = None) -> None:
        super().__init__(SLOTS * _NOTE.size, handle)
        self._turns = itertools.count(1)

    def note(self, slot: int, job_id: int, stage: str) -> None:
        """Note that a thread begins a stage of a job."""
        self._put(slot, _NOTE.pack(job_id, next(self._turns), _NUMBERS[stage]))

    def leave(self, slot: int) -> None:
        """Note that a thread has done its job."""
        self._put(slot, _NOTHING)

    def clear(self) -> None:
        """Forget what all threads were at."""
        self._map[:] = bytes(len(self._map))

    def seen(self, slots: int) -> frozenset[Stage]:
        """Return what so many threads are at; of what is no note, nothing."""
        notes = _NOTE.iter_unpack(self._map[: slots * _NOTE.size])
        return frozenset(Stage(job, turn, _NAMES[no]) for job, turn, no in notes if no in _NAMES)

    def _put(self, slot: int, note: bytes) -> None:
        self._map[slot * _NOTE.size : (slot + 1) * _NOTE.size] = note
