"""The text files beside a model's weights: read whole, within a limit, as UTF-8."""

import json
from pathlib import Path
from typing import Any

from anitag_desktop.recognition.fields import ManifestError

SIZE_LIMIT = 64 * 1024 * 1024


def read_text(path: Path) -> str:
    """Return the text of a file.

    Raises:
        ManifestError: it cannot be read, is too large, or is no UTF-8.
    """
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise ManifestError(f"{path.name} cannot be read ({error.strerror})") from error
    if len(content) > SIZE_LIMIT:
        raise ManifestError(f"{path.name} is larger than {SIZE_LIMIT >> 20} MB")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ManifestError(f"{path.name} is not UTF-8 text") from error


def read_json(path: Path) -> Any:
    """Return the JSON document in a file.

    Raises:
        ManifestError: it cannot be read, or is none.
    """
    try:
        return json.loads(read_text(path))
    except (ValueError, RecursionError) as error:
        raise ManifestError(f"{path.name} is not JSON ({error})") from error
