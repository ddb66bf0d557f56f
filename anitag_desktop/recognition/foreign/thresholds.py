"""Reading the thresholds that packages state beside their labels."""

from collections.abc import Mapping

from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.foreign.categories import NAMES
from anitag_desktop.recognition.foreign.model_folder import ModelFolder


def by_row(folder: ModelFolder, name: str, codes: Mapping[str, str]) -> dict[str, float]:
    """Return the threshold of each category in a table with the columns category and threshold.

    Raises:
        ManifestError: one is not from 0 to 1, or of a category that is not mapped.
    """
    found: dict[str, float] = {}
    for row in folder.rows(name):
        code, text = row.get("category") or "", row.get("threshold") or ""
        if code not in codes:
            raise ManifestError(f'{name} has the category "{code:.30}", which is not mapped')
        try:
            value = float(text)
        except ValueError:
            raise ManifestError(f'{name} has the threshold "{text:.30}"') from None
        found.setdefault(codes[code], value)
    return found


def by_mode(folder: ModelFolder, name: str) -> dict[str, dict[str, float]]:
    """Return thresholds by mode and category from ``{category: {mode: {"threshold": x}}}``.

    Raises:
        ManifestError: it is written in another way.
    """
    found: dict[str, dict[str, float]] = {}
    categories = folder.fields(name)
    for raw in categories.raw:
        modes = categories.object(raw)
        for mode in modes.raw:
            value = Fields(modes.raw[mode], f"{name}: {raw}").fraction("threshold")
            found.setdefault(mode, {}).setdefault(NAMES.get(raw, raw), value)
    return found
