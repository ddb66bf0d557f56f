from types import SimpleNamespace

import pytest

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.library_panel import rows as panel_rows
from anitag_desktop.gui.library_panel.folder_tree import build_tree
from anitag_desktop.gui.library_panel.rows import PanelContent, RowKind, build_rows
from anitag_desktop.search.parser import parse

pytestmark = pytest.mark.gui


def content(**counts) -> PanelContent:
    values = {"all": 9, "untagged": 1, "to_review": 2, "recent": 3, "missing": 0, "problems": 0}
    tree = build_tree(1, "/art", {"/art/x/y": 2, "/art": 1}, is_away=False, total=3)
    tags = {
        TagCategory.CHARACTER: [(Tag("u", "hakurei_reimu", TagCategory.CHARACTER), 4)],
        TagCategory.GENERAL: [(Tag("v", "or", TagCategory.GENERAL), 2)],
        TagCategory.META: [],
    }
    return PanelContent(SimpleNamespace(**values | counts), tags, [tree])


def texts(**kwargs) -> list[str]:
    return [
        row.text
        for row in build_rows(content(), kwargs.get("folded", ()), kwargs.get("opened", ()))
    ]


def test_all_sections_in_their_order():
    assert texts() == [
        *("Library", "All pictures", "To review", "Untagged", "Recently added"),
        *("Characters", "hakurei reimu", "Folders", "art", "x", "Tags", "General"),
    ]


def test_missing_and_problems_are_listed_while_there_are_some():
    listed = [row.text for row in build_rows(content(missing=2, problems=1), (), ())]
    assert listed[5:7] == ["Missing", "Problems"]


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

    for text in (panel_rows.UNTAGGED, panel_rows.TO_REVIEW, panel_rows.RECENT, panel_rows.MISSING):
        interpret(parse(text), datetime(2026, 1, 1))


def test_heads_are_heads():
    kinds = {row.text: row.kind for row in build_rows(content(), (), ())}
    assert kinds["Library"] is kinds["Tags"] is RowKind.HEAD
