"""Reading the fields of a foreign JSON object: each is there and of the right kind, or a sentence.

A null counts as absent, as hand-written manifests have it.
"""

import math
from collections.abc import Sequence
from typing import Any


class ManifestError(Exception):
    """A manifest, or a file beside it, does not say what it has to; the text names the check."""


_MISSING: Any = object()


class Fields:
    """A JSON object read field by field; ``where`` names it in the errors."""

    def __init__(self, raw: object, where: str) -> None:
        if not isinstance(raw, dict):
            raise ManifestError(f"{where} is not a JSON object")
        self.raw: dict[str, Any] = raw
        self._where = where

    def text(self, name: str, default: str = _MISSING) -> str:
        """Return a string, at most 10,000 characters long."""
        value = self._get(name, str, default)
        if len(value) > 10_000:
            raise ManifestError(f'"{name}" of {self._where} is too long')
        return str(value)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of strings, empty if absent."""
        values = self._get(name, list, [])
        if not all(isinstance(v, str) for v in values):
            raise ManifestError(f'"{name}" of {self._where} is not a list of texts')
        return tuple(values)

    def integer(self, name: str, default: int = _MISSING) -> int:
        """Return a whole number, 0 or more unless the default is less."""
        value: int = self._get(name, int, default)
        if value < min(0, default if default is not _MISSING else 0):
            raise ManifestError(f'"{name}" of {self._where} is negative')
        return value

    def integers(self, name: str, count: int) -> Sequence[int]:
        """Return a list of ``count`` whole numbers."""
        values = self._get(name, list, _MISSING)
        if len(values) != count or not all(type(v) is int for v in values):
            raise ManifestError(f'"{name}" of {self._where} is not {count} whole numbers')
        return list(values)

    def numbers(self, name: str, count: int) -> tuple[float, ...]:
        """Return a list of ``count`` finite numbers."""
        values = self._get(name, list, _MISSING)
        if len(values) != count or not all(_is_number(v) for v in values):
            raise ManifestError(f'"{name}" of {self._where} is not {count} numbers')
        return tuple(float(v) for v in values)

    def number(self, name: str) -> float:
        """Return a finite number."""
        value: Any = self.raw.get(name)
        if not _is_number(value):
            raise ManifestError(f'"{name}" of {self._where} is not a number')
        return float(value)

    def fraction(self, name: str, default: float | None = None) -> float:
        """Return a number from 0 to 1."""
        if default is not None and self.raw.get(name) is None:
            return default
        value = self.number(name)
        if not 0 <= value <= 1:
            raise ManifestError(f'"{name}" of {self._where} is not within 0 to 1')
        return value

    def flag(self, name: str) -> bool:
        """Return a truth value, false if absent."""
        return bool(self._get(name, bool, False))

    def choice(self, name: str, known: Sequence[str], default: str = _MISSING) -> str:
        """Return a string that is one of ``known``."""
        value = self.text(name, default)
        if value not in known:
            raise ManifestError(
                f'"{name}" of {self._where} is "{value:.50}", not one of {", ".join(known)}'
            )
        return value

    def object(self, name: str, *, optional: bool = False) -> "Fields":
        """Return the object in a field; an empty one if it may be absent and is."""
        return Fields(self._get(name, dict, {} if optional else _MISSING), f'"{name}"')

    def objects(self, name: str, *, optional: bool = False) -> list["Fields"]:
        """Return the list of objects in a field; empty if it may be absent and is."""
        values = self._get(name, list, [] if optional else _MISSING)
        return [Fields(v, f'each of "{name}"') for v in values]

    def _get(self, name: str, kind: type, default: Any) -> Any:
        value = self.raw.get(name)
        if value is None and default is not _MISSING:
            return default
        if type(value) is not kind:
            said = "is missing" if value is None else f"is not of type {kind.__name__}"
            raise ManifestError(f'"{name}" of {self._where} {said}')
        return value


def _is_number(value: Any) -> bool:
    return type(value) in (int, float) and math.isfinite(value)
