"""Finding the family that a folder of model files belongs to."""

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from anitag_desktop.recognition import families
from anitag_desktop.recognition.foreign.description import Family
from anitag_desktop.recognition.foreign.documents import document
from anitag_desktop.recognition.foreign.model_folder import ModelFolder


@cache
def all_families() -> tuple[Family, ...]:
    """Return the families in the order in which they are asked."""
    modules = pkgutil.iter_modules(families.__path__, families.__name__ + ".")
    found: list[Family] = [import_module(module.name).FAMILY for module in modules]
    return tuple(sorted(found, key=lambda family: family.order))


def describe_folder(path: Path) -> dict[str, Any] | None:
    """Return the manifest that follows from a folder's files; None if no family knows them.

    Raises:
        ManifestError: a family knows them, and something in them is wrong.
        OSError: they cannot be read.
    """
    folder = ModelFolder(path)
    for family in all_families():
        if (found := family.describe(folder)) is not None:
            return document(folder, family, found)
    return None
