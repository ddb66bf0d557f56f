"""The review on a real library, whose pictures a stand-in draws."""

import threading
from dataclasses import replace
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.question import NOT_FOR_TRAINING, Question, Why
from anitag_desktop.gui.bridge import LibrarySignals
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.review.dialog import AHEAD, ReviewDialog
from anitag_desktop.gui.review.sentences import question_text, reason_text
from anitag_desktop.gui.tasks import Tasks
from anitag_desktop.gui.window_memory import WindowMemory
from anitag_desktop.gui.workspace import Workspace
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.reviewing import Reviewer
from anitag_desktop.services.showing import Showing
from anitag_desktop.services.thumbnailing import RawImage
from tests.helpers.libraries import fill, open_store, rejected_of, tags_of

pytestmark = pytest.mark.gui

SCORES = [{"hat": 0.45, "<b>dog": 0.55, "red_hair": 0.5, "blue_hair": 0.3}] * 4


class Previews:
    """Draws pictures in one colour each; may be told to refuse one."""

    def __init__(self):
        self.asked = []
        self.refused = set()

    def preview(self, image_id, max_side):
        assert threading.current_thread() is not threading.main_thread()
        self.asked.append(image_id)
        if image_id in self.refused:
            raise AnitagError("picture_gone")
        return RawImage(40, 30, bytes([255 - image_id, 90, 90, 255]) * 1200)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        fill(opened, SCORES)
        yield opened


@pytest.fixture
def library(store):
    correcting = Corrector(store)
    return SimpleNamespace(
        showing=Showing(store),
        correcting=correcting,
        reviewing=Reviewer(store, correcting),
        searching=SimpleNamespace(complete=lambda _text, _cursor: []),
        thumbnailing=Previews(),
        changes=store.changes,
        tagging=SimpleNamespace(subscribe=lambda _listener: None),
    )


@pytest.fixture
def workspace(library, qapp, tmp_path):
    tasks, failures, signals = Tasks(), [], LibrarySignals()
    tasks.failed.connect(failures.append)
    yield Workspace(library, tasks, signals, WindowMemory(tmp_path / "w.ini"))
    assert tasks.close()
    assert not failures


@pytest.fixture
def corrections(workspace):
    return Corrections(workspace)


@pytest.fixture
def dialog(qtbot, workspace, corrections):
    made = ReviewDialog(workspace, corrections)
    qtbot.addWidget(made)
    made.resize(900, 640)
    made.show()
    qtbot.waitUntil(lambda: made.queue.total == 4 * 4)
    return made


def key(dialog, pressed) -> Question:
    """Press a key; return the question that was shown before."""
    before = dialog.queue.current
    QTest.keyClick(dialog, pressed)
    return before


def said(store, question: Question) -> str | None:
    if question.tag.name in rejected_of(store, question.image_id):
        return "no"
    return "yes" if tags_of(store, question.image_id).get(question.tag.name) == "user" else None


def test_a_key_answers_and_the_next_picture_was_read_ahead(qtbot, dialog, store, library) -> None:
    qtbot.waitUntil(lambda: len(library.thumbnailing.asked) >= 1)
    ahead = {one.image_id for one in dialog.queue.upcoming(AHEAD)}
    qtbot.waitUntil(lambda: all(dialog.pictures.find(one) for one in ahead))
    yes, no = key(dialog, Qt.Key.Key_Y), key(dialog, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: (said(store, yes), said(store, no)) == ("yes", "no"))
    enter, back = key(dialog, Qt.Key.Key_Return), key(dialog, Qt.Key.Key_Backspace)
    qtbot.waitUntil(lambda: (said(store, enter), said(store, back)) == ("yes", "no"))
    assert dialog.page.progress.text() == "12 left of 16"


def test_at_the_end_no_picture_is_named_and_what_was_skipped_is_no_lack(qtbot, dialog) -> None:
    for _ in range(dialog.queue.total):
        key(dialog, Qt.Key.Key_U)
    assert dialog.page.empty.text() == "None of these was answered. Enter looks again."
    assert dialog.page.name.text() == ""


def test_unsure_goes_on_without_a_word_and_left_goes_back(qtbot, dialog, store) -> None:
    first = key(dialog, Qt.Key.Key_U)
    assert dialog.queue.current != first
    key(dialog, Qt.Key.Key_Left)
    assert dialog.queue.current == first
    assert said(store, first) is None


