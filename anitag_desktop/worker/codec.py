"""Messages as bytes and back: JSON, checked field by field against the message's own types.

A worker process has met hostile bytes, so what it sends is believed only in shape, never more:
an unknown message, a missing or surplus field or a value of another type is a ``ProtocolError``.
"""

import base64
import json
import math
import types
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

FRAME_LIMIT = 8 * 1024 * 1024
"""No message is longer than this many bytes; pixels do not travel in messages."""


class ProtocolError(Exception):
    """Bytes that are not one of our messages."""


def encode(message: object) -> bytes:
    """Return a message as one frame: its name and its fields as JSON."""
    frame = json.dumps([type(message).__name__, _plain(message)], allow_nan=False).encode("ascii")
    if len(frame) > FRAME_LIMIT:
        raise ProtocolError(f"a {type(message).__name__} of {len(frame)} bytes")
    return frame


def decode(frame: bytes, allowed: Mapping[str, type]) -> Any:
    """Return the message in a frame if its name is one of ``allowed``.

    Raises:
        ProtocolError: the frame is anything else.
    """
    try:
        name, plain = json.loads(frame)
        return _typed(allowed[name], plain)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ProtocolError(f"not a message: {error!r:.200}") from error


def by_name(*kinds: type) -> dict[str, type]:
    """Return the table that ``decode`` asks for."""
    return {kind.__name__: kind for kind in kinds}


def _plain(value: object) -> object:
    """Return a value of our messages as JSON has it."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if is_dataclass(value):
        return [_plain(getattr(value, f.name)) for f in fields(value)]
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value


def _typed(kind: Any, plain: Any) -> Any:
    """Return what ``plain`` stands for, which has to be a ``kind``."""
    if isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_fields")):
        return kind(*_each(_field_types(kind), plain))
    if kind is bytes:
        return base64.b64decode(_exactly(str, plain), validate=True)
    if kind in (int, str, bool):
        return _exactly(kind, plain)
    if kind is float:
        return _finite(plain)
    return _generic(kind, get_args(kind), plain)


def _generic(kind: Any, arguments: tuple[Any, ...], plain: Any) -> Any:
    origin = get_origin(kind)
    if origin in (types.UnionType, Union):
        return _one_of(arguments, plain)
    if origin is tuple and arguments[-1] is Ellipsis:
        return tuple(_typed(arguments[0], part) for part in _exactly(list, plain))
    if origin is tuple:
        return tuple(_each(arguments, plain))
    if origin is dict:
        return {_exactly(str, k): _typed(arguments[1], v) for k, v in plain.items()}
    raise TypeError(kind)


def _one_of(kinds: tuple[Any, ...], plain: Any) -> Any:
    if plain is None and types.NoneType in kinds:
        return None
    exact = [k for k in kinds if type(plain) is k]
    return _typed(exact[0] if exact else kinds[0], plain)


def _each(kinds: tuple[Any, ...], plain: Any) -> list[Any]:
    parts = _exactly(list, plain)
    return [_typed(kind, part) for kind, part in zip(kinds, parts, strict=True)]


def _exactly(kind: type, plain: Any) -> Any:
    if type(plain) is not kind:
        raise TypeError(f"{kind.__name__} expected, not {type(plain).__name__}")
    return plain


def _finite(plain: Any) -> float:
    if type(plain) not in (int, float) or not math.isfinite(plain):
        raise TypeError("a finite number expected")
    return float(plain)


@cache
def _field_types(kind: type) -> tuple[Any, ...]:
    return tuple(get_type_hints(kind).values())
