import os

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QLabel

from anitag_desktop.gui.plain_text import (
    ElidedLabel,
    PlainLabel,
    action_text,
    one_line,
    plain_tooltip,
    printable,
)

pytestmark = pytest.mark.gui

HOSTILE = [
    '<img src="file:///etc/passwd">',
    "<b>bold</b>",
    "a & b < c",
    "tag\nwith\tlines",
    os.fsdecode(b"caf\xe9.png"),
    "\u202eevil\u202c",
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_tooltips_show_the_text_itself(text):
    document = QTextDocument()
    document.setHtml(plain_tooltip(text))
    shown = document.toPlainText().replace("\u2028", "\n")
    assert shown == printable(text)
    assert "<img" not in plain_tooltip(text)


@pytest.mark.parametrize("kind", [PlainLabel, ElidedLabel])
def test_labels_never_guess(qtbot, kind):
    label: QLabel = kind(HOSTILE[0])
    qtbot.addWidget(label)
    assert label.textFormat() is Qt.TextFormat.PlainText
    assert label.text() == HOSTILE[0]


def test_an_elided_label_keeps_the_whole_text_and_takes_any_width(qtbot):
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.show_text("x" * 500)
    label.resize(100, 20)
    label.grab()
    assert label.minimumSizeHint().width() == 0
    assert "x" * 500 in label.toolTip()


def test_bytes_that_are_no_text_become_visible_marks():
    assert printable(os.fsdecode(b"caf\xe9.png")) == "caf\ufffd.png"
    assert one_line("a\nb\x00c\u202e") == "a b c "


def test_menus_show_ampersands():
    assert action_text("pepper_&_carrot") == "pepper_&&_carrot"
