"""JSON that is not one object a line: lists of objects, and objects over several lines."""

import json
import re
from codecs import getincrementaldecoder
from collections.abc import Iterator
from typing import IO

LONGEST_VALUE = 1 << 20
"""Letters; a post has some thousand."""

_CHUNK = 1 << 18
_BLANKS = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


def json_objects(stream: IO[bytes], first: bytes, row: int) -> Iterator[tuple[int, bytes]]:
    """Yield the objects of a stream, and those of its lists, with the lines that they begin on.

    Args:
        stream: where it goes on.
        first: what was read of it already, which stood in the line ``row``.
        row: a number from 1.

    Raises:
        BrokenJsonError: it is none, with the line.
    """
    text = _Text(stream, first, row)
    while sign := text.sign():
        if sign == "[":
            text.skip()
            yield from _listed(text)
        else:
            yield text.value()


class BrokenJsonError(Exception):
    """What is wrong, and the line."""

    def __init__(self, row: int, reason: str) -> None:
        self.row = row
        super().__init__(reason)


def _listed(text: "_Text") -> Iterator[tuple[int, bytes]]:
    if text.sign() == "]":
        text.skip()
        return
    while True:
        yield text.value()
        sign = text.sign()
        if sign not in ("]", ","):
            raise BrokenJsonError(text.row, "the list neither goes on nor ends here")
        text.skip()
        if sign == "]":
            return


class _Text:
    """What was read and not yet understood."""

    def __init__(self, stream: IO[bytes], first: bytes, row: int) -> None:
        self.row = row
        self._stream = stream
        self._decode = getincrementaldecoder("utf-8-sig")().decode
        self._place = 0
        self._text = ""
        self._take(first)

    def sign(self) -> str:
        """Return the next sign that is no blank; "" at the end."""
        while True:
            blanks = _BLANKS.match(self._text, self._place)
            self._go(blanks.end() if blanks else self._place)
            if self._place < len(self._text):
                return self._text[self._place]
            if not self._read_on():
                return ""

    def skip(self) -> None:
        """Go on behind the sign."""
        self._place += 1

    def value(self) -> tuple[int, bytes]:
        """Return the next value with the line that it begins on."""
        self.sign()
        while True:
            try:
                _, end = _DECODER.raw_decode(self._text, self._place)
            except RecursionError:
                raise BrokenJsonError(self.row, "it is nested too deeply") from None
            except ValueError as error:
                if len(self._text) - self._place > LONGEST_VALUE or not self._read_on():
                    reason = f"it is no JSON, or cut off ({getattr(error, 'msg', error)})"
                    raise BrokenJsonError(self.row, reason) from None
                continue
            row, found = self.row, self._text[self._place : end]
            self._go(end)
            return row, found.encode()

    def _go(self, place: int) -> None:
        self.row += self._text.count("\n", self._place, place)
        self._place = place

    def _read_on(self) -> bool:
        """Read more than there is, so that long values are not tried too often."""
        content = self._stream.read(max(_CHUNK, len(self._text) - self._place))
        self._take(content)
        return bool(content)

    def _take(self, content: bytes) -> None:
        try:
            more = self._decode(content, final=not content)
        except UnicodeDecodeError as error:
            raise BrokenJsonError(self.row, f"this is no text in UTF-8 ({error.reason})") from None
        self._text, self._place = self._text[self._place :] + more, 0
