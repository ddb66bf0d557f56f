"""The first page in windows of every size."""

import pytest
from PySide6.QtWidgets import QLabel, QWidget

from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.welcome.page import WelcomePage

pytestmark = pytest.mark.gui


@pytest.mark.parametrize("width", [Size.CENTRE_LEAST, Size.TEXT_COLUMN, 880])
def test_its_words_are_whole_inside_any_width(qtbot, qapp, width):
    page = WelcomePage()
    qtbot.addWidget(page)
    page.resize(width, 400)
    page.show()
    assert page.width() == width
    for child in page.findChildren(QWidget):
        assert page.rect().contains(child.geometry())
    for label in page.findChildren(QLabel):
        assert label.height() >= label.heightForWidth(label.width())
        assert label.width() <= Size.TEXT_COLUMN or not label.text()
