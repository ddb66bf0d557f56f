"""The bitmaps find what SQL and the oracle find, whatever was done to the library before."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.search.formatter import format_query
from anitag_desktop.search.lore import TagLore
from anitag_desktop.search.matching import SearchedImage, search
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.query import Query
from tests.helpers import searchables
from tests.helpers.bitmaps import NOW, bitmaps_of
from tests.helpers.libraries import open_store
from tests.helpers.lives import Life
from tests.search.strategies import trees
from tests.storage.test_query_compiler import libraries, orders, terms

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(
    libraries(),
    st.lists(
        st.tuples(trees(terms), orders, st.integers(0, 4), st.integers(0, 4)),
        min_size=1,
        max_size=12,
    ),
)
def test_bitmaps_agree_with_the_oracle(
    library: tuple[list[SearchedImage], TagLore],
    queries: list[tuple[Query, str | None, int, int]],
) -> None:
    images, lore = library
    with TemporaryDirectory() as root, open_store(Path(root) / "library") as store:
        searchables.write(store, images, lore)
        index = bitmaps_of(store)
        for query, order, offset, limit in queries:
            asked = interpret(query, NOW, order)
            expected = search(asked, images, lore)
            assert index.ids(asked) == expected, format_query(query)
            assert index.count(asked) == len(expected)
            assert index.ids(asked, offset, limit) == expected[offset : offset + limit]


NAMES = ("hat", "red_hat", "cat", "dog", "rating:general", "rating:sensitive")
names = st.sampled_from(NAMES)
places = st.integers(0, 5)
scores = st.dictionaries(names, st.sampled_from([0.1, 0.45, 0.6, 0.99]), max_size=4)
actions = st.one_of(
    st.tuples(st.just("add"), places),
    st.tuples(st.just("predict"), places, scores),
    st.tuples(st.just("confirm"), places, names),
    st.tuples(st.just("reject"), places, names),
    st.tuples(st.just("clear"), places, names),
    st.tuples(st.just("undo"), st.integers(1, 3)),
    st.tuples(st.just("redo"), st.integers(1, 2)),
    st.tuples(st.just("status"), places, st.sampled_from(ImageStatus)),
    st.tuples(st.just("copy"), places, places),
    st.tuples(st.just("move"), places, st.sampled_from([b"/pictures/sub", b"/Other/Pictures"])),
    st.tuples(st.sampled_from(["imply", "alias", "rename", "merge"]), names, names),
    st.tuples(st.sampled_from(["delete", "silence", "heed"]), names),
    st.tuples(st.just("category"), names, st.sampled_from(["artist", "character"])),
    st.tuples(st.sampled_from(["reopen", "crash", "lose index", "search", "prepare"])),
)

NO_NEW_SUBJECTS = [(("add", 0), False)] * 10 + [
    (("prepare",), False),
    (("add", 0), False),
    (("prepare",), False),
]
"""What is prepared twice while nothing came that models or users have spoken of."""


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@example(NO_NEW_SUBJECTS)
@given(st.lists(st.tuples(actions, st.booleans()), min_size=3, max_size=25))
def test_bitmaps_follow_whatever_happens(happened: list[tuple[tuple, bool]]) -> None:
    with TemporaryDirectory() as folder:
        life = Life(Path(folder) / "library")
        try:
            for place in range(3):
                life.add(place)
                life.predict(place, {"hat": 0.6, "cat": 0.9, "rating:general": 0.8})
            for action, is_followed in happened:
                life.do(action)
                if is_followed:
                    life.look()
            life.search()
            life.reopen()
            life.search()
        finally:
            life.store.close()
