import pytest

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.library_panel import places
from anitag_desktop.gui.library_panel.content import PanelContent
from anitag_desktop.gui.library_panel.folder_tree import build_tree
from anitag_desktop.gui.library_panel.rows import RowKind, build_rows
from anitag_desktop.search.parser import parse

pytestmark = pytest.mark.gui


def content(missing: int = 0, problems: int = 0, saved=()) -> PanelContent:
    counts = {"": 9, places.UNTAGGED: 1, places.RECENT: 3, places.MISSING: missing, "hat": 7}
    tree = build_tree(1, "/art", {"/art/x/y": 2, "/art": 1}, is_away=False, total=3)
    tags = {
        TagCategory.CHARACTER: [(Tag("u", "hakurei_reimu", TagCategory.CHARACTER), 4)],
        TagCategory.GENERAL: [(Tag("v", "or", TagCategory.GENERAL), 2)],
        TagCategory.META: [],
    }
    return PanelContent(counts, {"(": "This ( is never closed."}, problems, saved, tags, [tree])


def texts(**kwargs) -> list[str]:
    return [
        row.text
        for row in build_rows(content(), kwargs.get("folded", ()), kwargs.get("opened", ()))
    ]


def test_all_sections_in_their_order():
    assert texts() == [
        *("Library", "All pictures", "Favourites", "To review", "Untagged", "Recently added"),
        *("Characters", "hakurei reimu", "Folders", "art", "x", "Tags", "General"),
    ]


def test_missing_and_problems_are_listed_while_there_are_some():
    listed = [row.text for row in build_rows(content(missing=2, problems=1), (), ())]
    assert listed[6:8] == ["Missing", "Problems"]


def test_folding_and_opening():
    assert "hakurei reimu" not in texts(folded={"characters"})
    assert "or" in texts(opened={"tags/general"})
    assert "y" in texts(opened={"folder//art/x"})
    assert "x" not in texts(opened={"folder//art"})


def test_every_search_of_a_row_can_be_parsed():
    found = build_rows(content(missing=1), (), {"tags/general", "folder//art/x"})
    for row in found:
        if row.query:
            parse(row.query)
    assert [row.query for row in found if row.text == "or"] == ['"or"']


def test_the_fixed_searches_make_sense():
    from datetime import datetime

    from anitag_desktop.search.metatags import interpret

    for place in places.places():
        interpret(parse(place.query), datetime(2026, 1, 1))
    assert {place.query for place in places.places()} >= places.SLOW


def test_only_what_is_closest_to_its_threshold_is_to_be_reviewed():
    from datetime import datetime

    from anitag_desktop.search.conditions import UNCERTAIN_MARGIN, Doubted, conditions_of
    from anitag_desktop.search.metatags import interpret

    asked = interpret(parse(places.TO_REVIEW), datetime(2026, 1, 1))
    [doubted] = [one for one in conditions_of(asked.where) if isinstance(one, Doubted)]
    assert 0 < doubted.margin < UNCERTAIN_MARGIN / 10


def test_a_saved_search_that_is_broken_says_why():
    (row,) = [r for r in build_rows(content(saved=[("old", "(")]), (), ()) if r.text == "old"]
    assert (row.count, row.tone, row.tooltip) == (None, "bad", "(\nThis ( is never closed.")


def test_what_is_not_counted_yet_stands_without_a_count():
    found = build_rows(content(saved=[("mine", "hat"), ("other", "cap")]), (), ())
    counts = {row.text: row.count for row in found}
    assert (counts["All pictures"], counts["To review"]) == (9, None)
    assert (counts["mine"], counts["other"]) == (7, None)
    assert [row.text for row in found][6:9] == ["Saved searches", "mine", "other"]


def test_heads_are_heads():
    kinds = {row.text: row.kind for row in build_rows(content(), (), ())}
    assert kinds["Library"] is kinds["Tags"] is RowKind.HEAD
