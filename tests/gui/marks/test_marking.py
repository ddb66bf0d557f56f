"""Hearts and stars: keys, clicks and menus mark what the user looks at."""

import pytest
from PySide6.QtCore import Qt

from anitag_desktop.gui.marks.row import MarkRow
from tests.gui.fakes import FakePicture

pytestmark = pytest.mark.gui


@pytest.fixture
def window(library, make_window):
    library.pictures = [FakePicture(f"/art/{n}.png") for n in range(4)]
    library.folders = [library.indexing._service.add_folder("/tmp")]
    return make_window()


def marked(library) -> list[tuple[bool, int | None]]:
    return [(one.is_favourite, one.stars) for one in library.pictures]


def test_keys_mark_the_selection_and_undo_takes_back(qtbot, window, library):
    gallery = window.controls.browser.gallery
    gallery.setFocus()
    qtbot.keyClick(gallery, Qt.Key.Key_F)  # nothing is selected
    gallery.select_only(1)
    gallery.selection.toggle(2)
    qtbot.keyClick(gallery, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: marked(library)[1:3] == [(True, None), (True, None)])
    qtbot.keyClick(gallery, Qt.Key.Key_4)
    qtbot.waitUntil(lambda: marked(library)[1:3] == [(True, 4), (True, 4)])
    assert marked(library)[0] == marked(library)[3] == (False, None)
    qtbot.keyClick(gallery, Qt.Key.Key_0)
    qtbot.waitUntil(lambda: marked(library)[1:3] == [(True, None), (True, None)])
    qtbot.keyClick(gallery, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: marked(library)[1:3] == [(True, 4), (True, 4)])
    assert not window.crashes


def test_the_viewer_marks_only_what_it_shows(qtbot, window, library):
    window.controls.browser.gallery.select_all()
    viewer = window.controls.viewer
    viewer.open(window.controls.browser.gallery.ids, 2)
    qtbot.keyClick(viewer, Qt.Key.Key_F)
    qtbot.waitUntil(lambda: marked(library)[2] == (True, None))
    qtbot.mouseClick(viewer.marks.stars[2], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: marked(library)[2] == (True, 3))
    assert marked(library)[:2] == [(False, None)] * 2
    # What was marked is shown: the same star again takes all of them away.
    qtbot.waitUntil(lambda: "away" in viewer.marks.stars[2].toolTip())
    qtbot.mouseClick(viewer.marks.stars[2], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: marked(library)[2] == (True, None))


def test_typing_in_a_field_marks_nothing(qtbot, window, library):
    window.controls.browser.gallery.select_only(0)
    bar = window.controls.browser.bar
    bar.focus()
    qtbot.keyClicks(bar.editor, "f5")
    qtbot.wait(50)
    assert bar.text == "f5"
    assert marked(library)[0] == (False, None)


def test_the_inspector_says_how_many_are_favourites(qtbot, window, library):
    library.pictures[0].is_favourite = True
    library.pictures[0].stars = library.pictures[1].stars = 2
    gallery, row = window.controls.browser.gallery, window.controls.inspector.marks
    gallery.select_only(0)
    qtbot.waitUntil(lambda: row.heart.accessibleName() == "No longer favourite (F)")
    gallery.selection.toggle(1)
    gallery.selection_changed.emit()
    qtbot.waitUntil(lambda: row.heart.accessibleName().startswith("1 of 2 are favourite"))
    assert row.stars[1].accessibleName() == "Take the stars away (0)"
    qtbot.mouseClick(row.heart, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: marked(library)[1] == (True, 2))


def test_the_menu_offers_marks(window, library):
    choices = dict(window.controls.marking.choices(is_favourite=True))
    assert "No longer favourite" in choices
    assert [words for words, _ in choices["Stars"]][:2] == ["5 stars", "4 stars"]


def test_a_row_tells_which_star_was_chosen(qtbot, qapp):
    row = MarkRow()
    qtbot.addWidget(row)
    chosen = []
    row.starred.connect(chosen.append)
    row.stars[4].click()
    row.show_marks(0, 1, 5)
    row.stars[4].click()
    row.stars[0].click()
    assert chosen == [5, None, 1]
