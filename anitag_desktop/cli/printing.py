"""Plain text for people and JSON lines for programs, safe for every byte a name can hold."""

import json
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TextIO

_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Categories of characters that move the cursor, turn the text around or cannot be written."""


def plain(text: str) -> str:
    """Return text in which control characters and broken bytes are shown as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(map(_visible, text))


def say(stream: TextIO, text: str) -> None:
    """Write one line of plain text."""
    stream.write(plain(text) + "\n")


def counted(number: int, noun: str) -> str:
    """Return ``1 picture`` or ``3 pictures``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def listed(names: Sequence[str]) -> str:
    """Return ``A``, ``A and B``, or ``A, B and C``."""
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last


def print_json(out: TextIO, record: object) -> None:
    r"""Write one JSON object on one line; what is not ASCII is escaped, as ``\udcXX`` is."""
    out.write(json.dumps(record, ensure_ascii=True, allow_nan=False) + "\n")


def print_table(out: TextIO, rows: Iterable[Sequence[object]], header: Sequence[str] = ()) -> None:
    """Write aligned columns; numbers stand to the right, the last column is never padded."""
    cells = [[plain(_text(value)) for value in row] for row in rows]
    numeric = _numeric_columns(list(rows) if isinstance(rows, Sequence) else [], len(header))
    lines = [list(header), *cells] if header else cells
    if not lines:
        return
    widths = [max(width(line[column]) for line in lines) for column in range(len(lines[0]))]
    for line in lines:
        out.write(_aligned(line, widths, numeric) + "\n")


def width(text: str) -> int:
    """Return how many columns of a terminal the text takes once it is plain."""
    text = plain(text)
    if text.isascii():
        return len(text)
    return sum(_columns(character) for character in text)


def _visible(character: str) -> str:
    if unicodedata.category(character) not in _HIDDEN:
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _text(value: object) -> str:
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:.2f}"
    return str(value)


def _numeric_columns(rows: Sequence[Sequence[object]], count: int) -> set[int]:
    """Return the columns that hold nothing but numbers (and gaps)."""
    if not rows:
        return set()
    columns = range(max(count, len(rows[0])))
    return {c for c in columns if all(_is_number(row[c]) for row in rows)}


def _is_number(value: object) -> bool:
    return value is None or (isinstance(value, int | float) and not isinstance(value, bool))


def _aligned(line: Sequence[str], widths: Sequence[int], numeric: set[int]) -> str:
    cells = []
    for column, text in enumerate(line):
        gap = " " * (widths[column] - width(text))
        cells.append(gap + text if column in numeric else text + gap)
    return "  ".join(cells).rstrip()


def _columns(character: str) -> int:
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
