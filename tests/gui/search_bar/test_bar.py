"""What the list under the search bar says of each completion."""

import pytest

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.completion.popup import CompletionPopup, _colour_of
from anitag_desktop.gui.search_bar.bar import suggestion_of
from anitag_desktop.gui.theme.theme import category_colour
from anitag_desktop.search.completion import Completion, CompletionKind

pytestmark = pytest.mark.gui


def row(kind: CompletionKind, category: TagCategory | None = None, count: int = 0, **more):
    return suggestion_of(Completion("text", "insert", 0, 4, kind, category, count, **more))


def test_tags_and_aliases_have_their_category_and_their_count():
    tag = row(CompletionKind.TAG, TagCategory.CHARACTER, 0)
    assert (tag.count, tag.kind) == (0, "")
    assert _colour_of(tag) == category_colour(TagCategory.CHARACTER)
    alias = row(CompletionKind.ALIAS, TagCategory.GENERAL, 7, alias_of="new")
    assert (alias.alias_of, alias.count) == ("new", 7)


def test_metatags_and_their_values_are_told_apart_from_tags():
    name, value = row(CompletionKind.METATAG), row(CompletionKind.VALUE, count=3)
    assert (name.kind, name.count) == ("metatag", None)
    assert (value.kind, value.count) == ("value", 3)
    assert _colour_of(name) == _colour_of(value) == category_colour(TagCategory.META)


def test_every_kind_can_be_drawn(qtbot, qapp):
    from PySide6.QtWidgets import QWidget

    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 300)
    popup = CompletionPopup(window)
    rows = [row(kind, alias_of="a") for kind in CompletionKind]
    popup.offer(rows, window)
    assert popup.rows == tuple(rows)
    assert not popup.grab().isNull()
