"""The CSV files of animesion's sets: lists of (class_id, dir), and of (class_id, class_name)."""

from collections.abc import Iterator
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.datasets.text_lines import list_rows

CLASSES = "classid_classname.csv"


def read_classes(path: Path) -> tuple[str, ...]:
    """Return the class names in the order of their ids (0, 1, 2 ...).

    Raises:
        AnitagError: ``bad_manifest`` for ids with holes and for names that come twice.
    """
    names: dict[int, str] = {}
    for number, row in _rows(path):
        class_id = _class_id(row[0], number, path)
        if class_id in names or row[1] in names.values():
            raise _bad(path, number, f"the class {row[0]} or the name {row[1]!r} comes twice")
        names[class_id] = row[1]
    if sorted(names) != list(range(len(names))):
        raise _bad(path, len(names), "the class ids are not 0, 1, 2 and so on")
    return tuple(names[i] for i in range(len(names)))


def read_members(path: Path, classes: tuple[str, ...]) -> Iterator[tuple[int, str, str]]:
    """Yield the number, the class name and the file of each row.

    Raises:
        AnitagError: ``bad_manifest`` with the row of a class id that the class list has not.
    """
    for number, row in _rows(path):
        class_id = _class_id(row[0], number, path)
        if not 0 <= class_id < len(classes):
            reason = f"the class id {class_id} is not in {CLASSES}, which has {len(classes)}"
            raise _bad(path, number, reason)
        yield number, classes[class_id], row[1]


def _rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows with their line numbers, without a header and without blank lines."""
    for number, row in list_rows(path):
        if number == 1 and row[0].strip() == "class_id":
            continue
        if len(row) < 2:
            raise _bad(path, number, "a row has to have a class id and a name")
        yield number, row


def _class_id(text: str, row: int, path: Path) -> int:
    try:
        return int(text)
    except ValueError:
        raise _bad(path, row, f"{text!r} is not a class id") from None


def _bad(path: Path, row: int, reason: str) -> AnitagError:
    return AnitagError("bad_manifest", path=path, row=row, reason=reason)
