"""Reading JSON objects one after the other, from an array or from lines, without all in memory."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

_CHUNK = 1 << 16
_BETWEEN = " \t\r\n,[]"
_DECODER = json.JSONDecoder()


class BrokenValue(NamedTuple):
    """Something that is no object, and why."""

    reason: str


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes:
        """Return up to so many bytes, none at the end."""


def objects(stream: Readable, longest: int) -> Iterator[tuple[int, dict[str, Any] | BrokenValue]]:
    """Yield each object with the line (from 1) that it begins on.

    After something broken, reading goes on with the next line that begins an object. ``longest``
    is the most characters that an object may have.
    """
    return _Objects(stream, longest).run()


class _Objects:
    """Holds what was read and not yet understood."""

    def __init__(self, stream: Readable, longest: int) -> None:
        self._stream = stream
        self._longest = longest
        self._text = ""
        self._at = 0
        self._line = 1
        self._rest = b""
        self._is_at_end = False

    def run(self) -> Iterator[tuple[int, dict[str, Any] | BrokenValue]]:
        while self._skip_to_value():
            line = self._line
            found = self._value()
            yield line, found
            if isinstance(found, BrokenValue) and not self._skip_to_next_line():
                return

    def _skip_to_value(self) -> bool:
        """Go to the next value and tell whether there is one."""
        while True:
            start = self._at
            while self._at < len(self._text) and self._text[self._at] in _BETWEEN:
                self._at += 1
            self._line += self._text.count("\n", start, self._at)
            if self._at < len(self._text):
                return True
            if not self._read_on():
                return False

    def _value(self) -> dict[str, Any] | BrokenValue:
        """Read the value that begins here."""
        while True:
            try:
                value, end = _DECODER.raw_decode(self._text, self._at)
            except (ValueError, RecursionError):
                is_too_long = len(self._text) - self._at > self._longest
                if is_too_long or self._is_line_over() or not self._read_on():
                    return BrokenValue("it is no JSON")
                continue
            self._line += self._text.count("\n", self._at, end)
            self._at = end
            return value if isinstance(value, dict) else BrokenValue("it is no JSON object")

    def _is_line_over(self) -> bool:
        """Tell whether a new object begins on a line of its own: this one will not end."""
        return "\n{" in self._text[self._at :]

    def _skip_to_next_line(self) -> bool:
        """Go to the next line that begins an object and tell whether there is one."""
        while (next_line := self._text.find("\n{", self._at)) < 0:
            self._line += self._text.count("\n", self._at)
            self._text, self._at = self._text[-1:] if self._text.endswith("\n") else "", 0
            self._line -= self._text.count("\n")
            if not self._read_on():
                return False
        self._line += self._text.count("\n", self._at, next_line)
        self._at = next_line
        return True

    def _read_on(self) -> bool:
        """Read more behind what is left and tell whether there was any."""
        read = self._stream.read(_CHUNK)
        left = self._rest + read
        if not left or (not read and self._is_at_end):
            return False
        self._is_at_end = not read
        text = left.decode("utf-8", "replace") if not read else self._decoded(left)
        self._text, self._at = self._text[self._at :] + text, 0
        return True

    def _decoded(self, read: bytes) -> str:
        """Decode all but a character that is not whole yet."""
        for cut in range(4):
            end = len(read) - cut
            try:
                text = read[:end].decode("utf-8")
            except UnicodeDecodeError:
                continue
            self._rest = read[end:]
            return text
        self._rest = b""
        return read.decode("utf-8", "replace")
