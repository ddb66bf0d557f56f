"""The field of the search text."""

import pytest
from PySide6.QtGui import QFontMetrics

from anitag_desktop.gui.search_bar.editor import QueryEditor

pytestmark = pytest.mark.gui


def test_it_invites_with_as_many_words_as_there_is_room_for(qtbot, qapp):
    editor = QueryEditor()
    qtbot.addWidget(editor)
    editor.show()
    room = QFontMetrics(editor.font()).horizontalAdvance("Many words to read")
    editor.resize(room, editor.height())
    editor.invite("Many words to read", "Few words")
    assert editor.placeholderText() == "Many words to read"
    editor.resize(room - 1, editor.height())
    assert editor.placeholderText() == "Few words"
    editor.resize(room, editor.height())
    assert editor.placeholderText() == "Many words to read"
    editor.resize(10, editor.height())
    assert editor.placeholderText() == "Few words"
