import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from anitag_desktop.gui import menus

pytestmark = pytest.mark.gui


def test_choosing_does_it_and_names_are_shown_as_they_are(qtbot):
    parent, done = QWidget(), []
    qtbot.addWidget(parent)
    choices = [
        ("Search <b>pepper & carrot</b>", lambda: done.append("search")),
        ("Other", lambda: done.append("other")),
    ]
    menu = menus.pop_up(parent, choices, QPoint(0, 0))
    first, second = menu.actions()
    assert first.text() == "Search <b>pepper && carrot</b>"
    first.trigger()
    assert done == ["search"]
    second.trigger()
    assert done == ["search", "other"]
    menu.close()


def test_a_path_is_copied_in_a_form_that_is_text(qapp):
    menus.copy_text("/art/caf\udce9.png")
    assert QGuiApplication.clipboard().text() == "/art/caf\ufffd.png"
