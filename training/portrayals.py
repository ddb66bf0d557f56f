"""Draws the same persons again and again, in other clothes, moods, poses and styles."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from training.pictures.attributes import ArtStyle
from training.pictures.drawing import draw
from training.pictures.spec import sample_identity, sample_portrayal
from training.pictures.writing import row_of, save
from training.progress import Progress

LABELS = "labels.jsonl"
FORMAT = "png"
REPORT_EVERY = 100


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom to draw: the numbers of persons, ``each`` times, ``longest`` pixels on a side."""

    folder: Path
    persons: range
    each: int
    longest: int
    art: ArtStyle | None = None
    """The one style of all pictures; None draws each in a chance style."""


def write_portrayals(cast: Cast, progress: Progress) -> None:
    """Write the pictures and ``labels.jsonl``; the same cast always gives the same files."""
    cast.folder.mkdir(parents=True, exist_ok=True)
    rows = list(_rows(cast, progress))
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    (cast.folder / LABELS).write_text(lines, "utf-8")
    progress.report("written", pictures=len(rows), path=str(cast.folder))


def _rows(cast: Cast, progress: Progress) -> Iterator[dict[str, object]]:
    for person in cast.persons:
        for take in range(cast.each):
            spec = sample_portrayal(sample_identity(person), Random(f"{person}/{take}"), cast.art)
            drawing = draw(spec, cast.longest)
            name = f"{person:05d}_{take:02d}.{FORMAT}"
            save(drawing.pixels, cast.folder / name, FORMAT)
            yield {**row_of(spec, drawing, name), "identity": f"person {person}", "person": person}
        if (person + 1) % REPORT_EVERY == 0:
            progress.report("drawn", persons=person + 1, of=len(cast.persons))
