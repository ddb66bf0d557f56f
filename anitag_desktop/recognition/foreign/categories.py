"""What other vocabularies call the categories of tags, and the labels of tables that use them."""

from collections.abc import Mapping
from typing import Any

from anitag_desktop.domain import tag_list
from anitag_desktop.recognition.foreign.model_folder import ModelFolder


def _codes(categories: tag_list.Categories) -> dict[str, str]:
    """Return the categories of the codes of a site, without those that its lists leave out."""
    return {code: kind.value for code, kind in categories.items() if code.isdigit() and kind}


DANBOORU = {**_codes(tag_list.DANBOORU), "9": "rating", "10": "meta"}
"""Its category codes; 9 (rating) and 10 (year) are an invention of taggers."""

E621 = {**_codes(tag_list.E621), "6": "meta", "9": "rating"}
"""There, 5 are species, which are general tags here; 6 are names that lists leave out."""

NAMES = {
    **{name: kind.value for name, kind in tag_list.WORDS.items() if name and kind},
    "rating": "rating",
    "year": "meta",
    "model": "meta",
    "quality": "meta",
    "system": "meta",
    "invalid": "meta",
    "style": "artist",
    "series": "copyright",
    "tag": "general",
}
"""Categories by name, those that anitag does not have as the one that is nearest."""


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
