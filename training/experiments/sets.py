"""The picture sets of the studies: chosen, divided and hashed once, so that all cells see the same.

``sets.toml`` says where each comes from: a ``folder`` beneath the data folder with a ``labels.csv``
(its pictures beside it or in ``images.zip``), or ``drawn`` persons of the project's own picture
maker, or several of these (``from``). ``identity`` names the column that is the class, ``tags``
those whose values are tags, ``group`` the one whose pictures stay together; ``class`` is a class
for all of them. What ``only`` trains takes no part in dividing the others. A ``whole`` set is not
divided here: see ``whole_sets``.
"""

import csv
import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from training.config import DatasetConfig, SourceConfig
from training.datasets.look_alikes import hash_pixels, join_look_alikes
from training.datasets.manifest import read_rows, words
from training.datasets.sample import LabelledPicture
from training.datasets.splitting import split
from training.evaluation.labelled_set import read_set
from training.experiments.whole_sets import FACTS, make_whole
from training.pictures.attributes import ArtStyle
from training.portrayals import LABELS, Cast, write_portrayals
from training.progress import Progress

SETS = Path(__file__).parent / "sets.toml"
COLUMNS = ("file", "tags", "identity", "split")
HASHED_SIDE = 48
Pictures = Iterator[LabelledPicture]

SPLIT_SEED = 1
"""Sets are divided the same for all seeds of a study, so that their pictures can be paired."""


@dataclass(frozen=True, slots=True)
class PreparedSet:
    """A set that lies ready: its folder, the hash of its pictures and labels, and its parts."""

    folder: Path
    sha256: str
    parts: dict[str, int]


def prepare_set(name: str, data: Path, out: Path, progress: Progress) -> PreparedSet:
    """Return a set beneath ``out``/sets; make it the first time.

    Raises:
        AnitagError: ``bad_config`` for a name that sets.toml does not know, ``no_pictures``.
    """
    folder = out / "sets" / name
    if not (folder / FACTS).exists():
        known = tomllib.loads(SETS.read_text("utf-8"))
        if name not in known:
            raise AnitagError("bad_config", path=SETS, reason=f"there is no set {name}")
        folder.mkdir(parents=True, exist_ok=True)
        made = _make_whole if "whole" in known[name] else _make
        made(name, known[name], data, folder, progress)
    facts = json.loads((folder / FACTS).read_text("utf-8"))
    return PreparedSet(folder, facts["sha256"], facts["parts"])


def _make_whole(
    name: str, values: dict[str, Any], data: Path, folder: Path, progress: Progress
) -> None:
    _write_facts(name, make_whole(values["whole"], data, folder, progress), folder, progress)


def _write_facts(name: str, facts: dict[str, Any], folder: Path, progress: Progress) -> None:
    (folder / FACTS).write_text(json.dumps(facts, indent=1) + "\n", "utf-8")
    progress.report("set", name=name, **facts)


