"""Dividing: which pictures teach a new model, which tune it, and which judge it, for good.

Near-duplicates are one group, and a group goes where the hash of its name says. What was decided
stays in a file of the library, so that no picture ever moves from one part to another: a picture
that a model learnt from may never judge one later. Where two groups turn out to be one (a picture
came that is like both), those that were in another part than the first of them are left out.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from anitag_desktop.domain.perceptual_hash import MIRROR
from anitag_desktop.storage.interruptions import give_up_if_asked
from anitag_desktop.storage.training_pictures import PresentPicture
from anitag_desktop.storage.whole_files import write_private

TRAIN, VALIDATION, TEST, UNUSED = "train", "validation", "test", "unused"

_TEST = 0.25
_VALIDATION = 0.1
"""Shares of the groups; the rest is learnt from."""

_NEAR_BITS = 6
"""Pictures whose perceptual hashes differ in so few of 64 bits are of one group."""


def group(pictures: Sequence[PresentPicture]) -> dict[str, str]:
    """Return the group of each picture (sha256): the least hash of all that it is joined with."""
    import numpy as np

    from anitag_desktop.storage.near_hashes import near_pairs

    signed = np.array([one.phash for one in pictures], np.int64)
    values, which = np.unique(signed.view(np.uint64), return_inverse=True)
    forest = list(range(len(values)))
    for mirror in (None, MIRROR):
        for first, second, _ in near_pairs(values, _NEAR_BITS, mirror).tolist():
            forest[_root(forest, first)] = _root(forest, second)
    members: dict[int, list[str]] = defaultdict(list)
    give_up_if_asked()
    for one, value in zip(pictures, which.tolist(), strict=True):
        members[_root(forest, value)].append(one.sha256)
    return {sha256: min(together) for together in members.values() for sha256 in together}


def divide(book: Path, groups: Mapping[str, str]) -> dict[str, str]:
    """Return the part of each picture, as ``book`` has it, and write new ones down.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    known = _read(book)
    members: dict[str, list[str]] = defaultdict(list)
    for sha256, name in sorted(groups.items()):
        members[name].append(sha256)
    parts: dict[str, str] = {}
    for name, together in members.items():
        part = next((known[one] for one in together if one in known), _place(name))
        for one in together:
            parts[one] = part if known.get(one, part) == part else UNUSED
    if new := {one: part for one, part in parts.items() if one not in known}:
        _write(book, known | new)
    return parts


def _root(forest: list[int], place: int) -> int:
    while forest[place] != place:
        forest[place] = forest[forest[place]]
        place = forest[place]
    return place


def _place(name: str) -> str:
    digest = hashlib.sha256(f"part/{name}".encode()).digest()
    share = int.from_bytes(digest[:8], "big") / 2**64
    if share < _TEST:
        return TEST
    return VALIDATION if share < _TEST + _VALIDATION else TRAIN


def _read(book: Path) -> dict[str, str]:
    """Return what was decided; lines that are no such thing count as never written."""
    try:
        lines = book.read_text("utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return {}
    return dict(pair for line in lines if (pair := _pair(line)) is not None)


def _pair(line: str) -> tuple[str, str] | None:
    try:
        sha256, part = json.loads(line)
    except (ValueError, TypeError, RecursionError):
        return None
    is_known = isinstance(sha256, str) and part in (TRAIN, VALIDATION, TEST, UNUSED)
    return (sha256, part) if is_known else None


def _write(book: Path, parts: Mapping[str, str]) -> None:
    lines: Iterable[str] = (json.dumps(pair) for pair in sorted(parts.items()))
    write_private(book, "".join(f"{line}\n" for line in lines))
