"""Writes pictures and their labels to a folder, on as many processes as wanted."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from anitag_desktop.domain.tag import TagCategory
from training.pictures.attributes import ArtStyle
from training.pictures.drawing import Drawing, draw
from training.pictures.picture import PictureSpec
from training.pictures.planting import (
    FLAWLESS,
    PLANTED_FILE,
    Flaws,
    altered,
    mislabelled,
    planted_at,
)
from training.pictures.spec import sample_spec

Row = dict[str, object]
LABELS_FILE = "labels.jsonl"
FORMATS = ("png", "jpeg", "webp", "gif", "bmp", "tiff", "avif")
"""File formats that can be written, by their suffix."""

_OPTIONS: dict[str, dict[str, object]] = {
    "png": {"optimize": False, "compress_level": 6},
    "jpeg": {"quality": 90},
    "webp": {"quality": 88, "method": 4},
    "avif": {"quality": 75, "speed": 8},
    "tiff": {"compression": "tiff_deflate"},
}
_OPAQUE = frozenset({"jpeg", "bmp"})


@dataclass(frozen=True, slots=True)
class Order:
    """What to write: ``count`` pictures from a seed into a folder."""

    folder: Path
    count: int
    seed: int
    longest: int
    formats: tuple[str, ...]
    start: int = 0
    flaws: Flaws = FLAWLESS
    art: ArtStyle | None = None
    """The one style of all pictures; None draws each in a chance style."""


def spec_of(
    seed: int, number: int, long_tail: float = 0.0, art: ArtStyle | None = None
) -> PictureSpec:
    """Return the specification of one numbered picture; none depends on the others."""
    return sample_spec(Random(f"{seed}/{number}"), long_tail, art)


def write_pictures(order: Order, workers: int = 1) -> Iterator[dict[str, object]]:
    """Write the pictures and yield each one's labels; the labels file is written at the end.

    What was planted is written beside it into ``planted.jsonl``, which is not there without flaws.
    Raises OSError when the folder cannot be written.
    """
    order.folder.mkdir(parents=True, exist_ok=True)
    rows, truths = [], []
    for row, truth in _rows(order, workers):
        rows.append(row)
        truths += [truth] if truth else []
        yield row
    planted = order.folder / PLANTED_FILE
    if order.flaws == FLAWLESS:
        planted.unlink(missing_ok=True)  # of pictures that were drawn over
    else:
        write_lines(planted, truths)
    write_lines(order.folder / LABELS_FILE, rows)


def write_lines(path: Path, rows: Sequence[Row]) -> None:
    """Write one JSON object per line."""
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    path.write_text(lines, encoding="utf-8")


def _rows(order: Order, workers: int) -> Iterator[tuple[Row, Row]]:
    numbers = range(order.start, order.start + order.count)
    if workers <= 1:
        for number in numbers:
            yield write_one(order, number)
        return
    with ProcessPoolExecutor(workers, get_context("spawn")) as pool:
        yield from pool.map(write_one, [order] * len(numbers), numbers, chunksize=16)


def write_one(order: Order, number: int) -> tuple[Row, Row]:
    """Draw and write one numbered picture; return its labels, and what is planted in it."""
    planted = planted_at(order.flaws, order.seed, number, order.start)
    origin = number if planted.of is None else planted.of
    spec = spec_of(order.seed, origin, order.flaws.long_tail, order.art)
    drawing = draw(spec, order.longest)
    name = _name(order, number, origin if planted.kind == "duplicate" else number)
    pixels, rng = drawing.pixels, Random(f"{order.seed}/flaw/{number}")
    if planted.kind == "look_alike":
        pixels = altered(pixels, rng)
    save(pixels, order.folder / name, name.rpartition(".")[2])
    row = row_of(spec, drawing, name)
    if not planted.kind:
        return row, {}
    truth: Row = {"file": name, "kind": planted.kind}
    if planted.of is not None:
        return row, {**truth, "of": _name(order, origin, origin)}
    true = [tag for tag, category in drawing.tags if category == TagCategory.GENERAL.value]
    row["tags"], missing, wrong = mislabelled(true, rng)
    return row, {**truth, "missing": missing, "wrong": wrong}


def _name(order: Order, number: int, like: int) -> str:
    """Return the file name of a number in the format of the number that it is ``like``."""
    return f"{order.seed}_{number:06d}.{order.formats[like % len(order.formats)]}"


def save(pixels: NDArray[np.uint8], path: Path, form: str) -> None:
    """Write RGBA pixels as a file; formats without transparency get a white ground."""
    image = Image.fromarray(pixels)
    opaque = bool((pixels[..., 3] == 255).all())
    if opaque:
        image = image.convert("RGB")
    elif form in _OPAQUE:
        ground = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(ground, image).convert("RGB")
    image.save(path, form.upper(), **_OPTIONS.get(form, {}))


def row_of(spec: PictureSpec, drawing: Drawing, name: str) -> dict[str, object]:
    """Return the labels of one picture as a row of the labels file."""
    by_category: dict[str, list[str]] = {}
    for tag, category in drawing.tags:
        by_category.setdefault(category, []).append(tag)
    identity = str(spec.people[0].traits.hair.seed) if len(spec.people) == 1 else ""
    return {
        "file": name,
        "tags": by_category.get("general", []),
        "characters": by_category.get("character", []),
        "copyright": by_category.get("copyright", []),
        "rating": drawing.rating.value,
        "identity": identity,
        "seed": spec.seed,
    }
