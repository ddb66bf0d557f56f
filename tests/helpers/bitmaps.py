"""Search indexes that answer from memory, and what they answer."""

from datetime import datetime

from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.store import Store

NOW = datetime(2024, 6, 15, 12, 0)


def bitmaps_of(store: Store, *, is_prepared: bool = True) -> BitmapSearchIndex:
    """An index that answers from memory from the first question on."""
    index = BitmapSearchIndex(store)
    index.load()
    if is_prepared:
        index.prepare()
    return index


def answers(index: BitmapSearchIndex, text: str, order: str | None = None) -> list[int]:
    asked = interpret(parse(text), NOW, order)
    ids = list(index.ids(asked))
    assert index.count(asked) == len(ids)
    return ids
