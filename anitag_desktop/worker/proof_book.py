"""The file of what self-tests of accelerators have shown on this machine, whatever the library.

It can be lost at any time: what is not in it is tested again.
"""

import json
import uuid
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import astuple
from pathlib import Path
from typing import Any

from anitag_desktop.recognition.proof import Proof, Subject

PROOFS = "proofs.json"
"""Its name among the runtimes."""

_MOST = 200
_LONGEST = 1 << 20


class ProofBook:
    """Proofs in a file, the oldest first."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> tuple[Proof, ...]:
        """Return what is known; nothing if the file is not what it has to be."""
        try:
            with self._path.open("rb") as file:
                return tuple(_proof(one) for one in json.loads(file.read(_LONGEST)))
        except (OSError, ValueError, TypeError, RecursionError):
            return ()

    def add(self, proofs: Iterable[Proof]) -> None:
        """Add what was shown, in place of what was shown of the same before."""
        new = list(proofs)
        if new:
            subjects = {proof.subject for proof in new}
            self._write([*(p for p in self.read() if p.subject not in subjects), *new][-_MOST:])

    def forget(self) -> None:
        """Let everything be tested again."""
        self._path.unlink(missing_ok=True)

    def _write(self, proofs: list[Proof]) -> None:
        """Replace the file; a disk that is full costs a test the next time, nothing more."""
        part = self._path.with_name(f"{self._path.name}.{uuid.uuid4().hex}.part")
        with suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                part.write_text(json.dumps([astuple(one) for one in proofs]), encoding="utf-8")
                part.replace(self._path)
            finally:
                part.unlink(missing_ok=True)


def _proof(plain: Any) -> Proof:
    subject, reason, gap, speed, day = plain
    words = [*subject, reason, day]
    if len(subject) != 4 or not all(isinstance(one, str) for one in words):
        raise ValueError("not a proof")
    return Proof(Subject(*subject), reason, float(gap), float(speed), day)
