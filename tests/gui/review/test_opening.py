"""Opening the dialog of the review from the menu of the window."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from anitag_desktop.domain.question import Measured
from anitag_desktop.gui.review.dialog import ReviewDialog

pytestmark = pytest.mark.gui


def test_the_window_opens_it_and_says_when_there_are_none(qtbot, make_window, workspace):
    window = make_window()
    workspace.library.reviewing = SimpleNamespace(
        questions=lambda seen: [], measured=lambda: Measured(0, 0)
    )
    next(a for a in window.actions() if a.text() == "Review…").trigger()
    (dialog,) = window.findChildren(ReviewDialog)
    qtbot.waitUntil(lambda: dialog.page.empty.text().startswith("There is nothing to ask"))
    assert window.geometry().contains(dialog.geometry())
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not window.findChildren(ReviewDialog))
