"""Related tags: SQL, bitmaps and counting by hand agree; the measures are what they are called."""

import math
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.index import SearchIndex
from anitag_desktop.search.lore import TagLore
from anitag_desktop.search.matching import SearchedImage, search
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.search.relating import relate
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage import bitmap_relations
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.search_index import SqlSearchIndex
from anitag_desktop.storage.store import Store
from tests.helpers import searchables
from tests.helpers.libraries import open_store
from tests.storage.test_query_compiler import libraries

NOW = datetime(2024, 6, 15, 12, 0)
queries = st.sampled_from(["", "long_hair", "hair", "*hair", "status:any", "-hair", "limit:1"])
categories = st.sampled_from([None, TagCategory.GENERAL, TagCategory.META, TagCategory.RATING])


def by_hand(
    text: str, category: TagCategory | None, images: list[SearchedImage], lore: TagLore
) -> dict[str, tuple[int, float, float, float, float]]:
    asked = interpret(parse(text.replace("limit:1", "")), NOW)
    present = {one.image_id: one for one in images if one.status is ImageStatus.PRESENT}
    found = set(search(asked, images, lore)) & present.keys()
    related = {}
    for name, own in lore.categories.items():
        tagged = {number for number, image in present.items() if name in image.tags}
        both = len(found & tagged)
        if both and category in (None, own):
            related[name] = (
                both,
                both / math.sqrt(len(found) * len(tagged)),
                both / len(found | tagged),
                both / min(len(found), len(tagged)),
                both / len(found),
            )
    return related


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(libraries(), queries, categories, st.integers(1, 12))
def test_every_way_finds_the_same(
    library: tuple[list[SearchedImage], TagLore],
    text: str,
    category: TagCategory | None,
    limit: int,
) -> None:
    images, lore = library
    expected = by_hand(text, category, images, lore)
    order = sorted(expected, key=lambda name: (-round(expected[name][1], 12), name))
    asked = interpret(parse(text), NOW)
    with TemporaryDirectory() as root, open_store(Path(root) / "library") as store:
        searchables.write(store, images, lore)
        for index in every_way(store):
            found = index.related(asked, category, limit)
            assert [one.tag.name for one in found] == order[:limit]
            for one in found:
                measures = (one.count, one.cosine, one.jaccard, one.overlap, one.frequency)
                assert measures == pytest.approx(expected[one.tag.name])


def every_way(store: Store) -> Iterator[SearchIndex]:
    yield SqlSearchIndex(store)
    bitmaps = BitmapSearchIndex(store)
    bitmaps.load()
    yield bitmaps
    bitmaps.prepare()
    yield bitmaps
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bitmap_relations, "_DRAWN", 1)
        yield bitmaps


def test_the_measures_of_equal_and_of_hardly_touching_sets() -> None:
    same = relate(None, 4, 4, 4)
    assert (same.cosine, same.jaccard, same.overlap, same.frequency) == (1, 1, 1, 1)
    hardly = relate(None, 1, 4, 25)
    assert (hardly.cosine, hardly.jaccard) == pytest.approx((0.1, 1 / 28))
    assert (hardly.overlap, hardly.frequency) == (0.25, 0.25)


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(libraries())
def test_what_the_text_names_and_ratings_are_left_out(
    library: tuple[list[SearchedImage], TagLore],
) -> None:
    images, lore = library
    with TemporaryDirectory() as root, open_store(Path(root) / "library") as store:
        searchables.write(store, images, lore)
        searcher = Searcher(store)
        names = {one.tag.name for one in searcher.related("longhair or -hair")}
        assert not names & {"long_hair", "hair"}
        assert not any(name.startswith("rating:") for name in names)
        ratings = searcher.related("status:any", TagCategory.RATING)
        assert all(one.tag.category is TagCategory.RATING for one in ratings)
