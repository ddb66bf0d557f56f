"""Opening the dialog of duplicates from the menu of the window."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from anitag_desktop.gui.duplicates.dialog import DuplicatesDialog

pytestmark = pytest.mark.gui


def test_the_window_opens_it_and_says_when_there_are_none(qtbot, make_window, workspace):
    window = make_window()
    workspace.library.duplicating = SimpleNamespace(queue=lambda _is_given_up: [])
    next(a for a in window.actions() if a.text() == "Duplicates…").trigger()
    (dialog,) = window.findChildren(DuplicatesDialog)
    qtbot.waitUntil(lambda: dialog.page.empty.text().startswith("No two pictures"))
    assert window.geometry().contains(dialog.geometry())
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(DuplicatesDialog))
