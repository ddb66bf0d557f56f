"""Opening the labelling from the menu of the window."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from anitag_desktop.gui.labelling.dialog import LabellingDialog
from tests.gui.fakes import FakePicture

pytestmark = pytest.mark.gui


def test_it_is_for_what_is_selected_or_else_for_all(qtbot, make_window, library):
    library.pictures.extend(FakePicture(f"/art/{n}.png") for n in range(4))
    window = make_window()
    gallery = window.controls.browser.gallery
    qtbot.waitUntil(lambda: len(gallery.ids) == 4)
    words = []
    for selected in (0, 1, 2):
        for place in range(selected):
            gallery.selection.toggle(place)
        next(a for a in window.actions() if a.text() == "Label by class…").trigger()
        (dialog,) = window.findChildren(LabellingDialog)
        assert window.geometry().contains(dialog.geometry())
        words.append(dialog.page.empty.text().split("\n")[0])
        QTest.keyClick(dialog, Qt.Key.Key_Escape)
        qtbot.waitUntil(lambda: not window.findChildren(LabellingDialog))
        gallery.selection.clear()
    everything = "4 pictures: all that the window shows."
    assert words == [everything, everything, "2 pictures: those that are selected."]
