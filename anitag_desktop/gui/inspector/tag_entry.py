"""What the user typed into the tag field, taken apart. No Qt here."""

import re
from dataclasses import dataclass

_SEPARATORS = re.compile(r"[,\n\r\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Entry:
    """Names to add and, after a minus, names to reject, as typed."""

    add: tuple[str, ...]
    reject: tuple[str, ...]


def read_entry(text: str) -> Entry:
    """Return the tags in ``text``: separated by commas or line ends; ``-tag`` rejects."""
    names = [part.strip() for part in _SEPARATORS.split(text)]
    return Entry(
        add=tuple(name for name in names if name and not _rejects(name)),
        reject=tuple(name[1:].strip() for name in names if _rejects(name)),
    )


def last_part(text: str) -> tuple[int, str]:
    """Return where the last name begins, without its minus, and the name so far."""
    start = 0
    for found in _SEPARATORS.finditer(text):
        start = found.end()
    part = text[start:]
    start += len(part) - len(part.lstrip())
    if _rejects(text[start:].strip()):
        start += 1
    return start, text[start:].strip()


def _rejects(name: str) -> bool:
    # A lone minus, or a face such as "-_-", is a tag.
    return len(name) > 1 and name[0] == "-" and (name[1].isalnum() or name[1] in " (")
