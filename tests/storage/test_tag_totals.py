"""The number beside a tag in any list is the number of pictures that a search for it finds."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings

from anitag_desktop.search.formatter import format_tag
from anitag_desktop.search.lore import TagLore
from anitag_desktop.search.matching import SearchedImage, search
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.services.administering import TagAdministration
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.search_index import SqlSearchIndex
from tests.helpers import searchables
from tests.helpers.libraries import open_store
from tests.storage.test_query_compiler import libraries

NOW = datetime(2024, 6, 15, 12, 0)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(libraries())
def test_every_list_counts_what_a_search_finds(
    library: tuple[list[SearchedImage], TagLore],
) -> None:
    images, lore = library
    expected = {
        name: len(search(interpret(parse(format_tag(name)), NOW), images, lore))
        for name in lore.categories
    }
    with TemporaryDirectory() as root, open_store(Path(root) / "library") as store:
        searchables.write(store, images, lore)
        bitmaps = BitmapSearchIndex(store)
        bitmaps.load()
        for index in (SqlSearchIndex(store), bitmaps):
            assert {one.tag.name: one.count for one in index.known_tags()} == expected
            counted = {tag.name: count for tag, count in index.tag_counts(None, 99)}
            assert counted == {name: count for name, count in expected.items() if count}
        views = TagAdministration(store).list_tags()
        assert {view.tag.name: view.count for view in views} == expected
        assert TagAdministration(store).list_tags(counts=Searcher(store, bitmaps).counts()) == views
        for view in views:
            assert TagAdministration(store).show(view.tag.name) == view
