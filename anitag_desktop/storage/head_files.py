"""The files of personal heads: each is named after its content and never changed."""

import hashlib
import io
import json
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.learning.calibration import Calibration
from anitag_desktop.learning.faces import Faces
from anitag_desktop.learning.gallery import Taught
from anitag_desktop.learning.head import PersonalHead, Tags
from anitag_desktop.learning.rivals import Rivals
from anitag_desktop.learning.rows import Rows
from anitag_desktop.learning.space import Space, Vectors
from anitag_desktop.storage.files_on_disk import make_private_folder, replace_durably, touch_private

_DIGITS = 16
_PARTS = 13
_SUFFIX = ".head"


def save(folder: Path, head: PersonalHead) -> str:
    """Write a head into the folder of heads, unless it is there whole; return its revision.

    Raises:
        OSError: it could not be written; nothing is left of it.
    """
    content = _to_bytes(head)
    revision = hashlib.sha256(content).hexdigest()[:_DIGITS]
    path = folder / f"{revision}{_SUFFIX}"
    if load(folder, revision) is None:
        make_private_folder(folder)
        building = path.with_suffix(".part")
        building.unlink(missing_ok=True)
        touch_private(building)
        try:
            building.write_bytes(content)
            replace_durably(building, path)
        finally:
            building.unlink(missing_ok=True)
    return revision


def load(folder: Path, revision: str) -> PersonalHead | None:
    """Return a head; None if its file is not there, or is not what it was."""
    try:
        path = folder / f"{revision}{_SUFFIX}"
        return _load(path, path.stat().st_mtime_ns)
    except (OSError, ValueError):
        return None


def prune(folder: Path, most: int, kept: Container[str]) -> list[str]:
    """Delete all heads but the newest ``most`` and ``kept``; return the deleted ones."""
    files = sorted(
        folder.glob(f"*{_SUFFIX}"), key=lambda path: path.stat().st_mtime_ns, reverse=True
    )
    gone = [path for path in files[most:] if path.stem not in kept]
    for path in gone:
        with suppress(OSError):
            path.unlink()
    return [path.stem for path in gone]


@lru_cache(maxsize=4)
def _load(path: Path, _changed_at: int) -> PersonalHead:
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest()[:_DIGITS] != path.stem:
        raise ValueError(f"{path} is not what it was")
    return _from_bytes(content)


def _to_bytes(head: PersonalHead) -> bytes:
    """Return a head as arrays in NumPy's own format, one behind the other, always the same way."""
    faces = head.faces or _no_faces()
    names = {
        "tags": head.tags.uids,
        "evidence": head.tags.evidence,
        "rivals": head.tags.rivals,
        "reliance": head.tags.reliance,
        "characters": head.characters,
        "wearers": [one.wearer for one in head.taught],
        "faces": faces.characters,
        "face_wearers": [one.wearer for one in faces.taught],
        "same": faces.same,
    }
    file = io.BytesIO()
    parts: tuple[NDArray[Any], ...] = (
        np.frombuffer(json.dumps(names).encode(), np.uint8),
        head.space.middle,
        np.array(head.tags.is_sure, np.bool_),
        head.tags.rows.weights,
        head.tags.rows.biases,
        np.stack(head.tags.calibration),
        *_shown(head.taught, head.strangers),
        faces.space.middle,
        *_shown(faces.taught, faces.strangers),
    )
    for part in parts:
        np.lib.format.write_array(file, part, allow_pickle=False)
    return file.getvalue()


def _no_faces() -> Faces:
    nothing = np.empty((0, 0), np.float32)
    return Faces(Space(np.empty(0, np.float32)), (), (), nothing, -1.0)


def _shown(taught: Sequence[Taught], strangers: Vectors) -> list[NDArray[Any]]:
    """Return the examples behind each other, how many of them belong together, and strangers."""
    parts = [part for one in taught for part in (one.examples, one.rejected)]
    counts = np.array([len(part) for part in parts], np.int64)
    return [np.concatenate([*parts, strangers[:0]]), counts, strangers]


def _taught(
    shown: NDArray[Any], counts: NDArray[Any], wearers: Sequence[int]
) -> tuple[Taught, ...]:
    pieces = np.split(shown, np.cumsum(counts))[:-1]
    three = zip(pieces[::2], pieces[1::2], wearers, strict=True)
    return tuple(Taught(*one) for one in three)


def _rivals(names: Mapping[str, Any]) -> tuple[Rivals, ...]:
    """Return the rivals of each tag; older files know of none, nor of reliance."""
    told = names.get("rivals") or [((), 1.0)] * len(names["tags"])
    return tuple(Rivals(tuple(uids), none) for uids, none in told)


def _from_bytes(content: bytes) -> PersonalHead:
    file = io.BytesIO(content)
    parts = [np.lib.format.read_array(file, allow_pickle=False) for _ in range(_PARTS)]
    text, middle, is_sure, weights, biases, calibration, *rest = parts
    taught, counts, strangers, face_middle, face_taught, face_counts, face_strangers = rest
    names = json.loads(text.tobytes())
    tags = Tags(
        tuple(names["tags"]),
        tuple(names["evidence"]),
        tuple(is_sure.tolist()),
        Rows(weights, biases),
        Calibration(*calibration),
        _rivals(names),
        tuple(names.get("reliance") or (1.0,) * len(names["tags"])),
    )
    faces = Faces(
        Space(face_middle),
        tuple(names["faces"]),
        _taught(face_taught, face_counts, names["face_wearers"]),
        face_strangers,
        names["same"],
    )
    return PersonalHead(
        Space(middle),
        tags,
        tuple(names["characters"]),
        _taught(taught, counts, names["wearers"]),
        strangers,
        faces if faces.characters else None,
    )
