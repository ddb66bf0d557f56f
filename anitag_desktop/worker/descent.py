"""How a recogniser steps down from an accelerator: smaller batches, a fresh process, the CPU.

Each step has its reason. A device that has done ``_FORGIVEN_AFTER`` pictures since it failed gets
a fresh process again: drivers are reset, and other programs give memory back.
"""

import logging

from anitag_desktop.worker.control import LARGEST_BATCH

_FORGIVEN_AFTER = 2000
_log = logging.getLogger(__name__)


class Descent:
    """Where a recogniser stands.

    ``largest_batch`` is how many pictures the accelerator may get at once, 0 if it is given up.
    """

    def __init__(self) -> None:
        self.largest_batch = LARGEST_BATCH
        self._failed = ""
        self._shrunk = ""
        self._failures = 0
        self._answers = 0

    @property
    def words(self) -> str:
        """What was done and why, empty if nothing was."""
        return "; ".join(filter(None, (self._failed, self._shrunk)))

    def note_answer(self) -> None:
        """Count a picture that was done."""
        self._answers += 1
        if self._failures and self._answers >= _FORGIVEN_AFTER and self.largest_batch:
            self._failures = 0
            self._failed = self._shrunk = ""

    def shrink(self, provider: str, largest: int, reason: str) -> None:
        """Give at most ``largest`` pictures at once from now on."""
        self.largest_batch = min(self.largest_batch, max(1, largest))
        self._shrunk = f"{provider} gets {self.largest_batch} at once: {reason}"
        _log.info("%s", self._shrunk)

    def fail(self, provider: str, reason: str) -> None:
        """Go on in a fresh process; if that was done already, on the CPU."""
        self._failures += 1
        self._answers = 0
        if self._failures > 1:
            self.largest_batch = 0
            self._shrunk = ""
            self._failed = f"{provider} is not used any more: {reason}"
        else:
            self._failed = f"{provider} was started anew: {reason}"
        _log.info("%s", self._failed)
