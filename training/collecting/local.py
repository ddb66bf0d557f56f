"""Bringing together what lies on the disk: copied, checked, never moved and never changed."""

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.domain.caption import CaptionError
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.sidecar import SidecarPicture, parse_json
from anitag_desktop.recognition.reading import read_file
from training.collecting.last_rows import LastRows
from training.collecting.library_export import exported, is_library
from training.collecting.manifest_writing import write_manifest
from training.collecting.outcome import NotBroughtError, Outcome
from training.collecting.picture_folder import PictureFolder
from training.collecting.row_file import Row, RowFile
from training.collecting.sidecars import Told, told_beside
from training.datasets.file_stamp import stamp_of
from training.datasets.rejections import is_rejected_folder
from training.progress import Progress

OUTCOMES = "outcomes.jsonl"
REPORT_EVERY = 500
BESIDE = frozenset({".txt", ".json", ".jsonl", ".csv", ".toml", ".md", ".part", ".xmp"})
"""What tells of pictures and is none."""

LABELS = frozenset({"manifest.csv", "manifest.jsonl", "labels.csv"})
"""What makes a folder a set; whoever copies its pictures alone has to know."""

_OF_THE_FILE = ("file", "sha256", "bytes", "width", "height")


@dataclass(frozen=True, slots=True)
class LocalOrder:
    """What is to be brought: folders, a library of the app, or its export (``anitag export``).

    The class of a picture is ``class_name``, else the name of its folder beneath the one that was
    named ("" in that one itself); of a library it is ``class_name``.
    """

    sources: Sequence[Path]
    folder: Path
    class_name: str = ""
    limit: int = 128 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Found:
    """A file, its class, and what an export tells of it (None: what lies beside it tells)."""

    path: Path
    class_name: str
    picture: SidecarPicture | None = None


def collect_local(order: LocalOrder, progress: Progress) -> Counter[Outcome]:
    """Copy pictures with what is told of them; return how many came to what end.

    ``outcomes.jsonl`` has a row for each file, ``manifest.jsonl`` one for each picture. Files that
    an earlier run, also a killed one, copied and that did not change since are not read again, only
    what is told of them: tags may have changed meanwhile.

    Raises:
        AnitagError: ``no_such_folder``, ``no_such_file``, ``bad_config`` for a folder that would
            be copied into itself, ``bad_manifest`` with the row of an export that is none,
            ``disk_full``, ``cannot_write``.
    """
    _check_apart(order)
    counts = Counter[Outcome]()
    with PictureFolder(order.folder) as pictures, RowFile(order.folder / OUTCOMES) as rows:
        last = LastRows(order.folder / OUTCOMES, lambda row: str(row.get("path")))
        for row in last:
            _is_settled(row, pictures)  # what an earlier run brought is known before anything comes
        for found in _files(order, progress):
            path = str(found.path)
            before = last.get(path)
            row = _row(found, before, pictures, order) | {"path": path}
            told = {name: fact for name, fact in row.items() if fact not in (None, "", [])}
            if told != before:
                last.put(path, rows.add(told))
            counts[Outcome(told["outcome"])] += 1
            if counts.total() % REPORT_EVERY == 0:
                progress.report("collect", done=counts.total(), ok=counts[Outcome.OK])
    good = (row for row in last if row.get("outcome") == Outcome.OK)
    write_manifest(order.folder, (r for r in good if (order.folder / str(r["file"])).is_file()))
    return counts


def _row(found: _Found, before: Row | None, pictures: PictureFolder, order: LocalOrder) -> Row:
    """Return what is written down of a file, which may be what it was before."""
    stamp = stamp_of(found.path)
    if before and before.get("stamp") == stamp and _is_settled(before, pictures):
        return _again(before, found) | {"stamp": stamp}
    return _one(found, pictures, order) | {"stamp": stamp}


def _one(found: _Found, pictures: PictureFolder, order: LocalOrder) -> Row:
    row: Row = {"class": found.class_name}
    try:
        return row | _bring(found, pictures, order.limit) | {"outcome": Outcome.OK}
    except NotBroughtError as error:
        return row | {"outcome": error.outcome, "reason": error.reason}


