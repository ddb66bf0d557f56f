"""Leaves pictures of a set out, or gives them another class: decisions.jsonl, and cleaned.csv.

What fastai's ImageCleaner does after its top losses. No picture is deleted, and what was decided
before stays decided: every decision is a row of the log beside the set, which readers of all
layouts go by. A set of class folders gets a ``cleaned.csv`` besides, as fastai writes and reads it.
"""

import csv
import getpass
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.curating.opened_set import OpenedSet, open_set
from training.datasets.decisions import Decision, Deed, decide, decided
from training.datasets.layouts.class_folders import CLEANED
from training.datasets.manifest import PICTURE_SUFFIXES
from training.datasets.places import name_in
from training.datasets.sample import LabelledPicture
from training.datasets.text_lines import table_rows

NumberedRow = tuple[int, dict[str, str]]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What is to be decided about which pictures; ``labels`` has the classes that they show."""

    dropped: Sequence[Path] = ()
    labels: Mapping[Path, str] = field(default_factory=dict)
    kept: Sequence[Path] = ()
    why: str = ""


def clean(path: Path, wishes: Wishes, who: str = "") -> tuple[int, int]:
    """Write decisions down; return how many pictures the set has now, and how many were left out.

    Raises:
        AnitagError: ``no_such_folder``, ``no_such_file`` for a picture that is not in the set,
            ``bad_config`` for a class that no picture has, ``disk_full``, ``cannot_write``.
    """
    opened = open_set(path)
    decisions = list(_decisions(opened, wishes))
    decide(path, decisions, who or _user())
    now = _after(opened, decisions)
    if opened.layout == "folders":
        _write(opened.root, now)
    return len(now), sum(one.deed is Deed.DROP for one in decisions)


def take(path: Path, table: Path, who: str = "") -> tuple[int, int]:
    """Decide what a table says: a ``cleaned.csv`` (name, label), or a filled-in ``doubts.csv``.

    Of the first, pictures that it does not name are left out. Returns what ``clean`` does.

    Raises:
        AnitagError: as ``clean``; ``bad_manifest`` with the row that is none.
    """
    rows = _rows(table)
    opened = open_set(path)
    wishes = (
        _of_doubts(opened, table, rows) if "decision" in rows[0][1] else _of_cleaned(opened, rows)
    )
    return clean(path, replace(wishes, why=f"as {table.name} says"), who)


def _of_cleaned(opened: OpenedSet, rows: Sequence[NumberedRow]) -> Wishes:
    named = {opened.root / row["name"]: row["label"] for _, row in rows}
    # Pictures without a class stand in no such table, and lose nothing by that.
    gone = [one.path for one in opened.pictures if one.identity and one.path not in named]
    is_now = {one.path: one.identity for one in opened.pictures}
    # What was left out before comes back as what the table calls it.
    return Wishes(gone, {file: label for file, label in named.items() if is_now.get(file) != label})


def _of_doubts(opened: OpenedSet, table: Path, rows: Sequence[NumberedRow]) -> Wishes:
    found: dict[Deed, dict[Path, str]] = {deed: {} for deed in Deed}
    for number, row in rows:
        said = row.get("decision", "").strip().lower()
        if not said:
            continue
        if said not in (Deed.DROP, Deed.RELABEL, Deed.KEEP):
            raise _bad(table, number, f"decision {said!r} is none of drop, relabel, keep")
        if said == Deed.RELABEL and not row.get("new_label"):
            raise _bad(table, number, "relabel needs a class in new_label")
        found[Deed(said)][opened.root / row["file"]] = row.get("new_label", "")
    return Wishes(list(found[Deed.DROP]), found[Deed.RELABEL], list(found[Deed.KEEP]))


def _rows(table: Path) -> list[NumberedRow]:
    rows = list(table_rows(table))
    wanted = {"file", "decision"} if rows and "decision" in rows[0][1] else {"name", "label"}
    for number, row in rows:
        if any(not row.get(name) and name != "decision" for name in wanted):
            raise _bad(table, number, f"a row has to have {' and '.join(sorted(wanted))}")
    if not rows:
        raise _bad(table, 1, "it has no rows")
    return rows


def _decisions(opened: OpenedSet, wishes: Wishes) -> Iterator[Decision]:
    known = {_name(opened, picture.path): picture for picture in opened.pictures}
    standing = decided(opened.root)
    classes = sorted({picture.identity for picture in opened.pictures if picture.identity})
    for path, label in wishes.labels.items():
        if label not in classes:
            reason = f"{label} is no class of this set; its classes are {', '.join(classes)}"
            raise AnitagError("bad_config", path=opened.root, reason=reason)
        file = _file(opened, path)
        was = (known.get(file) or _left_out(opened, file, standing)).identity
        yield Decision(file, Deed.RELABEL, label, was, wishes.why)
    for deed, paths in ((Deed.DROP, wishes.dropped), (Deed.KEEP, wishes.kept)):
        for path in paths:
            file = _file(opened, path)
            was = (known.get(file) or _left_out(opened, file, standing)).identity
            if deed is Deed.KEEP and file in standing and standing[file].deed is Deed.RELABEL:
                # It is right as it was relabelled: the last decision counts, so say that again.
                yield Decision(file, Deed.RELABEL, was, was, wishes.why)
            else:
                yield Decision(file, deed, "", was, wishes.why)


def _left_out(opened: OpenedSet, file: str, standing: Mapping[str, Decision]) -> LabelledPicture:
    """Return a picture of a class folder that was left out before, as what it was then."""
    path = opened.root / file
    is_there = path.suffix.lower() in PICTURE_SUFFIXES and path.is_file()
    if opened.layout != "folders" or not is_there:
        raise AnitagError("no_such_file", path=f"{path} in the set")
    was = standing[file].was if file in standing else ""
    return LabelledPicture(path, opened.name, file, identity=was or path.parent.name)


def _file(opened: OpenedSet, path: Path) -> str:
    name = _name(opened, path)
    if name is None:
        raise AnitagError("no_such_file", path=f"{path} in the set")
    return name


def _name(opened: OpenedSet, path: Path) -> str | None:
    """Return a picture's place in the set; where it is a link, it is the link that lies there."""
    own = name_in(opened.root.absolute(), path.absolute())
    return own or name_in(opened.root.resolve(), path.resolve())


def _after(opened: OpenedSet, decisions: Sequence[Decision]) -> list[LabelledPicture]:
    """Return the pictures of the set once the decisions hold."""
    now = {_name(opened, p.path) or str(p.path): p for p in opened.pictures}
    for one in decisions:
        if one.deed is Deed.DROP:
            now.pop(one.file, None)
        elif one.deed is Deed.RELABEL:
            path = opened.root / one.file
            old = now.get(one.file) or LabelledPicture(path, opened.name, one.file)
            now[one.file] = replace(old, identity=one.label)
        elif one.file not in now:
            path = opened.root / one.file
            now[one.file] = LabelledPicture(path, opened.name, one.file, identity=one.was)
    return list(now.values())


def _write(root: Path, pictures: Sequence[LabelledPicture]) -> None:
    """Write the table; a reader sees the old one or the new one."""
    staging = root / f".tmp-{CLEANED}"
    try:
        with staging.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(("name", "label"))
            rows.writerows((p.path.relative_to(root).as_posix(), p.identity) for p in pictures)
        staging.replace(root / CLEANED)
    except OSError as error:
        raise AnitagError("cannot_write", path=root / CLEANED, reason=error.strerror) from error


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return ""


def _bad(table: Path, row: int, reason: str) -> AnitagError:
    return AnitagError("bad_manifest", path=table, row=row, reason=reason)
