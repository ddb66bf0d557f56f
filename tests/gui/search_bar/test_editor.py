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


def test_a_dropped_picture_is_something_to_search_by(qtbot, tmp_path):
    from PySide6.QtCore import QMimeData, QUrl

    editor = QueryEditor()
    qtbot.addWidget(editor)
    given = []
    editor.picture_given.connect(given.append)
    picture = tmp_path / "a b.png"
    picture.write_bytes(b"x")
    for paths in ([picture], [tmp_path], [picture, picture]):
        mime = QMimeData()
        mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
        if editor.canInsertFromMimeData(mime):
            editor.insertFromMimeData(mime)
    assert given == [str(picture)]
    text = QMimeData()
    text.setText("long\nhair")
    assert editor.canInsertFromMimeData(text)
    editor.insertFromMimeData(text)
    assert "long hair" in editor.text