def _again(row: Row, found: _Found) -> Row:
    """Return the row of a file that did not change, with what is told of it by now."""
    if row["outcome"] != Outcome.OK:
        return row
    known = {name: row.get(name) for name in _OF_THE_FILE}
    told: Row = {"class": found.class_name}
    try:
        return told | known | _told(found).facts() | {"outcome": Outcome.OK}
    except NotBroughtError as error:
        return told | {"outcome": error.outcome, "reason": error.reason}


def _bring(found: _Found, pictures: PictureFolder, limit: int) -> dict[str, Any]:
    try:
        came = read_file(os.fsencode(found.path), limit=limit)
    except AnitagError as error:
        large = error.code == "picture_too_big"
        outcome = Outcome.TOO_LARGE if large else Outcome.UNREACHABLE
        raise NotBroughtError(outcome, str(error)) from None
    picture = pictures.check(came.content)
    if found.picture and found.picture.sha256 not in (None, came.sha256()):
        raise NotBroughtError(Outcome.NOT_THE_FILE, "it changed since the library was exported")
    told = _told(found)
    kept = pictures.keep(came.content, picture, found.class_name)
    return {
        "file": kept.file,
        "sha256": kept.sha256,
        "bytes": len(came.content),
        "width": picture.width,
        "height": picture.height,
        **told.facts(),
    }


def _told(found: _Found) -> Told:
    if found.picture is None:
        return told_beside(found.path)
    told = Told()
    for tag in found.picture.tags:  # what a model saw, and a rating that it may have given, is none
        told.take(tag)
    return told


def _check_apart(order: LocalOrder) -> None:
    """Refuse sources that are the folder itself, or lie in it: they would grow as they are read."""
    own = order.folder.resolve()
    for source in order.sources:
        if not (source.is_dir() or source.is_file()):
            raise AnitagError("no_such_folder", path=source)
        place = source.resolve()
        if source.is_dir() and (place == own or own in place.parents):
            reason = f"{source} would be copied into itself; name a folder outside of it"
            raise AnitagError("bad_config", path="--to", reason=reason)


def _files(order: LocalOrder, progress: Progress) -> Iterator[_Found]:
    for source in order.sources:
        if is_library(source):
            with exported(source) as listed:
                yield from _in_export(listed, order)
        elif source.is_dir():
            yield from _in_folder(source, order, progress)
        else:
            yield from _in_export(source, order)


def _in_folder(root: Path, order: LocalOrder, progress: Progress) -> Iterator[_Found]:
    own = order.folder.resolve()
    for at, folders, files in os.walk(root):
        here = Path(at)
        folders[:] = sorted(f for f in folders if not _is_apart(here / f, own))
        class_name = order.class_name or ("" if here == root else here.name)
        for name in LABELS.intersection(files):
            reason = "the labels of a set are not read here, but by: python -m training set mix"
            progress.report("not_read", path=str(here / name), reason=reason)
        for name in sorted(files):
            path = here / name
            if path.suffix.lower() not in BESIDE and not name.startswith("."):
                yield _Found(path, class_name)


def _is_apart(folder: Path, own: Path) -> bool:
    """Tell whether a folder is not to be brought: hidden, our own, rejected, or a library's."""
    is_own = folder.resolve() == own or folder.name.startswith(".")
    return is_own or is_rejected_folder(folder) or is_library(folder)


def _in_export(path: Path, order: LocalOrder) -> Iterator[_Found]:
    """Yield the pictures of an export, JSON lines as ``anitag export`` writes them."""
    with path.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            if not line.strip():
                continue
            try:
                for picture in parse_json(line, number):
                    if not picture.path:
                        raise CaptionError(number, "it does not say where the picture lies")
                    place = path.parent / picture.path
                    yield _Found(place, order.class_name, picture)
            except CaptionError as error:
                raise AnitagError(
                    "bad_manifest", path=path, row=error.line, reason=error.reason
                ) from error


def _is_settled(row: Row, pictures: PictureFolder) -> bool:
    if row.get("outcome") == Outcome.OK:
        return pictures.remember(str(row.get("sha256")), str(row.get("file")))
    return row.get("outcome") == Outcome.DUPLICATE
