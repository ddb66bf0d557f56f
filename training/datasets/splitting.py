"""Divides pictures into train, validation and test without parting what belongs together."""

import hashlib
import json
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

from training.config import DatasetConfig
from training.datasets.sample import LabelledPicture

PARTS = ("train", "validation", "test")


def split(pictures: Sequence[LabelledPicture], config: DatasetConfig, seed: int) -> list[str]:
    """Return the part of each picture.

    A group goes where the hash of its name and the seed says, so that it never moves between
    parts when pictures are added. In a stratified set the groups of each class are put in the order
    of their hashes and cut at the same shares. Groups named as held out only ever test. Of a set
    that has a test part of its own nothing else goes there: validation is cut from its training.
    """
    held_out = {f"{s.name}/{group}" for s in config.sources for group in s.held_out}
    whole = {s.name: s.split for s in config.sources if s.split in {"train", "test"}}
    tested = {p.source for p in pictures if p.part == "test"}
    places = _stratified(
        pictures, {s.name for s in config.sources if s.split == "stratified"}, seed
    )
    parts = []
    for picture in pictures:
        place = places.get(picture.group, _place(seed, picture.group))
        test = 0.0 if picture.source in tested else config.test
        chosen = _part_at(place, test, config.validation)
        if picture.group in held_out:
            chosen = "test"
        elif picture.source in whole:
            chosen = whole[picture.source]
        parts.append(picture.part or chosen)
    return parts


def write_split(path: Path, pictures: Sequence[LabelledPicture], parts: Sequence[str]) -> None:
    """Write which picture went where, as JSON lines of file, source, group and part."""
    lines = (
        json.dumps({"file": str(p.path), "source": p.source, "group": p.group, "part": part})
        for p, part in zip(pictures, parts, strict=True)
    )
    path.write_text("\n".join(lines) + "\n", "utf-8")


def read_split(path: Path) -> dict[str, str]:
    """Return the part of each file that ``write_split`` wrote down."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return {row["file"]: row["part"] for row in rows}


def count_split(path: Path) -> Counter[tuple[str, str]]:
    """Return the number of pictures per (source, part) that ``write_split`` wrote down."""
    rows = (json.loads(line) for line in path.read_text("utf-8").splitlines())
    return Counter((row["source"], row["part"]) for row in rows)


def count_parts(pictures: Sequence[LabelledPicture], parts: Sequence[str]) -> dict[str, int]:
    """Return the number of pictures per ``source/part``."""
    return dict(
        sorted(Counter(f"{p.source}/{s}" for p, s in zip(pictures, parts, strict=True)).items())
    )


def _part_at(place: float, test: float, validation: float) -> str:
    if place < test:
        return "test"
    return "validation" if place < test + validation else "train"


def _place(seed: int, group: str) -> float:
    """Return a group's place from 0 to 1, which follows from its name."""
    digest = hashlib.sha256(f"{seed}/{group}".encode(errors="surrogateescape")).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def _stratified(
    pictures: Sequence[LabelledPicture], sources: set[str], seed: int
) -> dict[str, float]:
    """Return the places of the groups of some sets, evenly spread within each class."""
    classes: dict[str, str] = {}
    for picture in pictures:
        if picture.source in sources and not picture.part:
            classes.setdefault(picture.group, picture.identity)
    by_class: dict[str, list[str]] = defaultdict(list)
    for group, identity in classes.items():
        by_class[identity].append(group)
    places: dict[str, float] = {}
    for groups in by_class.values():
        ordered = sorted(groups, key=lambda group: _place(seed, group))
        places |= {group: (i + 0.5) / len(ordered) for i, group in enumerate(ordered)}
    return places