def test_one_key_takes_the_last_answer_back_and_asks_again(qtbot, dialog, store) -> None:
    first = key(dialog, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: said(store, first) == "no")
    key(dialog, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: said(store, first) is None)
    assert dialog.queue.current == first
    key(dialog, Qt.Key.Key_B)
    assert "Nothing was answered" in dialog.page.progress.text()


def test_how_right_the_tags_are_stands_above(qtbot, dialog) -> None:
    assert dialog.page.measured.text() == ""
    while Why.RANDOM not in dialog.queue.current.reasons:
        key(dialog, Qt.Key.Key_U)
    drawn = key(dialog, Qt.Key.Key_Y)

    def text():
        key(dialog, Qt.Key.Key_U)
        return dialog.page.measured.text()

    qtbot.waitUntil(lambda: text() == f"Drawn by lot: {int(drawn.has)} of 1 right")
    key(dialog, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: text() == "")


def test_a_digit_says_what_it_is_instead(qtbot, dialog, store) -> None:
    while dialog.queue.current.tag.name != "red_hair":
        key(dialog, Qt.Key.Key_U)
    one = key(dialog, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: said(store, one) == "no")
    assert tags_of(store, one.image_id)["blue_hair"] == "user"


def test_another_name_is_typed_and_escape_leaves_the_field(qtbot, dialog, store) -> None:
    key(dialog, Qt.Key.Key_0)
    assert dialog.page.field.isVisible()
    QTest.keyClick(dialog.page.field.edit, Qt.Key.Key_Escape)
    assert not dialog.page.field.isVisible()
    assert dialog.isVisible()
    one = key(dialog, Qt.Key.Key_0)
    dialog.page.field.entered.emit("cat ears")
    qtbot.waitUntil(lambda: said(store, one) == "no")
    assert tags_of(store, one.image_id)["cat_ears"] == "user"


def test_a_picture_can_be_kept_out_of_learning(qtbot, dialog, store) -> None:
    one = key(dialog, Qt.Key.Key_X)
    qtbot.waitUntil(lambda: tags_of(store, one.image_id).get(NOT_FOR_TRAINING) == "user")


def test_at_the_end_more_is_asked_for_and_closing_lets_it_teach(
    qtbot, dialog, store, corrections
) -> None:
    heard = []
    corrections.corrected.connect(lambda: heard.append(True))
    while dialog.queue.current is not None:
        last = key(dialog, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: said(store, last) == "yes")
    assert "16 answers given" in dialog.page.empty.text()
    assert not dialog.page.buttons["more"].isHidden()
    key(dialog, Qt.Key.Key_Return)
    assert dialog.page.buttons["more"].isHidden()
    qtbot.waitUntil(lambda: "nothing to ask" in dialog.page.empty.text())
    assert heard == []
    dialog.accept()
    assert heard == [True]


def test_doubtful_labels_are_a_list_of_their_own(qtbot, dialog) -> None:
    key(dialog, Qt.Key.Key_L)
    assert dialog.page.modes["labels"].isChecked()
    qtbot.waitUntil(lambda: "Nothing that you said" in dialog.page.empty.text())


def test_a_picture_that_cannot_be_read_says_why_and_can_be_answered(
    qtbot, workspace, corrections, library, store
) -> None:
    library.thumbnailing.refused = {1, 2, 3, 4}
    dialog = ReviewDialog(workspace, corrections)
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.page.trouble.isVisible())
    one = key(dialog, Qt.Key.Key_Y)
    qtbot.waitUntil(lambda: said(store, one) == "yes")


def test_names_are_plain_text(dialog) -> None:
    while dialog.queue.current.tag.name != "<b>dog":
        key(dialog, Qt.Key.Key_U)
    assert dialog.page.question.text() == "Does this show: <b>dog?"
    assert dialog.page.question.textFormat() is Qt.TextFormat.PlainText
    assert dialog.page.canvas.accessibleName()


def test_every_reason_has_its_sentence(dialog) -> None:
    one = dialog.queue.current
    for why in Why:
        asked = Question(1, one.tag, (why,), 1.0, True, 0.4, 0.5, 0.2, 0.1)
        assert question_text(asked).endswith("?")
        assert reason_text(asked).endswith(".")


def test_what_models_never_give_by_themselves_is_said_so(store):
    [one] = Reviewer(store, Corrector(store)).questions(1)
    never = replace(one, reasons=(Why.UNSURE,), threshold=1.0, score=0.6)
    assert "The score is 60 %; it is never given by itself." in reason_text(never)
    told = reason_text(replace(never, threshold=0.9))
    assert "The score is 60 %, and from 90 % on it counts." in told
