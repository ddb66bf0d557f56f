"""The dialog of the review: a picture, a question, a key for each answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QWidget

from anitag_desktop.domain.question import Answer, Measured, Question, Why
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.review.page import ReviewPage
from anitag_desktop.gui.review.pictures_ahead import AHEAD, PicturesAhead
from anitag_desktop.gui.review.question_queue import QuestionQueue
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.wording import counted, error_text
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library


class ReviewDialog(QDialog):
    """Asks one question after the other. Every answer is a correction that can be undone."""

    def __init__(
        self, workspace: Workspace, corrections: Corrections, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._corrections = corrections
        self._mode = "questions"
        self._names: dict[int, str] = {}
        self._seen: set[tuple[int, str]] = set()
        self._given: list[int | None] = []  # actions, touched by what Corrections runs alone
        self._measured = Measured(0, 0)  # as it stood after the last of them
        self._has_answered = False
        self.queue = QuestionQueue[Question]()
        self.page = ReviewPage(workspace, self)
        self.pictures = PicturesAhead(workspace, self.page.canvas, self._wanted, self)
        self.setWindowTitle(self.tr("Review"))
        self._keys = self._keys_by_code()
        self._doings = self._doings_by_name()
        self._connect()
        self.look_for("questions")

    def look_for(self, mode: str) -> None:
        """Ask the library what is worth a look: ``questions``, or doubtful ``labels``."""
        self._mode = mode
        self.page.mark(mode)
        self.queue.begin(())
        self._given.clear()
        self.page.can_undo(False)
        self.page.show_progress(0, 0)
        self.page.show_empty(
            self.tr("Looking for what is most worth a look…")
            if mode == "questions"
            else self.tr("Holding all that you said against the rest…"),
            can_go_on=False,
        )
        library, seen = self._workspace.library, frozenset(self._seen)
        self._workspace.tasks.run_in_background(
            lambda: _look(library, mode, seen),
            partial(self._take, mode),
            self._fail,
            owner=self,
            topic="questions",
            priority=Priority.NORMAL if mode == "questions" else Priority.LONG,
        )

    # Answers ------------------------------------------------------------------------------------

    def say(self, is_there: bool) -> None:
        """Answer yes or no: whether the picture has the tag."""
        question = self.queue.current
        if question is None:
            return
        if Why.LABEL in question.reasons and is_there == question.has:
            self._answer(question, Answer.KEEP)
        else:
            self._answer(question, Answer.YES if is_there else Answer.NO)

    def call(self, name: str) -> None:
        """Answer that it is another tag."""
        question = self.queue.current
        if question is not None and name.strip():
            self._answer(question, Answer.RELABEL, name.strip())
        self.setFocus()

    def call_nth(self, place: int) -> None:
        """Answer that it is the tag at a place among the others."""
        question = self.queue.current
        if question is not None and place < len(question.others):
            self.call(question.others[place].name)

    def leave_out(self) -> None:
        """Answer that nothing shall be learnt from the picture."""
        question = self.queue.current
        if question is not None:
            self._answer(question, Answer.LEAVE_OUT)

    def step(self, by: int) -> None:
        """Go on without an answer, or back."""
        self.queue.step(by)
        self._show()

    def take_back(self) -> None:
        """Undo the last answer of this session and ask again."""
        if self.queue.take_back():
            self._corrections.take_back(self._take_last, self._on_failed)
            self._show()
        else:
            self.page.say(self.tr("Nothing was answered here yet."))

    def go_on(self) -> None:
        """Look for more, once all is answered."""
        if self.queue.current is None:
            self.look_for(self._mode)

    def _answer(self, question: Question, answer: Answer, name: str = "") -> None:
        self._has_answered = True
        self.queue.answer()

        def give(library: Library) -> ActionView:
            action = library.reviewing.answer(question, answer, name)
            self._given.append(action.id)
            self._measured = library.reviewing.measured()
            return action

        self._corrections.perform(give)
        self._show()

    def _take_last(self, library: Library) -> Sequence[ActionView]:
        given = self._given.pop() if self._given else None
        undone = None if given is None else library.correcting.undo_only(given)
        self._measured = library.reviewing.measured()
        return [] if undone is None else [undone]

    # Showing ------------------------------------------------------------------------------------

    def _take(self, mode: str, found: tuple[Sequence[Question], dict[int, str], Measured]) -> None:
        if mode != self._mode:
            return
        questions, names, self._measured = found
        self._names |= names
        self._seen |= {one.key for one in questions}
        self.queue.begin(questions)
        self._show()

    def _show(self) -> None:
        question = self.queue.current
        self.page.show_progress(self.queue.left, self.queue.total)
        self.page.show_measured(*self._measured)
        self.page.can_undo(bool(self.queue.answered))
        if question is None:
            self.page.show_empty(self._words_at_end())
            return
        name = self._names.get(question.image_id, "")
        self.page.show_question(question, name, is_answered=self.queue.is_answered)
        self.page.show_image(self.pictures.find(question.image_id))
        self.pictures.plan()

    def _words_at_end(self) -> str:
        if self.queue.answered:
            words = self.tr("{answers} given. They teach once you close this.")
            count = counted(self.queue.answered, self.tr("{n} answer"), self.tr("{n} answers"))
            return words.format(answers=count)
        if self.queue.total:
            return self.tr("None of these was answered. Enter looks again.")
        if self._mode == "labels":
            return self.tr("Nothing that you said stands out. This needs some 10 answers to a tag.")
        return self.tr("There is nothing to ask: no model gave any picture a tag yet.")

    def _wanted(self) -> list[int]:
        question = self.queue.current
        if question is None:
            return []
        return [question.image_id, *(one.image_id for one in self.queue.upcoming(AHEAD))]

    def _fail(self, error: BaseException) -> None:
        self.page.show_empty(error_text(error))

    def _on_failed(self, error: BaseException) -> None:
        """Say why an answer was not taken, or not taken back."""
        self.page.say(error_text(error))

    # Qt -----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Answer, go on, zoom."""
        key, modifiers = event.key(), event.modifiers()
        if modifiers & Qt.KeyboardModifier.ControlModifier and key == Qt.Key.Key_Z:
            self.take_back()
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9:
            self.call_nth(key - Qt.Key.Key_1)
        elif key in self._keys and not modifiers & Qt.KeyboardModifier.ControlModifier:
            self._doings[self._keys[key]]()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the picture as large as it is shown."""
        super().resizeEvent(event)
        self.pictures.plan()

    def done(self, result: int) -> None:
        """Free the pictures, and let what was answered be learnt."""
        self.pictures.end()
        if self._has_answered:
            self._corrections.corrected.emit()
        super().done(result)

    def _keys_by_code(self) -> dict[int, str]:
        key = Qt.Key
        return {
            key.Key_Return: "enter",
            key.Key_Enter: "enter",
            key.Key_Y: "yes",
            key.Key_N: "no",
            key.Key_Backspace: "no",
            key.Key_U: "skip",
            key.Key_D: "skip",
            key.Key_Right: "skip",
            key.Key_A: "back",
            key.Key_Left: "back",
            key.Key_0: "other",
            key.Key_Slash: "other",
            key.Key_X: "leave_out",
            key.Key_Delete: "leave_out",
            key.Key_B: "undo",
            key.Key_L: "mode",
            key.Key_Space: "zoom",
            key.Key_Z: "zoom",
        }

    def _doings_by_name(self) -> dict[str, Callable[[], object]]:
        return {
            "enter": lambda: self.go_on() if self.queue.current is None else self.say(True),
            "yes": lambda: self.say(True),
            "no": lambda: self.say(False),
            "skip": lambda: self.step(1),
            "back": lambda: self.step(-1),
            "other": self._ask_name,
            "leave_out": self.leave_out,
            "undo": self.take_back,
            "more": self.go_on,
            "mode": lambda: self.look_for("labels" if self._mode == "questions" else "questions"),
            "questions": lambda: self.look_for("questions"),
            "labels": lambda: self.look_for("labels"),
            "zoom": self.page.canvas.toggle,
            "close": self.accept,
        }

    def _ask_name(self) -> None:
        if self.queue.current is not None:
            self.page.ask_name()

    def _connect(self) -> None:
        self.page.wanted.connect(lambda name: self._doings[name]())
        self.page.meant.connect(self.call)
        self.page.field.left.connect(self._on_field_left)
        self.pictures.arrived.connect(self.page.show_image)
        self.pictures.refused.connect(lambda error: self.page.complain(error_text(error)))
        self._corrections.failed.connect(self._on_failed)

    def _on_field_left(self) -> None:
        self.page.field.hide()
        self.setFocus()


def _look(
    library: Library, mode: str, seen: frozenset[tuple[int, str]]
) -> tuple[Sequence[Question], dict[int, str], Measured]:
    """Return questions, the names of their pictures by id, and how right the tags are."""
    reviewing = library.reviewing
    found = reviewing.doubtful_labels() if mode == "labels" else reviewing.questions(seen=seen)
    rows = library.showing.rows(list(dict.fromkeys(one.image_id for one in found)))
    return found, {row.image_id: row.name for row in rows}, reviewing.measured()
