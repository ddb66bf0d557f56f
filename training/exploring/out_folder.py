"""The folder that an exploration writes: plots, tables, sheets."""

import csv
import io
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from anitag_desktop.domain.error import write_failure
from training.exploring.film_writing import write_webp
from training.exploring.frame_spool import FrameSpool
from training.exploring.section import Shown, Table
from training.exploring.wording import cell, legible
from training.reporting.figures import Plot
from training.reporting.inlining import inlined

ROWS_SHOWN = 200
"""Longer tables are cut on the page, which says so; the CSV has all rows."""

DIGITS = 4
"""So many the page shows of the largest number of a column."""

MOST_DECIMALS = 6

LARGEST_INLINE = 6 << 20
"""Bytes; a larger film lies beside the page only."""


class OutFolder:
    """Writes files beneath one folder; each method raises ``cannot_write`` or ``disk_full``."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def place(self, name: str) -> Path:
        """Return where a file is to lie, its folder made."""
        target = self.path / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise write_failure(target.parent, error) from error
        return target

    def text(self, name: str, content: str) -> None:
        """Write a text."""
        target = self.place(name)
        try:
            target.write_text(content, "utf-8")
        except OSError as error:
            raise write_failure(target, error) from error

    def numbers(self, name: str, values: object) -> None:
        """Write plain values as JSON; names in it are as they were."""
        self.text(name, json.dumps(values, indent=1, default=float) + "\n")

    def table(
        self, name: str, title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]
    ) -> Table:
        """Write tables/NAME.csv and return what the page shows of it."""
        target, shown, count = self.place(f"tables/{name}.csv"), [], 0
        try:
            with target.open("w", encoding="utf-8", newline="") as stream:
                writer = csv.writer(stream)
                writer.writerow(columns)
                for row in rows:
                    writer.writerow([cell(value) for value in row])
                    count += 1
                    if count <= ROWS_SHOWN:
                        shown.append(row)
        except OSError as error:
            raise write_failure(target, error) from error
        return Table(title, columns, _told(shown), f"tables/{name}.csv", count, _texts(shown))

    def plot(self, plot: Plot) -> None:
        """Write plots/NAME.png."""
        plot.save(self.place(f"plots/{plot.name}.png"))

    def picture(self, name: str, image: Image.Image, caption: str, quality: int = 88) -> Shown:
        """Write NAME (JPEG, or PNG by its name) and return it as the page shows it."""
        target, stream = self.place(name), io.BytesIO()
        kind = "PNG" if target.suffix == ".png" else "JPEG"
        image.save(stream, kind, quality=quality, optimize=True)
        return self.shown(name, stream.getvalue(), caption, image.width)

    def film(self, name: str, frames: FrameSpool, duration: int, caption: str) -> list[Shown]:
        """Write frames as an animated WebP; return it where it is small enough for the page."""
        target = self.place(name)
        write_webp(frames, duration, target)
        if target.stat().st_size > LARGEST_INLINE:
            return []
        content = target.read_bytes()
        return [Shown(inlined("webp", content), legible(caption), name, frames.size[0])]

    def shown(self, name: str, content: bytes, caption: str, width: int) -> Shown:
        """Write a picture that is already encoded and return it as the page shows it."""
        target = self.place(name)
        try:
            target.write_bytes(content)
        except OSError as error:
            raise write_failure(target, error) from error
        kind = {".jpg": "jpeg", ".png": "png"}[target.suffix]
        return Shown(inlined(kind, content), legible(caption), name, width)


def _texts(rows: Sequence[Sequence[object]]) -> frozenset[int]:
    """Return the places of the columns with words; a number may be absent here and there ("")."""
    cells = ((place, value) for row in rows for place, value in enumerate(row))
    return frozenset(place for place, value in cells if isinstance(value, str) and value)


def _told(rows: Sequence[Sequence[object]]) -> list[list[object]]:
    """Return rows as the page shows them: the numbers of a column with as many decimals each."""
    found: defaultdict[int, list[float]] = defaultdict(list)
    for row in rows:
        for place, value in enumerate(row):
            if isinstance(value, float) and math.isfinite(value):
                found[place].append(value)
    decimals = {place: _decimals(values) for place, values in found.items()}
    return [[_said(v, decimals.get(place, 0)) for place, v in enumerate(row)] for row in rows]


def _decimals(values: Sequence[float]) -> int:
    """Return how many decimals show the largest number's ``DIGITS``, less those always nought."""
    largest = max(map(abs, values))
    before = math.floor(math.log10(largest)) + 1 if largest else 1
    most = min(max(DIGITS - before, 0), MOST_DECIMALS)
    ends = [f"{value:.{most}f}".partition(".")[2].rstrip("0") for value in values]
    return max(map(len, ends))


def _said(value: object, decimals: int) -> object:
    if isinstance(value, float):
        return f"{value:.{decimals}f}" if math.isfinite(value) else ""
    return legible(value) if isinstance(value, str) else value
