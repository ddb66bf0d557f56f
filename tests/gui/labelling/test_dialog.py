"""The labelling on a real library, whose pictures a stand-in draws."""

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog, QScrollArea

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.label_sheet import LabelSheet
from anitag_desktop.gui.bridge import LibrarySignals
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.labelling.dialog import LabellingDialog
from anitag_desktop.gui.tasks import Tasks
from anitag_desktop.gui.window_memory import WindowMemory
from anitag_desktop.gui.workspace import Workspace
from anitag_desktop.services import labelling
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.labelling import read_sheet, write_sheet
from anitag_desktop.services.showing import Showing
from anitag_desktop.services.thumbnailing import RawImage
from tests.helpers.libraries import fill, open_store, tags_of

pytestmark = pytest.mark.gui

COUNT = 5


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        fill(opened, [{}] * COUNT)
        yield opened


@pytest.fixture
def library(store):
    def preview(image_id, _side):
        if image_id == COUNT:
            raise AnitagError("picture_gone")
        return RawImage(40, 30, bytes([255 - image_id, 90, 90, 255]) * 1200)

    return SimpleNamespace(
        showing=Showing(store),
        correcting=Corrector(store),
        searching=SimpleNamespace(complete=lambda _text, _cursor: []),
        thumbnailing=SimpleNamespace(preview=preview),
    )


@pytest.fixture
def workspace(library, qapp, tmp_path):
    tasks, failures = Tasks(), []
    tasks.failed.connect(failures.append)
    yield Workspace(library, tasks, LibrarySignals(), WindowMemory(tmp_path / "w.ini"))
    assert tasks.close()
    assert not failures


@pytest.fixture
def corrections(workspace):
    return Corrections(workspace)


@pytest.fixture
def open_dialog(qtbot, workspace, corrections):
    def make():
        dialog = LabellingDialog(workspace, corrections, range(1, COUNT + 1))
        qtbot.addWidget(dialog)
        dialog.resize(900, 640)
        dialog.show()
        return dialog

    return make


@pytest.fixture
def path(tmp_path):
    return tmp_path / "out" / "labels.csv"


@pytest.fixture
def dialog(qtbot, open_dialog, path):
    made = open_dialog()
    made.use_file(path)
    qtbot.waitUntil(lambda: made.queue.total == COUNT)
    QTest.keyClicks(made.page.classes.field.edit, "Cat, <b>dog")
    QTest.keyClick(
        made.page.classes.field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier
    )
    assert made.sheet.classes == ["cat", "<b>dog"]
    made.setFocus()
    return made


def press(dialog, *keys) -> None:
    for key in keys:
        QTest.keyClick(dialog, getattr(Qt.Key, f"Key_{key}"))


def names(path) -> list[str]:
    return list(read_sheet(path).labels.values())


def test_a_key_a_class_and_each_answer_is_in_the_file(qtbot, dialog, path, store) -> None:
    press(dialog, "1", "2", "1")
    qtbot.waitUntil(lambda: sorted(names(path)) == ["<b>dog", "cat", "cat"])
    assert dialog.page.progress.text() == "3 of 5 labelled"
    assert dialog.page.classes.buttons["cat"].count.text() == "2"
    press(dialog, "3")  # no class has it
    assert dialog.page.progress.text() == "3 of 5 labelled"
    assert "cat" not in tags_of(store, 1)


def test_undo_takes_the_last_label_back_and_asks_again(qtbot, dialog, path) -> None:
    press(dialog, "B")
    assert "Nothing was labelled" in dialog.page.progress.text()
    first = dialog.queue.current
    press(dialog, "1", "U", "2", "B", "B")
    assert dialog.queue.current == first
    qtbot.waitUntil(lambda: path.exists() and names(path) == [])


def test_what_was_skipped_is_asked_again_and_the_end_says_so(qtbot, dialog, path) -> None:
    press(dialog, "U", "1", "1", "1", "2")
    assert dialog.page.empty.text() == "1 picture without a label."
    press(dialog, "Return")
    assert dialog.queue.total == 1
    press(dialog, "2")
    assert "All are labelled" in dialog.page.empty.text()
    qtbot.waitUntil(lambda: len(names(path)) == COUNT)


def test_a_file_that_was_begun_goes_on_with_the_same_keys(qtbot, dialog, open_dialog, path) -> None:
    press(dialog, "2", "1")
    qtbot.waitUntil(lambda: path.exists() and len(names(path)) == 2)
    again = open_dialog()
    again.use_file(path)
    qtbot.waitUntil(lambda: again.queue.total == COUNT - 2)
    assert again.sheet.classes == ["cat", "<b>dog"]
    assert again.page.progress.text() == "2 of 5 labelled"


def test_classes_that_no_picture_has_yet_are_there_again(qtbot, dialog, open_dialog, path) -> None:
    press(dialog, "2")
    qtbot.waitUntil(lambda: path.exists() and len(names(path)) == 1)
    dialog.close()
    again = open_dialog()
    again.use_file(path)
    qtbot.waitUntil(lambda: again.queue.total == COUNT - 1)
    assert again.sheet.classes == ["cat", "<b>dog"]
    again.drop_class("cat")
    again.close()
    third = open_dialog()
    third.use_file(path)
    qtbot.waitUntil(lambda: third.queue.total == COUNT - 1)
    assert third.sheet.classes == ["<b>dog"]


