"""A set that is to be curated: its pictures, its layout, and what was seen of each."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Rating
from training.config import SourceConfig
from training.curating.facts import PictureFacts
from training.curating.looking import Eyes, look_at
from training.curating.verifying import picture_files
from training.datasets.layouts import read_set
from training.datasets.layouts.class_folders import CLEANED
from training.datasets.layouts.guessing import guess_layout
from training.datasets.manifest import has_manifest
from training.datasets.sample import LabelledPicture


@dataclass(frozen=True, slots=True)
class OpenedSet:
    """Pictures as the layout ``layout`` reads them from ``root``, of every rating."""

    root: Path
    name: str
    layout: str
    pictures: tuple[LabelledPicture, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Pictures that are sound, with their facts; the others are left out and counted."""

    pictures: tuple[LabelledPicture, ...]
    facts: tuple[PictureFacts, ...]
    unread: int = 0


def open_set(
    path: Path,
    *,
    layout: str = "",
    name: str = "",
    grouped_by: Sequence[str] = ("group",),
    with_split: bool = True,
) -> OpenedSet:
    """Read a set, in the layout that is named or that its files speak for.

    Without ``with_split`` a ``split.csv`` beside it is not heeded, only the parts of its layout.

    Raises:
        AnitagError: ``no_such_folder``, ``no_pictures``, ``bad_config``, or ``bad_manifest`` with
            the row.
    """
    if not path.exists():
        raise AnitagError("no_such_folder", path=path)
    layout = layout or guess_layout(path)
    name = name or path.resolve().name
    # A column ``split`` counts. Who names no part is told to train; validation may be cut of that.
    source = SourceConfig(name, str(path), layout=layout, ratings=tuple(Rating), split="column")
    source = replace(source, grouped_by=tuple(grouped_by))
    pictures = read_set(source, with_split=with_split).pictures
    if layout == "manifest" and "validation" not in {picture.part for picture in pictures}:
        pictures = [replace(p, part="" if p.part == "train" else p.part) for p in pictures]
    root = path if path.is_dir() else path.parent
    return OpenedSet(root, name, layout, tuple(pictures))


def open_held_out(path: Path) -> OpenedSet:
    """Read pictures that are held out, also those that nobody labelled, as tests often are.

    In folders without a list every picture counts, wherever it lies.

    Raises:
        AnitagError: as ``open_set``.
    """
    if not path.is_dir() or has_manifest(path) or (path / CLEANED).is_file():
        return open_set(path)
    layout = guess_layout(path)
    if layout not in ("folders", "manifest"):
        return open_set(path)
    try:
        labelled = open_set(path).pictures
    except AnitagError as error:
        if error.code != "no_pictures":
            raise
        labelled = ()
    known, name = {picture.path for picture in labelled}, path.resolve().name
    others = (file for file in sorted(picture_files(path)) if file not in known)
    pictures = (*labelled, *(LabelledPicture(file, name, str(file)) for file in others))
    if not pictures:
        raise AnitagError("no_pictures", path=path)
    return OpenedSet(path, name, layout, pictures)


def see(opened: OpenedSet, eyes: Eyes) -> Seen:
    """Look at the pictures of a set, each file once.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write`` for what is kept of it.
    """
    paths = dict.fromkeys(picture.path for picture in opened.pictures)
    found = dict(look_at(paths, eyes))
    pictures, facts = [], []
    for picture in opened.pictures:
        seen = found[picture.path]
        if isinstance(seen, PictureFacts):
            pictures.append(picture)
            facts.append(seen)
    return Seen(tuple(pictures), tuple(facts), len(opened.pictures) - len(pictures))


def joined(several: Sequence[Seen]) -> Seen:
    """Return the pictures of several sets as those of one."""
    return Seen(
        tuple(picture for seen in several for picture in seen.pictures),
        tuple(facts for seen in several for facts in seen.facts),
        sum(seen.unread for seen in several),
    )
