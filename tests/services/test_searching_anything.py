"""Whatever is typed into the search box finds something or is a query error, and only reads.

Two thousand texts a run; ``ANITAG_TYPED_TEXTS=100000`` tries more.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, event, exc

from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.formatter import format_query
from anitag_desktop.search.metatags import KINDS, interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage.bitmap_search_index import BitmapSearchIndex
from anitag_desktop.storage.search_index import SqlSearchIndex
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import open_store
from tests.helpers.searchables import write
from tests.search.strategies import ODD
from tests.search.worlds import world

EXAMPLES = int(os.environ.get("ANITAG_TYPED_TEXTS", "2000"))

words = st.sampled_from(
    [
        *("aaa", "ccc", "saber", "servant", "longaaa", "and", "or", "not", "-", "~", "(", ")", "|"),
        *('"', "a*", "*", "[x]", "100%_", "'; DROP TABLE images; --", "..", "5..10", ">=5", "any"),
        *("none", "1mb", "16:9", "<2d", "today", "no", "yes", "\\", "%", "_", "\0", "東方"),
    ]
)
odd = st.text(st.sampled_from(ODD + "aaa\0\ud800\udcff.,=%[]{}") | st.characters(), max_size=25)
names = st.sampled_from(sorted(KINDS))
examples = st.sampled_from([f"{name}:{kind.example}" for name, kind in KINDS.items()])
choices = st.sampled_from([f"{n}:{word}" for n, kind in KINDS.items() for word in kind.choices])
metatags = st.builds("{}:{}".format, names, odd | words) | examples | choices
terms = odd | words | metatags | st.builds("{}{}".format, st.sampled_from("-~("), metatags)
texts = (
    terms | st.lists(terms, max_size=6).map(" ".join) | st.lists(words, max_size=12).map("".join)
)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Store]]:
    """One library open for reading only, and open for the process that writes."""
    images, lore = world()
    with ExitStack() as stack:
        writing = stack.enter_context(open_store(tmp_path_factory.mktemp("typed") / "library"))
        write(writing, [replace(image, seen={}) for image in images], lore)
        yield stack.enter_context(Store.open(writing.paths, writable=False)), writing


@pytest.fixture(scope="module")
def statements(stores: tuple[Store, Store]) -> Iterator[list[str]]:
    """Every statement that any engine runs."""
    found: list[str] = []

    def note(conn: object, cursor: object, statement: str, *rest: object) -> None:
        found.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield found
    event.remove(Engine, "before_cursor_execute", note)


@pytest.fixture(scope="module")
def searchers(stores: tuple[Store, Store]) -> tuple[Searcher, Searcher]:
    """One that asks SQL, and one that asks memory."""
    reading, writing = stores
    bitmaps = BitmapSearchIndex(writing)
    bitmaps.load()
    return Searcher(reading, SqlSearchIndex(reading)), Searcher(writing, bitmaps)


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(texts, st.integers(0, 30))
def test_any_text(
    searchers: tuple[Searcher, Searcher], statements: list[str], text: str, cursor: int
) -> None:
    statements.clear()
    answers = [typed(searcher, text, cursor) for searcher in searchers]
    assert answers[0] == answers[1], text
    for statement in statements:
        assert statement.lstrip().startswith(("SELECT", "WITH", "BEGIN")), statement


def typed(searcher: Searcher, text: str, cursor: int) -> object:
    """Do with a text what the search box does; return what was found, or what is wrong."""
    for span in searcher.highlight(text):
        assert 0 <= span.start <= span.end <= len(text)
    for one in searcher.complete(text, cursor):
        assert 0 <= one.start <= one.end <= len(text)
    try:
        found = searcher.search(text).ids
    except QueryError as error:
        return complaint(error, text)
    assert searcher.count(text) == len(found)
    query = parse(text)
    assert parse(format_query(query)) == query
    interpret(parse(searcher.explain(text)), datetime.now())
    return sorted(found)


def complaint(error: QueryError, text: str) -> object:
    """Check that an error says what is wrong where."""
    assert error.reason in str(error)
    assert 0 <= error.position <= error.end <= len(text)
    return error.code, error.position, error.end


def test_the_connection_that_reads_cannot_write(stores: tuple[Store, Store]) -> None:
    for store in stores:
        with store.library.read() as conn, pytest.raises(exc.OperationalError, match="readonly"):
            conn.exec_driver_sql("DELETE FROM main.images")
