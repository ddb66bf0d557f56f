"""Pins: what came of each model the first time it was downloaded, and which terms were accepted.

``pins.json`` in the folder of models; a later download of the same model has to bring the same.
"""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from anitag_desktop.storage.whole_files import write_private

_NAME = "pins.json"
_LIMIT = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class PinnedFile:
    """Size and sha256 of a file that came."""

    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Pin:
    """What is remembered of a model; ``revision`` is empty and no file named before it came.

    ``accepted`` are the words of the terms that its user accepted.
    """

    accepted: str = ""
    revision: str = ""
    files: dict[str, PinnedFile] = field(default_factory=dict)


def read_pins(models: Path) -> dict[str, Pin]:
    """Return the pins by model id; what cannot be read counts as not there."""
    path = models / _NAME
    try:
        if path.stat().st_size > _LIMIT:
            return {}
        content = json.loads(path.read_text(encoding="utf-8"))
        return {model_id: _pin(found) for model_id, found in content.items()}
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return {}


def write_pin(models: Path, model_id: str, pin: Pin) -> None:
    """Remember a pin beside the others.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    content = {name: asdict(other) for name, other in {**read_pins(models), model_id: pin}.items()}
    write_private(models / _NAME, json.dumps(content, indent=1))


def _pin(found: dict[str, Any]) -> Pin:
    files = {
        str(name): PinnedFile(int(file["bytes"]), str(file["sha256"]))
        for name, file in found["files"].items()
    }
    return Pin(str(found["accepted"]), str(found["revision"]), files)