def _make(name: str, values: dict[str, Any], data: Path, folder: Path, progress: Progress) -> None:
    found = list(_found(values, data, folder, progress))
    pictures = list(_chosen(found, values))
    if not pictures:
        raise AnitagError("no_pictures", path=f"the set {name}")
    if values.get("look_alikes", False):
        groups = join_look_alikes([p.group for p in pictures], hash_pixels(_small(pictures)))
        pictures = [_regrouped(p, group) for p, group in zip(pictures, groups, strict=True)]
    parts = _parts(name, pictures, values)
    more = list(_found(values, data, folder, progress, only=True))
    pictures, parts = [*pictures, *more], [*parts, *["train"] * len(more)]
    with (folder / "labels.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(COLUMNS)
        for picture, part in zip(pictures, parts, strict=True):
            writer.writerow([picture.path, " ".join(picture.caption), picture.identity, part])
    facts = {
        "sha256": _hash(pictures, parts),
        "parts": {part: parts.count(part) for part in sorted(set(parts))},
        "classes": len({p.identity for p in pictures}),
    }
    _write_facts(name, facts, folder, progress)


def _found(
    values: dict[str, Any], data: Path, folder: Path, progress: Progress, *, only: bool = False
) -> Pictures:
    """Return the pictures of a set's origins: those that ``only`` train, or the others."""
    for number, origin in enumerate(values.get("from", [values])):
        if ("only" in origin) is not only:
            continue
        if "drawn" in origin:
            yield from _drawn(origin, folder / f"drawn-{number}", progress)
        else:
            yield from _read(origin, data, folder)


def _read(values: dict[str, Any], data: Path, folder: Path) -> Pictures:
    found = read_set(data / values["folder"], folder.parent / "unpacked")
    for path, row in zip(found.paths, found.rows, strict=True):
        tags = tuple(tag for column in values.get("tags", ()) for tag in row[column].split())
        identity = values.get("class") or row.get(values.get("identity", ""), "")
        if len(identity.split()) <= 1:
            yield _picture(path, tags, identity, row.get(values.get("group", ""), ""))


def _drawn(values: dict[str, Any], folder: Path, progress: Progress) -> Pictures:
    drawn = values["drawn"]
    persons = range(drawn["first"], drawn["first"] + drawn["persons"])
    art = ArtStyle[drawn["style"].upper()] if "style" in drawn else None
    cast = Cast(folder, persons, drawn["each"], drawn["size"], art, faces=drawn.get("faces", 0.0))
    write_portrayals(cast, progress)
    for _, row in read_rows(folder / LABELS):
        tags = tuple(sorted(words(row["tags"])))
        identity = values.get("class") or str(row["identity"]).replace(" ", "_")
        yield _picture(folder / row["file"], tags, identity, "")


def _picture(path: Path, tags: tuple[str, ...], identity: str, group: str) -> LabelledPicture:
    return LabelledPicture(path, "", group or path.name, identity=identity, caption=tags)


def _regrouped(picture: LabelledPicture, group: str) -> LabelledPicture:
    return LabelledPicture(
        picture.path, "", group, identity=picture.identity, caption=picture.caption
    )


def _chosen(
    pictures: Sequence[LabelledPicture], values: dict[str, Any]
) -> Iterable[LabelledPicture]:
    """Return some of the pictures in the order of their names' hashes: ``skip``, then ``count``."""
    if "count" not in values:
        return pictures
    skip = values.get("skip", 0)
    mixed = sorted(pictures, key=lambda p: hashlib.sha256(p.path.name.encode()).digest())
    return sorted(mixed[skip : skip + values["count"]], key=lambda p: p.path.name)


def _small(pictures: Sequence[LabelledPicture]) -> Any:
    side = (HASHED_SIDE, HASHED_SIDE)
    return np.stack([np.asarray(Image.open(p.path).convert("RGBA").resize(side)) for p in pictures])


def _parts(name: str, pictures: Sequence[LabelledPicture], values: dict[str, Any]) -> list[str]:
    """Divide within each class; a set without shares only trains."""
    kind = "stratified" if "test" in values else "train"
    config = DatasetConfig(
        (SourceConfig(name="", path="", split=kind),),
        validation=values.get("validation", 0.0),
        test=values.get("test", 0.0),
    )
    return split(pictures, config, SPLIT_SEED)


def _hash(pictures: Sequence[LabelledPicture], parts: Sequence[str]) -> str:
    """Return the SHA-256 of every picture's name, bytes, labels and part, in their order."""
    digest = hashlib.sha256()
    for picture, part in zip(pictures, parts, strict=True):
        own = hashlib.sha256(picture.path.read_bytes()).hexdigest()
        line = [picture.path.name, own, " ".join(picture.caption), picture.identity, part]
        digest.update((json.dumps(line, ensure_ascii=False) + "\n").encode())
    return digest.hexdigest()