def test_a_class_is_renamed_with_its_pictures_and_its_key(qtbot, dialog, path, monkeypatch) -> None:
    press(dialog, "1", "2")
    asked = []

    def answer(*words):
        asked.append(words)
        return (" Big Cat ", True)

    monkeypatch.setattr(QInputDialog, "getText", answer)
    QTest.keyClick(dialog, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert dialog.sheet.classes == ["big_cat", "<b>dog"]
    qtbot.waitUntil(lambda: sorted(names(path)) == ["<b>dog", "big_cat"])
    assert asked[0][-1] == "cat"
    dialog.page.classes.renamed.emit("<b>dog")
    assert "big cat" in dialog.page.trouble.text().lower()
    assert dialog.sheet.classes == ["big_cat", "<b>dog"]
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: ("other", False))
    dialog.rename_class("big_cat")
    assert dialog.sheet.classes == ["big_cat", "<b>dog"]


def test_another_kind_of_file_is_refused_and_left(qtbot, open_dialog, tmp_path) -> None:
    path = tmp_path / "notes.csv"
    path.write_text("a,b\n1,2\n")
    dialog = open_dialog()
    dialog.use_file(path)
    qtbot.waitUntil(lambda: "no list of labelled pictures" in dialog.page.empty.text())
    press(dialog, "1", "U", "B")
    assert dialog.page.buttons["choose"].isVisible()
    assert path.read_text() == "a,b\n1,2\n"


def test_labels_are_tags_only_where_that_is_ticked(qtbot, dialog, store, corrections) -> None:
    heard = []
    corrections.corrected.connect(lambda: heard.append(True))
    press(dialog, "1")
    dialog.page.classes.tags_too.click()
    press(dialog, "1", "1")
    qtbot.waitUntil(lambda: tags_of(store, 3).get("cat") == "user")
    assert tags_of(store, 2).get("cat") == "user"
    assert "cat" not in tags_of(store, 1)
    press(dialog, "B")
    qtbot.waitUntil(lambda: "cat" not in tags_of(store, 3))
    dialog.accept()
    qtbot.waitUntil(lambda: heard == [True])


def test_a_class_without_pictures_can_go(qtbot, dialog) -> None:
    press(dialog, "1")
    dialog.drop_class("cat")
    dialog.drop_class("<b>dog")
    assert list(dialog.page.classes.buttons) == ["cat"]


def test_closing_waits_for_the_file(qtbot, dialog, path, monkeypatch) -> None:
    press(dialog, "1", "2")
    dialog.accept()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert len(names(path)) == 2


def test_a_disk_that_refuses_is_told_and_does_not_hold_the_user(
    qtbot, dialog, path, monkeypatch
) -> None:
    def refuse(path, _sheet):
        raise AnitagError("disk_full", path=path)

    monkeypatch.setattr(labelling, "write_sheet", refuse)
    press(dialog, "1")
    qtbot.waitUntil(lambda: "disk is full" in dialog.page.trouble.text())
    dialog.page.trouble.clear()
    dialog.accept()
    qtbot.waitUntil(lambda: "disk is full" in dialog.page.trouble.text())
    assert dialog.isVisible()
    monkeypatch.setattr(labelling, "write_sheet", write_sheet)
    dialog.accept()
    assert not dialog.isVisible()


def test_a_picture_that_cannot_be_read_says_why(qtbot, dialog) -> None:
    press(dialog, "U", "U", "U", "U")
    qtbot.waitUntil(lambda: "no longer there" in dialog.page.trouble.text())


def test_names_are_plain_text_and_buttons_can_be_heard(dialog) -> None:
    button = dialog.page.classes.buttons["<b>dog"]
    assert button.name.textFormat() is Qt.TextFormat.PlainText
    assert button.accessibleName() == "2: <b>dog, 0"
    assert "&lt;b&gt;" in button.toolTip()
    button.click()
    assert dialog.page.progress.text() == "1 of 5 labelled"


def test_the_file_is_asked_for_and_named_csv(qtbot, open_dialog, tmp_path, monkeypatch) -> None:
    chosen = str(tmp_path / "mine")
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, **__: (chosen, ""))
    write_sheet(tmp_path / "mine.csv", LabelSheet(["x"], {"/elsewhere.png": "x"}))
    dialog = open_dialog()
    assert dialog.page.empty.text().startswith("5 pictures: all that the window shows.")
    dialog.page.buttons["choose"].click()
    qtbot.waitUntil(lambda: dialog.queue.total == COUNT)
    assert dialog.page.classes.buttons["x"].count.text() == "1"


def test_keys_go_to_the_picture_where_there_are_classes_already(
    qtbot, dialog, open_dialog, path
) -> None:
    press(dialog, "2")
    qtbot.waitUntil(lambda: path.exists() and len(names(path)) == 1)
    again = open_dialog()
    again.page.classes.field.edit.setFocus()
    again.use_file(path)
    qtbot.waitUntil(lambda: again.queue.total == COUNT - 1)
    assert again.focusWidget() is not again.page.classes.field.edit
    new = open_dialog()
    new.use_file(path.with_name("new.csv"))
    qtbot.waitUntil(lambda: new.queue.total == COUNT)
    assert new.focusWidget() is new.page.classes.field.edit


def test_the_classes_stay_where_they_were_scrolled_to(qtbot, dialog) -> None:
    dialog.add_classes(", ".join(f"pose {number}" for number in range(24)))
    bar = dialog.page.classes.findChild(QScrollArea).verticalScrollBar()
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    bar.setValue(bar.maximum())
    reached = bar.value()
    press(dialog, "K")
    qtbot.wait(50)
    assert dialog.page.progress.text() == "1 of 5 labelled"
    assert bar.value() == reached
