"""Messages as bytes and back: JSON, checked field by field against the message's own types.

A worker process has met hostile bytes, so what it sends is believed only in shape, never more:
an unknown message, a missing or surplus field or a value of another type is a ``ProtocolError``.
"""

import base64
import json
import math
import types
from array import array
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache, partial
from typing import Any, Union, get_args, get_origin, get_type_hints

FRAME_LIMIT = 8 * 1024 * 1024
"""No message is longer than this many bytes; pixels do not travel in messages."""

_NUMBERS = {int: "q", float: "d"}

_Reader = Callable[[Any], Any]
"""Takes what JSON gave, and returns the value of one type that it stands for."""


class ProtocolError(Exception):
    """Bytes that are not one of our messages."""


def encode(message: object) -> bytes:
    """Return a message as one frame: its name and its fields as JSON."""
    named = [type(message).__name__, message]
    frame = json.dumps(named, default=_plain, allow_nan=False).encode("ascii")
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
        return _reader(allowed[name])(plain)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError) as error:
        raise ProtocolError(f"not a message: {error!r:.200}") from error


def by_name(*kinds: type) -> dict[str, type]:
    """Return the table that ``decode`` asks for."""
    return {kind.__name__: kind for kind in kinds}


def _plain(value: object) -> object:
    """Return what JSON has no word of its own for: bytes, and a message or a part of one."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode("ascii")
    if is_dataclass(value):
        named = _tables(value.__class__)
        return [
            _columns(codes, getattr(value, name)) if codes else getattr(value, name)
            for name, codes in named
        ]
    raise TypeError(f"a {type(value).__name__} in a message")


def _columns(codes: str, rows: tuple[Any, ...]) -> list[bytes]:
    """Return a table of numbers as one piece for each column: hundreds of rows are quick so."""
    columns = zip(*rows, strict=True) if rows else ((),) * len(codes)
    return [array(code, column).tobytes() for code, column in zip(codes, columns, strict=True)]


@cache
def _tables(kind: type) -> tuple[tuple[str, str], ...]:
    """Return the fields of a message, and of each the codes of its columns if it is a table."""
    hints = get_type_hints(kind)
    return tuple((field.name, _codes(hints[field.name])) for field in fields(kind))


@cache
def _codes(kind: Any) -> str:
    """Return how ``array`` calls the columns of a table of numbers, nothing if it is none."""
    rows = get_args(kind)
    is_table = get_origin(kind) is tuple and len(rows) == 2 and rows[1] is Ellipsis
    columns = get_args(rows[0]) if is_table and get_origin(rows[0]) is tuple else ()
    is_numeric = bool(columns) and set(columns) <= set(_NUMBERS)
    return "".join(_NUMBERS[column] for column in columns) if is_numeric else ""


@cache
def _reader(kind: Any) -> _Reader:
    """Return what reads a type; made once, because a picture has hundreds of scores."""
    if isinstance(kind, type) and (is_dataclass(kind) or hasattr(kind, "_fields")):
        return partial(_read_fields, kind, _readers(tuple(get_type_hints(kind).values())))
    if kind is bytes:
        return _read_bytes
    if kind is float:
        return _read_finite
    if kind in (int, str, bool):
        return partial(_exactly, kind)
    return _generic_reader(kind, get_args(kind))


def _generic_reader(kind: Any, arguments: tuple[Any, ...]) -> _Reader:
    origin = get_origin(kind)
    if origin in (types.UnionType, Union):
        exact = {one: _reader(one) for one in arguments if one is not types.NoneType}
        return partial(_read_one_of, exact, types.NoneType in arguments)
    if origin is tuple and arguments[-1] is Ellipsis:
        if codes := _codes(kind):
            return partial(_read_table, codes)
        return partial(_read_all, _reader(arguments[0]))
    if origin is tuple:
        return partial(_read_each, _readers(arguments))
    if origin is dict:
        return partial(_read_texts, _reader(arguments[1]))
    raise TypeError(kind)


def _readers(kinds: tuple[Any, ...]) -> tuple[_Reader, ...]:
    return tuple(_reader(kind) for kind in kinds)


def _read_fields(kind: type, readers: tuple[_Reader, ...], plain: Any) -> Any:
    return kind(*_read_each(readers, plain))


def _read_each(readers: tuple[_Reader, ...], plain: Any) -> tuple[Any, ...]:
    if type(plain) is not list or len(plain) != len(readers):
        raise TypeError(f"{len(readers)} values expected")
    return tuple([read(part) for read, part in zip(readers, plain, strict=True)])


def _read_all(read: _Reader, plain: Any) -> tuple[Any, ...]:
    return tuple([read(part) for part in _exactly(list, plain)])


def _read_table(codes: str, plain: Any) -> tuple[Any, ...]:
    columns = []
    for code, column in zip(codes, _exactly(list, plain), strict=True):
        columns.append(array(code, _read_bytes(column)))
        if not all(map(math.isfinite, columns[-1])):
            raise ValueError("a finite number expected")
    return tuple(zip(*columns, strict=True))


def _read_texts(read: _Reader, plain: Any) -> dict[str, Any]:
    return {name: read(part) for name, part in _exactly(dict, plain).items()}


def _read_one_of(exact: Mapping[Any, _Reader], may_be_none: bool, plain: Any) -> Any:
    if plain is None and may_be_none:
        return None
    read = exact.get(type(plain)) or next(iter(exact.values()))
    return read(plain)


def _read_bytes(plain: Any) -> bytes:
    return base64.b64decode(_exactly(str, plain), validate=True)


def _read_finite(plain: Any) -> float:
    if type(plain) not in (int, float) or not math.isfinite(plain):
        raise TypeError("a finite number expected")
    return float(plain)


def _exactly(kind: type, plain: Any) -> Any:
    if type(plain) is not kind:
        raise TypeError(f"{kind.__name__} expected, not {type(plain).__name__}")
    return plain
