"""The bitmaps put what they find in the order that SQL puts it in."""

import random
from pathlib import Path

import pytest

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.storage import bitmap_search_index, files, images
from anitag_desktop.storage.search_index import SqlSearchIndex
from tests.helpers.bitmaps import NOW, answers, bitmaps_of
from tests.helpers.libraries import facts_of, fill, open_store


def test_long_results_are_put_in_order_in_the_background(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bitmap_search_index, "_MANY", 1)
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{}] * 3)
        index = bitmaps_of(store)
        found = index.ids(interpret(parse("order:filesize"), NOW))
        assert index._thread is not None
        index._thread.join()
        assert found == ids[::-1]


@pytest.mark.parametrize("is_read", [False, True])
def test_the_best_by_score_are_found_without_reading_all_scores(
    tmp_path: Path, is_read: bool
) -> None:
    draw = random.Random(4)
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": draw.choice([0.1, 0.6, 0.7, 0.8]), "cat": 0.9} for _ in range(60)])
        index, sql = bitmaps_of(store), SqlSearchIndex(store)
        if is_read:
            assert len(answers(index, "score:hat>=0.05", "score:hat")) == 60
            assert index._engine is not None
            index._engine.state.scores("hat")
        for text in ("cat", "cat -id:3..40", "score:hat>0.6", "score:hat<0.7"):
            for order in ("score:hat", "score:hat_asc", "score:nothing"):
                asked = interpret(parse(text), NOW, order)
                assert list(index.ids(asked, 0, 3)) == list(sql.ids(asked, 0, 3))
                assert list(index.ids(asked)) == list(sql.ids(asked))


@pytest.mark.parametrize("earlier", [False, True])
def test_new_pictures_come_first_if_they_were_added_last(tmp_path: Path, earlier: bool) -> None:
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}] * 3)
        index, sql = bitmaps_of(store), SqlSearchIndex(store)
        asked = interpret(parse("status:any"), NOW)
        assert list(index.ids(asked)) == [3, 2, 1]
        at = -5.0 if earlier else 2e9
        for number in (7, 8):
            store.library.write(lambda conn, n=number: images.add(conn, facts_of(n), at + n))
            with store.library.read() as conn:
                stat = FileStat(1, 1, 1, number, 1)
                image = images.id_of(conn, facts_of(number).sha256)
            path = b"/pictures/%d.png" % number
            store.library.write(
                lambda conn, p=path, s=stat, i=image: files.upsert(conn, 1, p, s, i)
            )
            assert list(index.ids(asked)) == list(sql.ids(asked))
        store.library.write(lambda conn: files.set_status(conn, [1], ImageStatus.AWAY, 1.0))
        assert list(index.ids(asked)) == list(sql.ids(asked))
