"""What classes are called once sets are mixed: a CSV file of class, becomes and perhaps origin."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.datasets.text_lines import table_rows

Names = Mapping[tuple[str, str], str]
"""The new name of a class of an origin ("" for every origin); "" leaves its pictures out."""


def read_class_names(path: Path, known: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """Return the new names; ``known`` are the classes that there are, as (origin, class).

    Raises:
        AnitagError: ``no_such_file``, or ``bad_manifest`` with the row: a class that no set has,
            one that is renamed twice, a column that is not there.
    """
    classes = set(known) | {("", name) for _, name in known}
    names: dict[tuple[str, str], str] = {}
    for number, row in table_rows(path):
        key = (row.get("origin", "").strip(), row.get("class", "").strip())
        reason = _against(row, key, classes, names)
        if reason:
            raise AnitagError("bad_manifest", path=path, row=number, reason=reason)
        names[key] = row["becomes"].strip()
    return names


def renamed(names: Names, origin: str, class_name: str) -> str | None:
    """Return what a class is called from now on; None where its pictures are to be left out."""
    key = (origin, class_name) if (origin, class_name) in names else ("", class_name)
    return names.get(key, class_name) or (None if key in names else class_name)


def _against(
    row: Mapping[str, str],
    key: tuple[str, str],
    classes: set[tuple[str, str]],
    names: Names,
) -> str:
    if row.get("class") is None or row.get("becomes") is None:
        return "a row has to have a class and what it becomes (columns class, becomes)"
    if key not in classes:
        return f"no set has the class {key[1]!r}" + (f" or the name {key[0]!r}" if key[0] else "")
    return f"{key[1]!r} is renamed twice" if key in names else ""
