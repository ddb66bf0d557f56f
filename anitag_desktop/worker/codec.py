"""Messages as bytes and back: JSON, checked field by field against the message's own types.

A worker process has met hostile bytes, so what it sends is believed only in shape, never more:
an unknown message, a missing field or a value of another type is a ``ProtocolError``.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import msgspec

FRAME_LIMIT = 8 * 1024 * 1024
"""No message is longer than this many bytes; pixels do not travel in messages."""

_encode = msgspec.json.Encoder().encode
_open = msgspec.json.Decoder(tuple[str, msgspec.Raw]).decode


class ProtocolError(Exception):
    """Bytes that are not one of our messages."""


def encode(message: object) -> bytes:
    """Return a message as one frame: its name and its fields as JSON.

    Raises:
        ProtocolError: it would be longer than ``FRAME_LIMIT``.
    """
    named = (type(message).__name__, message)
    try:
        frame = _encode(named)
    except UnicodeEncodeError:  # a sentence with the name of a file that is no text
        frame = json.dumps(msgspec.to_builtins(named), ensure_ascii=False).encode(errors="replace")
    if len(frame) > FRAME_LIMIT:
        raise ProtocolError(f"a {type(message).__name__} of {len(frame)} bytes")
    return frame


def decode(frame: bytes, allowed: Mapping[str, type]) -> Any:
    """Return the message in a frame if its name is one of ``allowed``.

    Raises:
        ProtocolError: the frame is anything else.
    """
    try:
        name, fields = _open(frame)
        return _decoder(allowed[name]).decode(fields)
    except (ValueError, KeyError, RecursionError) as error:
        raise ProtocolError(f"not a message: {error!r:.200}") from error


def by_name(*kinds: type) -> dict[str, type]:
    """Return the table that ``decode`` asks for."""
    return {kind.__name__: kind for kind in kinds}


@cache
def _decoder(kind: type) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(kind)
