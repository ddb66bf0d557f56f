"""What other vocabularies call the categories of tags, and the labels of tables that use them."""

from collections.abc import Mapping
from typing import Any

from anitag_desktop.recognition.foreign.model_folder import ModelFolder

DANBOORU = {
    "0": "general",
    "1": "artist",
    "3": "copyright",
    "4": "character",
    "5": "meta",
    "9": "rating",
    "10": "meta",
}
"""Its category codes; 9 (rating) and 10 (year) are an invention of taggers."""

E621 = {
    "0": "general",
    "1": "artist",
    "2": "artist",
    "3": "copyright",
    "4": "character",
    "5": "general",
    "6": "meta",
    "7": "meta",
    "8": "meta",
    "9": "rating",
}
"""There, 5 are species, which are general tags here, and 2 are contributors."""

NAMES = {
    "year": "meta",
    "model": "meta",
    "quality": "meta",
    "system": "meta",
    "lore": "meta",
    "invalid": "meta",
    "species": "general",
    "contributor": "artist",
    "style": "artist",
    "series": "copyright",
    "tag": "general",
}
"""Categories by name that anitag does not have, and the one that is nearest."""


def table_labels(folder: ModelFolder, name: str, codes: Mapping[str, str]) -> dict[str, Any]:
    """Return how to read a table of labels, by the columns that it has."""
    columns = folder.columns(name)
    return {
        "type": "csv",
        "file": name,
        "name_col": "name" if "name" in columns else "tag",
        "category_col": "category" if "category" in columns else None,
        "threshold_col": "best_threshold" if "best_threshold" in columns else None,
        "series_col": "ips" if "ips" in columns else None,
        "category_map": {**codes, **NAMES},
    }
