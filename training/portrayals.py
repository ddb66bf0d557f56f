"""Draws the same persons again and again, in other clothes, moods, poses and styles."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from training.pictures.attributes import ArtStyle, Framing
from training.pictures.drawing import draw
from training.pictures.picture import PictureSpec
from training.pictures.planting import PLANTED_FILE
from training.pictures.spec import sample_identity, sample_portrayal
from training.pictures.writing import row_of, save, write_lines
from training.progress import Progress

LABELS = "labels.jsonl"
FORMAT = "png"
REPORT_EVERY = 100
CLOSE_UPS = 0.35
"""How many of the faces are framed as closely as can be; the others show some of the shoulders."""


@dataclass(frozen=True, slots=True)
class Cast:
    """Whom to draw: the numbers of persons, ``each`` times, ``longest`` pixels on a side."""

    folder: Path
    persons: range
    each: int
    longest: int
    art: ArtStyle | None = None
    """The one style of all pictures; None draws each in a chance style."""
    wrong_labels: float = 0.0
    """The share of pictures that are said to show somebody else; ``planted.jsonl`` says which."""
    long_tail: float = 0.0
    """The k-th person is drawn ``each`` times k to the power of minus this, once at least."""
    faces: float = 0.0
    """The share of pictures (0 to 1) that show a face and little else, in a square."""


def write_portrayals(cast: Cast, progress: Progress) -> None:
    """Write the pictures and ``labels.jsonl``; the same cast always gives the same files."""
    cast.folder.mkdir(parents=True, exist_ok=True)
    rows, planted = [], []
    for row in _rows(cast, progress):
        truth = _mistaken(cast, row)
        planted += [truth] if truth else []
        rows.append(row)
    write_lines(cast.folder / LABELS, rows)
    if cast.wrong_labels > 0:
        write_lines(cast.folder / PLANTED_FILE, planted)
    progress.report("written", pictures=len(rows), path=str(cast.folder))


def _rows(cast: Cast, progress: Progress) -> Iterator[dict[str, object]]:
    for number, person in enumerate(cast.persons):
        for take in range(max(1, round(cast.each * (number + 1) ** -cast.long_tail))):
            yield _draw(cast, person, take)
        if (person + 1) % REPORT_EVERY == 0:
            progress.report("drawn", persons=person + 1, of=len(cast.persons))


def _draw(cast: Cast, person: int, take: int) -> dict[str, object]:
    spec = _spec(cast, person, take)
    drawing = draw(spec, cast.longest)
    name = f"{person:05d}_{take:02d}.{FORMAT}"
    save(drawing.pixels, cast.folder / name, FORMAT)
    return {**row_of(spec, drawing, name), "identity": f"person {person}", "person": person}


def _spec(cast: Cast, person: int, take: int) -> PictureSpec:
    rng = Random(f"{person}/{take}")
    spec = sample_portrayal(sample_identity(person), rng, cast.art)
    if rng.random() >= cast.faces:
        return spec
    framing = Framing.CLOSE_UP if rng.random() < CLOSE_UPS else Framing.PORTRAIT
    crop = rng.random() if framing is Framing.PORTRAIT else 0.0
    return replace(spec, framing=framing, crop=crop, aspect=1.0)


def _mistaken(cast: Cast, row: dict[str, object]) -> dict[str, object]:
    """Make some rows say somebody else; return the truth then, else nothing."""
    rng = Random(f"mistaken {row['file']}")
    if len(cast.persons) < 2 or rng.random() >= cast.wrong_labels:
        return {}
    truth = {"file": row["file"], "kind": "wrong_identity", "true": row["identity"]}
    row["person"] = rng.choice([p for p in cast.persons if p != row["person"]])
    row["identity"] = f"person {row['person']}"
    return truth
