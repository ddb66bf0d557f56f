"""Searches with a name: saved from the bar, changed from their menu, the first one chosen."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QInputDialog

from anitag_desktop.gui import menus
from tests.gui.fakes import FakePicture

pytestmark = pytest.mark.gui


@pytest.fixture
def pictures(library):
    library.pictures = [
        FakePicture("/art/a.png", scores={"hat": 0.9}),
        FakePicture("/art/b.png", scores={"hat": 0.9, "cap": 0.8}),
    ]
    library.folders = [library.indexing._service.add_folder("/tmp")]


@pytest.fixture
def answer(monkeypatch):
    """Answers the question for a name."""

    def give(name: str, *, is_given: bool = True) -> None:
        monkeypatch.setattr(QInputDialog, "getText", lambda *_: (name, is_given))

    return give


@pytest.fixture
def menu_of(monkeypatch):
    """Returns what the menu of a row of the left panel offers."""
    offered = []
    monkeypatch.setattr(menus, "pop_up", lambda parent, choices, point: offered.append(choices))

    def open_menu(window, text: str) -> dict:
        panel = window.controls.library_panel
        row = next(row for row in panel.model.rows if row.text == text)
        panel.menu_wanted.emit(row, QPoint(0, 0))
        return dict(offered[-1])

    return open_menu


def rows(window) -> dict[str, int | None]:
    return {row.text: row.count for row in window.controls.library_panel.model.rows}


def test_saving_renaming_changing_removing_and_undoing(
    qtbot, make_window, library, pictures, answer, menu_of
):
    window = make_window("hat")
    answer("  my   hats ")
    window.controls.browser.bar._save.click()
    qtbot.waitUntil(lambda: rows(window).get("my hats") == 2)
    answer("hats")
    menu_of(window, "my hats")["Rename…"]()
    qtbot.waitUntil(lambda: rows(window).get("hats") == 2 and "my hats" not in rows(window))
    window.controls.browser.look_for("hat cap")
    menu_of(window, "hats")["Change to what is searched now"]()
    qtbot.waitUntil(lambda: rows(window).get("hats") == 1)
    menu_of(window, "hats")["Remove"]()
    qtbot.waitUntil(lambda: "hats" not in rows(window))
    window.controls.corrections.undo()
    qtbot.waitUntil(lambda: rows(window).get("hats") == 1)
    assert not window.crashes


def test_no_name_saves_nothing_and_a_broken_search_says_why(
    qtbot, make_window, library, pictures, answer
):
    window = make_window()
    answer("", is_given=True)
    window.controls.saved_searches.save()
    answer("name", is_given=False)
    window.controls.saved_searches.save()
    answer("broken")
    window.controls.browser.bar.show_text("( hat")
    window.controls.saved_searches.save()
    qtbot.waitUntil(lambda: "never closed" in window.controls.toast.text)
    assert library.saved == {}


def test_the_window_opens_with_the_search_that_was_chosen(
    qtbot, make_window, library, pictures, menu_of, workspace
):
    library.saved = {"caps": "cap"}
    window = make_window()
    menu_of(window, "caps")["Start with it"]()
    assert "opens with" in window.controls.toast.text
    assert "No longer start with it" in menu_of(window, "caps")
    again = make_window("cap")  # as it is when nothing was asked for: see below
    again.controls.begin("")
    qtbot.waitUntil(lambda: list(again.controls.browser.gallery.ids) == [1])
    assert again.controls.browser.bar.text == "cap"
    menu_of(window, "caps")["No longer start with it"]()
    assert workspace.memory.start_search == ""


def test_past_searches_are_searched_at_once_and_can_be_forgotten(
    qtbot, make_window, pictures, workspace
):
    for text in ("cap", "hat", "hat cap"):
        workspace.memory.keep_search(text)
    window = make_window()
    bar = window.controls.browser.bar
    bar.focus()
    qtbot.keyClick(bar.editor, Qt.Key.Key_Up)
    assert [row.text for row in bar.popup.rows] == ["hat cap", "hat", "cap"]
    qtbot.keyClick(bar.editor, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert [row.text for row in bar.popup.rows] == ["hat", "cap"]
    cross = bar.popup._cross_of(0).center()
    qtbot.mouseMove(bar.popup, cross)
    qtbot.mouseClick(bar.popup, Qt.MouseButton.LeftButton, pos=cross)
    assert workspace.memory.searches == ["cap"]
    qtbot.keyClick(bar.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [1])
    assert bar.text == "cap"
    bar.editor.show_text("")
    qtbot.keyClick(bar.editor, Qt.Key.Key_Up)
    qtbot.keyClick(bar.editor, Qt.Key.Key_Delete, Qt.KeyboardModifier.ShiftModifier)
    assert workspace.memory.searches == []
    assert not bar.popup.isVisible()
