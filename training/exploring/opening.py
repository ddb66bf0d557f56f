"""Reads what is to be explored: a folder, a manifest, a config, or a run with its split."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.config import Config, SourceConfig, load_config
from training.datasets.divided import class_names
from training.datasets.layouts import LAYOUTS, read_set
from training.datasets.layouts.read_set import ReadSet
from training.datasets.sample import LabelledPicture
from training.datasets.splitting import read_split, split
from training.exploring.guessing import guess_layout
from training.exploring.measured_sets import read_bare, read_measured
from training.exploring.subject import Looking, Subject
from training.run_folder import RunFolder

USUAL = "fastai-resnet34"
"""The preset whose views a bare set is shown with."""

EVERY_RATING = ("general", "sensitive", "questionable", "explicit")
MORE_LAYOUTS = ("measured", "bare")
LAYOUT_NAMES = (*LAYOUTS, *MORE_LAYOUTS)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which pictures: of a set, config or run ``what``, those of a part, with all tags, of a class.

    ``layout`` "" is guessed; ``cache`` is where a zip is unpacked to.
    """

    what: str
    cache: Path
    layout: str = ""
    part: str = ""
    tags: tuple[str, ...] = ()
    class_name: str = ""


def open_subject(wanted: Wanted, looking: Looking) -> Subject:
    """Read what is to be explored.

    Raises:
        AnitagError: ``no_pictures``, ``no_such_file``, ``bad_config``, ``bad_manifest``.
    """
    path = Path(wanted.what)
    if (path / "config.json").is_file():
        run = RunFolder.open(path)
        subject = _of_config(run.config(), run, looking)
    elif path.exists() and path.suffix != ".toml":
        subject = _of_set(path, wanted, looking)
    else:
        subject = _of_config(load_config(wanted.what), None, looking)
    chosen = _chosen(subject, wanted)
    if not chosen.pictures:
        raise AnitagError("no_pictures", path=f"{wanted.what}, as it was asked for")
    return chosen


def _of_set(path: Path, wanted: Wanted, looking: Looking) -> Subject:
    layout = wanted.layout or guess_layout(path)
    others: dict[str, Callable[[], ReadSet]] = {
        "measured": lambda: read_measured(path, wanted.cache),
        "bare": lambda: read_bare(path),
    }
    name = path.resolve().name
    source = SourceConfig(name, str(path), layout=layout, ratings=EVERY_RATING, split="column")
    found = others[layout]() if layout in others else read_set(source)
    return Subject(
        tuple(found.pictures),
        tuple(_known_parts(found.pictures)),
        name,
        layout,
        class_names(found.classes, found.pictures),
        load_config(USUAL),
        looking,
        missing=found.missing,
        left_out=found.left_out,
    )


def _known_parts(pictures: Sequence[LabelledPicture]) -> list[str]:
    """Return the parts that the set names; a manifest without any says "train" of all.

    Sets that name no validation pictures leave open which ones train.
    """
    parts = [picture.part for picture in pictures]
    named = set(parts)
    if len(named) == 1:
        return [""] * len(parts)
    return parts if "train" in named else [part or "train" for part in parts]


def _of_config(config: Config, run: RunFolder | None, looking: Looking) -> Subject:
    sets = [read_set(source) for source in config.datasets.sources]
    pictures = [picture for found in sets for picture in found.pictures]
    written = run.path / "split.jsonl" if run else None
    if written is not None and written.is_file():
        known = read_split(written)
        parts = [known.get(str(picture.path), "unused") for picture in pictures]
    else:
        parts = split(pictures, config.datasets, config.run.seed)
    return Subject(
        tuple(pictures),
        tuple(parts),
        run.path.resolve().name if run else config.run.name,
        ", ".join(dict.fromkeys(source.layout for source in config.datasets.sources)),
        class_names([name for found in sets for name in found.classes], pictures),
        config,
        looking,
        run=run,
        is_bare_set=False,
        missing=sum(found.missing for found in sets),
        left_out=sum(found.left_out for found in sets),
    )


def _chosen(subject: Subject, wanted: Wanted) -> Subject:
    """Return the subject with only the pictures that are asked for."""
    if not (wanted.part or wanted.tags or wanted.class_name):
        return subject
    kept = [
        (picture, part)
        for picture, part in zip(subject.pictures, subject.parts, strict=True)
        if wanted.part in ("", part)
        and wanted.class_name in ("", picture.identity)
        and set(wanted.tags) <= picture.tags | picture.characters | picture.copyrights
    ]
    pictures, parts = tuple(p for p, _ in kept), tuple(part for _, part in kept)
    classes = subject.classes
    if wanted.tags or wanted.class_name:
        there = {picture.identity for picture in pictures}
        classes = tuple(name for name in classes if name in there)
    return replace(subject, pictures=pictures, parts=parts, classes=classes)
