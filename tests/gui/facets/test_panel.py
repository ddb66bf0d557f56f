"""The tags of what was found narrow the search."""

import pytest
from PySide6.QtCore import QPoint, Qt

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.browser.pages import PROBLEMS_PAGE
from anitag_desktop.gui.facets.delegate import minus_rect
from tests.gui.fakes import FakePicture

pytestmark = pytest.mark.gui


@pytest.fixture
def window(qtbot, library, make_window):
    library.pictures = [
        FakePicture("/art/a.png", said={"reimu"}, scores={"hat": 0.9, "smile": 0.8}),
        FakePicture("/art/b.png", scores={"hat": 0.9, "cap": 0.8}),
        FakePicture("/art/c.png", scores={"cap": 0.8, "<b>": 0.9}),
    ]
    library.categories = {"reimu": TagCategory.CHARACTER}
    library.folders = [library.indexing._service.add_folder("/tmp")]
    made = make_window()
    qtbot.waitUntil(lambda: bool(made.controls.facets.model.rows))
    return made


def texts(window) -> list[str]:
    return [row.text for row in window.controls.facets.model.rows]


def click(qtbot, window, text: str, *, on_minus: bool = False, keys=Qt.KeyboardModifier.NoModifier):
    view, model = window.controls.facets.view, window.controls.facets.model
    rect = view.visualRect(model.index(texts(window).index(text)))
    place = minus_rect(rect).center() if on_minus else rect.center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, keys, place)


def test_a_click_adds_and_what_was_added_goes(qtbot, window):
    gallery, bar = window.controls.browser.gallery, window.controls.browser.bar
    assert texts(window) == ["Character", "reimu", "General", "cap", "hat", "<b>", "smile"]
    click(qtbot, window, "hat")
    qtbot.waitUntil(lambda: list(gallery.ids) == [0, 1])
    qtbot.waitUntil(lambda: texts(window) == ["Character", "reimu", "General", "cap", "smile"])
    click(qtbot, window, "General")  # a head does nothing
    click(qtbot, window, "reimu", on_minus=True)
    qtbot.waitUntil(lambda: list(gallery.ids) == [1])
    assert bar.text == "hat -reimu"


@pytest.mark.parametrize(
    "keys", [Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier]
)
def test_with_shift_or_ctrl_a_click_excludes(qtbot, window, keys):
    click(qtbot, window, "cap", keys=keys)
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [0])


def test_another_model_counts_anew_also_while_a_page_is_open(qtbot, window, library):
    window.controls.browser.open_page(PROBLEMS_PAGE)
    library.pictures[0].scores = {"hat": 0.9}
    window.controls.facets._resting.stop()  # the window may have told of folders just now
    window.controls.facets._take_change(LibraryChange(images=frozenset({1})))
    assert not window.controls.facets._resting.isActive()
    window.controls.facets._take_change(LibraryChange(models=True))
    qtbot.waitUntil(lambda: "smile" not in texts(window))


def test_keys_do_the_same(qtbot, window):
    view, model = window.controls.facets.view, window.controls.facets.model
    view.setCurrentIndex(model.index(texts(window).index("cap")))
    qtbot.keyClick(view, Qt.Key.Key_Minus)
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [0])
    qtbot.waitUntil(lambda: "cap" not in texts(window))
    view.setCurrentIndex(model.index(texts(window).index("smile")))
    qtbot.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.controls.browser.bar.text == "-cap smile")


def test_nothing_is_counted_while_the_inspector_is_shown(qtbot, window, library):
    gallery = window.controls.browser.gallery
    gallery.select_only(0)
    qtbot.waitUntil(lambda: not window.controls.facets.isVisible())
    library.faceted.clear()
    window.controls.facets.show_result("hat", 2)
    qtbot.wait(50)
    assert library.faceted == []
    gallery.clear_selection()
    qtbot.waitUntil(lambda: library.faceted == ["hat"])


def test_related_tags_are_shown_instead_if_wanted_and_that_is_remembered(qtbot, window, workspace):
    window.controls.facets.show_related()
    qtbot.waitUntil(lambda: texts(window)[3:5] == ["<b>", "smile"])
    window.controls.browser.look_for("hat")
    qtbot.waitUntil(lambda: texts(window) == ["Character", "reimu", "General", "cap", "smile"])
    assert workspace.memory.flag("related", False)
    window.controls.facets._choice.common.click()
    qtbot.waitUntil(lambda: not workspace.memory.flag("related", False))


def test_a_menu_and_the_look(window, qtmodeltester):
    wanted = []
    panel = window.controls.facets
    panel.menu_wanted.connect(lambda tag, point: wanted.append(tag.name))
    panel.menu_wanted.disconnect(window.controls.tags.show_menu)
    rect = panel.view.visualRect(panel.model.index(1))
    panel.view.customContextMenuRequested.emit(rect.center())
    panel.view.customContextMenuRequested.emit(QPoint(5, 5))
    assert wanted == ["reimu"]
    assert not panel.grab().isNull()
    qtmodeltester.check(panel.model)


def test_the_keys_can_be_looked_up(qtbot, window):
    gallery = window.controls.browser.gallery
    gallery.setFocus()
    qtbot.keyClick(gallery, "?")
    qtbot.waitUntil(lambda: not window.controls.facets.isVisible())
    gallery.select_only(0)
    qtbot.waitUntil(lambda: window.controls.inspector.isVisible())
