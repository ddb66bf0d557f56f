"""Divides pictures into train, validation and test without parting what belongs together."""

import hashlib
import json
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from training.config import DatasetConfig
from training.datasets.sample import LabelledPicture

PARTS = ("train", "validation", "test")


def split(pictures: Sequence[LabelledPicture], config: DatasetConfig, seed: int) -> list[str]:
    """Return the part of each picture.

    A group goes where the hash of its name and the seed says, so that it never moves between
    parts when pictures are added. Groups named as held out only ever test.
    """
    held_out = {f"{s.name}/{group}" for s in config.sources for group in s.held_out}
    whole = {s.name for s in config.sources if s.split == "train"}
    return [p.part or _part(p, held_out, whole, (config, seed)) for p in pictures]


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


def _part(
    picture: LabelledPicture, held_out: set[str], whole: set[str], rule: tuple[DatasetConfig, int]
) -> str:
    config, seed = rule
    if picture.group in held_out:
        return "test"
    if picture.source in whole:
        return "train"
    digest = hashlib.sha256(f"{seed}/{picture.group}".encode()).digest()
    place = int.from_bytes(digest[:8], "big") / 2**64
    if place < config.test:
        return "test"
    return "validation" if place < config.test + config.validation else "train"
