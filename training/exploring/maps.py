"""The part with the map: pictures near each other are alike to a model."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from training.datasets.sample import LabelledPicture
from training.exploring.flattening import Points, flatten, nearest_agree
from training.exploring.map_drawing import COLOURS, OTHERS, map_plot
from training.exploring.out_folder import OutFolder
from training.exploring.section import Section, Table
from training.exploring.seeing import Model, open_model
from training.exploring.subject import Subject
from training.picture_sheet import squared
from training.progress import Progress
from training.runner import Matrix
from training.views.files import read_rgb

BATCH = 16
SIDE = 72
LEAST = 3
COMMON = 0.6
"""A tag that most pictures have does not tell them apart."""


@dataclass(frozen=True, slots=True)
class Mapped:
    """Vectors (N x E) of pictures that could be read, their numbers and small pictures."""

    vectors: Matrix
    rows: list[int]
    small: list[Image.Image]


def explore_map(subject: Subject, out: OutFolder) -> Section | None:
    """Draw the map of a model's embedding; None where it has none, or nothing to show."""
    path = subject.run.path if subject.run else subject.looking.model
    if not path.is_dir():
        return None
    model = open_model(path, Progress(as_json=False))
    rows = subject.drawn(subject.looking.mapped)
    mapped = _mapped(model, subject, rows)
    if mapped is None or len(mapped.rows) < LEAST:
        return None
    shown = [subject.pictures[row] for row in mapped.rows]
    labels, what = _labels(shown)
    points, way = flatten(mapped.vectors, subject.looking.seed)
    section = Section("Map", [_told(subject, mapped, model.name, way, what)])
    if what == "class":
        _tell_agreement(section, mapped.vectors, [picture.identity for picture in shown])
    plot = map_plot(points, labels, mapped.small, f"The embedding of {model.name} ({way})")
    target = out.place("plots/map.png")
    plot.save(target)
    with Image.open(target) as image:
        section.pictures = [out.picture("plots/map.jpg", image.convert("RGB"), "Map", 90)]
    section.tables = [_table(out, points, shown, labels)]
    return section


def _mapped(model: Model, subject: Subject, rows: Sequence[int]) -> Mapped | None:
    vectors, kept, small = [], [], []
    for start in range(0, len(rows), BATCH):
        images, own = [], []
        for row in rows[start : start + BATCH]:
            try:
                images.append(read_rgb(subject.pictures[row].path))
            except AnitagError:
                continue
            own.append(row)
        for row, image, seen in zip(own, images, model.look(images) if images else [], strict=True):
            if seen.vector is None:
                return None
            vectors.append(seen.vector)
            kept.append(row)
            small.append(squared(image, SIDE))
    return Mapped(np.stack(vectors), kept, small) if vectors else None


def _labels(pictures: Sequence[LabelledPicture]) -> tuple[list[str], str]:
    """Return what colours each picture, the frequent ones only, and what kind of label it is.

    Without classes it is the rarest of its tags that are frequent, but not in most pictures.
    """
    if any(picture.identity for picture in pictures):
        wanted, what = [picture.identity for picture in pictures], "class"
    else:
        counts = Counter(tag for picture in pictures for tag in picture.tags)
        told = [(tag, n) for tag, n in counts.most_common() if n <= COMMON * len(pictures)]
        rank = {tag: place for place, (tag, _) in enumerate(told[: len(COLOURS)])}
        wanted = [max(p.tags & rank.keys(), key=rank.__getitem__, default="") for p in pictures]
        what = "tag" if rank else ""
    known = Counter(name for name in wanted if name).most_common(len(COLOURS))
    frequent = {name for name, _ in known}
    return [name if name in frequent else OTHERS for name in wanted], what


def _told(subject: Subject, mapped: Mapped, model: str, way: str, what: str) -> str:
    coloured = {
        "class": f"The {len(COLOURS)} most frequent classes have colours.",
        "tag": "Colours are the rarest of the frequent tags of each picture.",
        "": "",
    }[what]
    return f"{subject.of(len(mapped.rows)).capitalize()}, seen by {model}, by {way}. {coloured}"


def _tell_agreement(section: Section, vectors: Matrix, names: Sequence[str]) -> None:
    told: NDArray[np.bool_] = np.asarray([bool(name) for name in names])
    labels = np.asarray(names)[told]
    if len(labels) < LEAST or len(set(labels.tolist())) < 2:
        return
    share, chance = nearest_agree(vectors[told], labels)
    section.lines.append(
        f"The nearest other picture is of the same class in {share:.1%} of the cases "
        f"(by chance {chance:.1%})."
    )
    section.numbers = {"nearest_agree": share, "by_chance": chance}


def _table(
    out: OutFolder, points: Points, pictures: Sequence[LabelledPicture], labels: Sequence[str]
) -> Table:
    rows = (
        [str(p.path), p.identity, label, float(x), float(y)]
        for p, label, (x, y) in zip(pictures, labels, points, strict=True)
    )
    return out.table("map", "Where each picture lies", ["file", "class", "colour", "x", "y"], rows)
