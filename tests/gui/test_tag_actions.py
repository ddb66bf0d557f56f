"""A tag's menu, wherever the tag is shown."""

import pytest
from PySide6.QtCore import QPoint, Qt

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui import menus
from tests.gui.fakes import FakePicture

pytestmark = pytest.mark.gui


@pytest.fixture
def window(library, make_window):
    library.pictures = [
        FakePicture("/art/a.png", said={"reimu"}, scores={"hat": 0.9}),
        FakePicture("/art/b.png", scores={"hat": 0.9, "cap": 0.8}),
    ]
    library.folders = [library.indexing._service.add_folder("/tmp")]
    return make_window()


def chosen(menu: dict, words: str):
    return next(does for name, does in menu.items() if name.startswith(words))


def test_picking_searches_adds_and_excludes(qtbot, window, library):
    actions, browser = window.controls.tags, window.controls.browser
    actions.pick(library.tag("hat"), Qt.KeyboardModifier.NoModifier)
    qtbot.waitUntil(lambda: list(browser.gallery.ids) == [0, 1])
    menu = dict(actions.choices(library.tag("cap")))
    chosen(menu, "Exclude")()
    qtbot.waitUntil(lambda: list(browser.gallery.ids) == [0])
    assert browser.bar.text == "hat -cap"
    chosen(dict(actions.choices(library.tag("reimu"))), "Add")()
    qtbot.waitUntil(lambda: browser.bar.text == "hat -cap reimu")


def test_the_menu_of_a_row_moves_a_tag_to_another_category(qtbot, window, library, monkeypatch):
    offered = []
    monkeypatch.setattr(menus, "pop_up", lambda parent, choices, point: offered.append(choices))
    panel = window.controls.library_panel
    panel.choose_row(next(row for row in panel.model.rows if row.text == "General"))
    row = next(row for row in panel.model.rows if row.text == "reimu")
    panel.menu_wanted.emit(row, QPoint(0, 0))
    categories = dict(dict(offered[0])["Change the category to"])
    assert list(categories) == ["Artist", "Copyright", "Character", "Meta"]
    categories["Character"]()
    qtbot.waitUntil(lambda: library.categories.get("reimu") is TagCategory.CHARACTER)
    qtbot.waitUntil(lambda: any(row.key == "characters" for row in panel.model.rows), timeout=9000)
    window.controls.corrections.undo()
    qtbot.waitUntil(lambda: library.categories["reimu"] is TagCategory.GENERAL)
    assert not window.crashes


def test_what_goes_with_a_tag_is_shown_with_its_search(qtbot, window, library):
    window.controls.browser.gallery.select_only(0)
    chosen(dict(window.controls.tags.choices(library.tag("hat"))), "Search hat and see")()
    facets = window.controls.facets
    qtbot.waitUntil(facets.isVisible)
    qtbot.waitUntil(lambda: [row.text for row in facets.model.rows] == ["General", "cap", "reimu"])
    assert window.controls.browser.bar.text == "hat"


def test_ratings_stay_ratings(window):
    menu = dict(window.controls.tags.choices(Tag("u", "rating:general", TagCategory.RATING)))
    assert len(menu) == 4
