"""What people decided about pictures of a set: a log beside it that is only ever added to.

``decisions.jsonl`` has a row for each: ``file`` (in the set, with slashes), ``decision``, ``label``
(the class, of ``relabel``), ``was`` (the class before), ``why``, ``who`` and ``when``. The last one
about a picture counts. Readers of every layout go by it; no picture is touched.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.collecting.row_file import RowFile, read_rows
from training.datasets.places import name_in
from training.datasets.sample import LabelledPicture

LOG = "decisions.jsonl"


class Deed(StrEnum):
    """What can be decided about a picture."""

    DROP = "drop"  # nothing is learnt from it
    RELABEL = "relabel"  # it shows another class
    KEEP = "keep"  # it was looked at and is right as it is
    FORGET = "forget"  # nothing is decided any more


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision about a picture, by its place in the set; ``label`` is the class it shows."""

    file: str
    deed: Deed
    label: str = ""
    was: str = ""
    why: str = ""


def log_of(path: Path) -> Path:
    """Return where the decisions about a set lie, which is a folder or the list of one."""
    return (path if path.is_dir() else path.parent) / LOG


def decide(path: Path, decisions: Iterable[Decision], who: str) -> int:
    """Add decisions about a set to its log; return how many.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    when, count = datetime.now(UTC).isoformat(timespec="seconds"), 0
    with RowFile(log_of(path)) as log:
        for one in decisions:
            told = {"file": one.file, "decision": one.deed.value, "label": one.label}
            log.add({**told, "was": one.was, "why": one.why, "who": who, "when": when})
            count += 1
    return count


def decided(path: Path) -> dict[str, Decision]:
    """Return what stands, by file.

    Raises:
        AnitagError: ``bad_manifest`` with the row of the log that is none.
    """
    found: dict[str, Decision] = {}
    log = log_of(path)
    for number, row in enumerate(read_rows(log), 1):
        one = _decision(row, log, number)
        if one.deed is Deed.FORGET:
            found.pop(one.file, None)
        else:
            found[one.file] = one
    return found


def as_decided(pictures: Sequence[LabelledPicture], path: Path) -> list[LabelledPicture]:
    """Return the pictures of a set as people decided about them.

    Raises:
        AnitagError: as ``decided``.
    """
    root, found = log_of(path).parent, []
    standing = decided(path)
    for picture in pictures:
        one = standing.get(name_in(root, picture.path) or "") if standing else None
        if one is None or one.deed is Deed.KEEP:
            found.append(picture)
        elif one.deed is Deed.RELABEL:
            found.append(replace(picture, identity=one.label))
    return found


def _decision(row: Mapping[str, object], log: Path, number: int) -> Decision:
    said = {key: str(row.get(key) or "") for key in ("file", "decision", "label", "was", "why")}
    try:
        deed = Deed(said["decision"])
    except ValueError:
        reason = f"decision {said['decision']!r} is none of {', '.join(Deed)}"
        raise AnitagError("bad_manifest", path=log, row=number, reason=reason) from None
    if not said["file"] or (deed is Deed.RELABEL and not said["label"]):
        reason = "a row has to name a file, and of relabel a label"
        raise AnitagError("bad_manifest", path=log, row=number, reason=reason)
    return Decision(said["file"], deed, said["label"], said["was"], said["why"])
