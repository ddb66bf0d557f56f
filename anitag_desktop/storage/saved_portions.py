"""Full vector portions as files of the cache folder: written whole, never changed, mapped to read.

They are made from index.db and may be deleted at any time. A file is believed only as far as its
form is right; whether index.db still says the same is for the reader to look at.
"""

import hashlib
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from anitag_desktop.storage import vector_portions
from anitag_desktop.storage.embeddings import VectorSpace
from anitag_desktop.storage.files_on_disk import make_private_folder, replace_whole, touch_private
from anitag_desktop.storage.vector_portions import Mean, Portion

_FORMAT = 1
_NAMES = f"{'[0-9a-f]' * 16}-{'[0-9]' * 5}*"


def path_of(folder: Path, within: VectorSpace, place: int) -> Path:
    """Return where the portion lies that has ``place`` others before it."""
    return folder / f"{_about(within)[:8].hex()}-{place:05}"


def read(
    path: Path, within: VectorSpace, after: int, library_ids: NDArray[np.uint32]
) -> tuple[Portion, Mean] | None:
    """Return a portion and the mean that its signs were made with; None if it is not right.

    ``after`` is the last vector of the portion before it, and ``library_ids`` has the library's
    id, or 0, for each image id of index.db.
    """
    try:
        saved = _mapped(path, within.dim)
    except (OSError, ValueError):
        return None
    mean, seqs, numbers = (saved[name][0].copy() for name in ("mean", "seqs", "numbers"))
    is_ours = saved["about"].tobytes() == _about(within) and saved["after"][0] == after
    if not (is_ours and np.all(np.isfinite(mean)) and np.all(np.diff(seqs, prepend=after) > 0)):
        return None
    images = np.append(library_ids, np.uint32(0)).take(numbers, mode="clip")
    return _lying_in(saved, Portion(seqs, numbers, images, np.empty((0, 0), np.int8))), mean


def write(path: Path, within: VectorSpace, after: int, portion: Portion, mean: Mean) -> Portion:
    """Save a full portion; return it as it lies in the file.

    Raises:
        OSError: it could not be saved; nothing is left of it.
    """
    content = np.zeros(1, _form(within.dim))
    content["about"], content["after"] = np.frombuffer(_about(within), np.uint8), after
    content["mean"], content["seqs"], content["numbers"] = mean, portion.seqs, portion.numbers
    content["signs"], content["rounded"] = portion.signs, portion.rounded
    building = path.with_suffix(".part")
    make_private_folder(path.parent)
    building.unlink(missing_ok=True)
    try:
        touch_private(building)
        content.tofile(building)
        replace_whole(building, path)
    finally:
        building.unlink(missing_ok=True)
    return _lying_in(_mapped(path, within.dim), portion)


def keep_only(folder: Path, paths: Collection[Path]) -> None:
    """Delete every other portion in the folder, also what is left of one that was never whole."""
    for path in folder.glob(_NAMES):
        if path not in paths:
            with suppress(OSError):  # Windows deletes nothing that another process has mapped
                path.unlink()


def _mapped(path: Path, dim: int) -> NDArray[np.void]:
    form = _form(dim)
    if path.stat().st_size != form.itemsize:
        raise ValueError(f"{path} is not of the size that it should have")
    return np.memmap(path, form, "r")


def _lying_in(saved: NDArray[np.void], portion: Portion) -> Portion:
    rounded, signs = (np.asarray(saved[name][0]) for name in ("rounded", "signs"))
    return portion._replace(rounded=rounded, signs=signs)


def _form(dim: int) -> np.dtype[np.void]:
    size = vector_portions.SIZE
    return np.dtype(
        [
            ("about", "u1", (32,)),
            ("after", "<i8"),
            ("mean", "<f4", (dim,)),
            ("seqs", "<i8", (size,)),
            ("numbers", "<u4", (size,)),
            ("signs", "u1", (size, (dim + 7) // 8)),
            ("rounded", "i1", (size, dim)),
        ]
    )


def _about(within: VectorSpace) -> bytes:
    """Return what sets the files of a model apart from all others."""
    told = (_FORMAT, within.model.model_id, within.model.revision, within.dim)
    return hashlib.sha256(repr(told).encode()).digest()
