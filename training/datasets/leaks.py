"""Refuses to choose weights on the pictures that they are tested on."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.datasets.sample import LabelledPicture

LARGEST_SHARE = 0.5


def refuse_shared(pictures: Sequence[LabelledPicture], parts: Sequence[str]) -> int:
    """Return how many validation pictures are, byte for byte, test pictures too.

    Raises:
        AnitagError: ``training_failed`` when that is more than half of them: then validation is
            the test, and what it chooses is no result.
    """
    measured = [p.path for p, part in zip(pictures, parts, strict=True) if part == "validation"]
    tested = [p.path for p, part in zip(pictures, parts, strict=True) if part == "test"]
    shared = len(_same_content(measured, tested))
    if measured and shared > LARGEST_SHARE * len(measured):
        reason = (
            f"{shared} of {len(measured)} validation pictures are test pictures too; cut a "
            "validation part from training, or say datasets.allow_shared = true"
        )
        raise AnitagError("training_failed", reason=reason)
    return shared


def _same_content(paths: Sequence[Path], others: Sequence[Path]) -> list[Path]:
    """Return the paths whose bytes some other file has too; only equal sizes are read."""
    by_size: dict[int, list[Path]] = defaultdict(list)
    for other in others:
        by_size[other.stat().st_size].append(other)
    known: dict[int, set[str]] = {}
    found = []
    for path in paths:
        size = path.stat().st_size
        if size in by_size:
            if size not in known:
                known[size] = {_digest(other) for other in by_size[size]}
            if _digest(path) in known[size]:
                found.append(path)
    return found


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
