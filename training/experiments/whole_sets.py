"""Sets that trainings read as they lie, with all of their own labels; only hashed here.

``whole`` in sets.toml says where one comes from: a ``folder`` beneath the data folder, or one that
the picture maker fills: with ``pictures`` as ``training pictures`` does, with ``portrayals`` as
``training portrayals`` does.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from training.pictures.attributes import ArtStyle
from training.pictures.writing import LABELS_FILE, Order, write_pictures
from training.portrayals import Cast, write_portrayals
from training.progress import Progress

FACTS = "set.json"


def make_whole(
    values: Mapping[str, Any], data: Path, folder: Path, progress: Progress
) -> dict[str, Any]:
    """Return the facts of a set: its hash and number of files; draw it into ``folder`` if need be.

    The picture maker writes the labels last, so a folder that has them is whole.
    """
    root = data / values["folder"] if "folder" in values else folder
    if root == folder and not (folder / LABELS_FILE).exists():
        _draw(values, folder, progress)
    files = sorted(p for p in root.rglob("*") if p.is_file() and p.name != FACTS)
    return {"sha256": _hash(root, files), "parts": {"files": len(files)}}


def _draw(values: Mapping[str, Any], folder: Path, progress: Progress) -> None:
    if "pictures" in values:
        own = values["pictures"]
        order = Order(
            folder, own["count"], own["seed"], own["size"], tuple(own["formats"]), art=_style(own)
        )
        for _ in write_pictures(order):
            pass
        return
    own = values["portrayals"]
    persons = range(own["persons"])
    write_portrayals(
        Cast(folder, persons, own["each"], own["size"], _style(own), faces=own["faces"]), progress
    )


def _style(values: Mapping[str, Any]) -> ArtStyle | None:
    return ArtStyle[values["style"].upper()] if "style" in values else None


def _hash(root: Path, files: list[Path]) -> str:
    """Return the SHA-256 of every file's name and bytes, in the order of their names."""
    digest = hashlib.sha256()
    for path in files:
        own = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(root).as_posix()} {own}\n".encode())
    return digest.hexdigest()
