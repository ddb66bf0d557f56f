"""The dialog of the labelling: a picture, and a key for each class."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QFileDialog, QInputDialog, QLineEdit, QWidget

from anitag_desktop.domain.label_sheet import CLASS_KEYS, LabelSheet
from anitag_desktop.domain.tag import normalize_tag_name
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.inspector.tag_entry import read_entry
from anitag_desktop.gui.labelling.page import LabellingPage
from anitag_desktop.gui.labelling.sheet_file import SheetFile
from anitag_desktop.gui.labelling.tagging_too import TaggingToo
from anitag_desktop.gui.plain_text import printable
from anitag_desktop.gui.review.pictures_ahead import AHEAD, PicturesAhead
from anitag_desktop.gui.review.question_queue import QuestionQueue
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.wording import error_text, number, pictures, tag_text
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.labelling import LabelPicture
    from anitag_desktop.services.library import Library


class LabellingDialog(QDialog):
    """Asks for the class of one picture after the other; each answer is in the file at once."""

    def __init__(
        self,
        workspace: Workspace,
        corrections: Corrections,
        image_ids: Sequence[int],
        parent: QWidget | None = None,
        *,
        is_selection: bool = False,
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._ids = image_ids
        self._every: Sequence[LabelPicture] = ()
        self._file: SheetFile | None = None
        self._leaves_with: int | None = None
        self._has_given_up = False
        self.sheet = LabelSheet()
        self.queue: QuestionQueue[LabelPicture] = QuestionQueue()
        self.tagging = TaggingToo(corrections, self)
        self.page = LabellingPage(workspace, self)
        self.pictures = PicturesAhead(workspace, self.page.canvas, self._wanted, self)
        self.setWindowTitle(self.tr("Label by class"))
        self._keys = self._keys_by_code()
        self._doings = self._doings_by_name()
        self._connect()
        self._show_beginning(is_selection=is_selection)

    def use_file(self, path: Path) -> None:
        """Keep the labels in a file; those that it has are gone on from."""
        library, ids = self._workspace.library, self._ids
        self.page.show_empty(self.tr("Reading…"))
        self._workspace.tasks.run_in_background(
            lambda: _read(library, ids, path),
            partial(self._take, path),
            self._refuse_file,
            owner=self,
            topic="sheet",
            priority=Priority.NORMAL,
        )

    # Answers ------------------------------------------------------------------------------------

    def label(self, name: str) -> None:
        """Say that the picture is of a class."""
        picture = self.queue.current
        if picture is None or self._file is None or name not in self.sheet.classes:
            return
        self.sheet.labels[picture.path] = name
        self.tagging.tag(picture.image_id, name, is_wanted=self.page.classes.tags_too.isChecked())
        self.queue.answer()
        self._changed(self._file)

    def take_back(self) -> None:
        """Undo the last label of this round and ask again."""
        if self._file is None or not self.queue.take_back():
            self.page.progress.show_text(self.tr("Nothing was labelled here yet."))
            return
        picture = self.queue.current
        if picture is not None:
            self.sheet.labels.pop(picture.path, None)
        self.tagging.take_back()
        self._changed(self._file)

    def skip(self) -> None:
        """Go on without a label."""
        if self.queue.current is not None:
            self.queue.step(1)
            self._show()

    def go_again(self) -> None:
        """Ask about what was skipped."""
        if self._file is not None and self.queue.current is None:
            self._begin()

    def add_classes(self, text: str) -> None:
        """Give keys to classes, which commas separate."""
        for name in read_entry(text).add:
            self.sheet.add_class(name)
        self._keep_classes()
        self._show()

    def drop_class(self, name: str) -> None:
        """Let a class go that no picture has."""
        self.sheet.drop_class(name)
        self._keep_classes()
        self._show()

    def rename_class(self, name: str) -> None:
        """Ask what a class shall be called from now on; tags that were given stay as they are."""
        file, title = self._file, self.tr("Rename a class")
        words = self.tr("What shall {name} be called?").format(name=tag_text(name))
        text, is_given = QInputDialog.getText(
            self, title, words, QLineEdit.EchoMode.Normal, tag_text(name)
        )
        if file is None or not is_given or not text.strip():
            return
        if self.sheet.rename_class(name, text):
            self._keep_classes()
            self._changed(file)
        elif normalize_tag_name(text) != name:
            known = self.tr("There is a class {name} already.").format(name=tag_text(text))
            self.page.complain(known)

    def _keep_classes(self) -> None:
        """Remember the classes: the file has only those that a picture has."""
        if self._file is not None:
            self._workspace.memory.keep_classes(str(self._file.path), self.sheet.classes)

    def _changed(self, file: SheetFile) -> None:
        file.keep(self.sheet)
        self._show()

    # Showing ------------------------------------------------------------------------------------

    def _show_beginning(self, *, is_selection: bool) -> None:
        words = (
            self.tr("{pictures}: those that are selected.")
            if is_selection
            else self.tr("{pictures}: all that the window shows.")
        ).format(pictures=pictures(len(self._ids)))
        kept = self.tr("Where shall the labels be kept? A file that was begun goes on.")
        self.page.can_undo(False)
        self.page.show_empty(f"{words}\n{kept}", offers="choose")

    def _take(self, path: Path, read: tuple[LabelSheet, Sequence[LabelPicture]]) -> None:
        self.sheet, self._every = read
        self.sheet.take_up(self._workspace.memory.classes_of(str(path)))
        self._file = SheetFile(self._workspace, path, self)
        self._file.failed.connect(self._complain_of_file)
        self._file.saved.connect(self._leave_if_wanted)
        self._begin()
        # Left alone, Qt would give the field the keys, and with them the first answers.
        (self if self.sheet.classes else self.page.classes.field.edit).setFocus()

    def _begin(self) -> None:
        labels = self.sheet.labels
        self.queue.begin([one for one in self._every if one.path not in labels])
        self.tagging.forget()
        self._show()

    def _show(self) -> None:
        picture = self.queue.current
        self.page.can_undo(bool(self.queue.answered))
        if self._file is not None:
            self.page.show_sheet(self.sheet, printable(str(self._file.path)))
            self._show_progress()
        if picture is None:
            offers = "again" if self._left() else ""
            self.page.show_empty(self._words_at_end(), offers=offers)
            return
        self.page.show_picture(PurePath(picture.path).name)
        self.page.show_image(self.pictures.find(picture.image_id))
        self.pictures.plan()

    def _show_progress(self) -> None:
        words = self.tr("{done} of {total} labelled")
        total = len(self._every)
        text = words.format(done=number(total - self._left()), total=number(total))
        left_out = len(self._ids) - total
        if left_out:
            words = self.tr("{pictures} left out: not there now, or with a name that is no text")
            text += " · " + words.format(pictures=pictures(left_out))
        self.page.progress.show_text(text)

    def _left(self) -> int:
        return sum(one.path not in self.sheet.labels for one in self._every)

    def _words_at_end(self) -> str:
        if not self._every:
            return self.tr("None of the pictures is there now.")
        left = self._left()
        if left:
            return self.tr("{pictures} without a label.").format(pictures=pictures(left))
        return self.tr("All are labelled. The file is complete.")

    def _wanted(self) -> list[int]:
        picture = self.queue.current
        if picture is None:
            return []
        return [picture.image_id, *(one.image_id for one in self.queue.upcoming(AHEAD))]

    def _complain_of_file(self, error: BaseException) -> None:
        self._has_given_up = self._leaves_with is not None
        self._leaves_with = None
        self._complain(error)

    def _complain(self, error: BaseException) -> None:
        self.page.complain(error_text(error))

    def _refuse_file(self, error: BaseException) -> None:
        self.page.show_empty(error_text(error), offers="choose")

    # Qt -----------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Label, skip, undo, zoom."""
        key, modifiers = event.key(), event.modifiers()
        is_control = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        place = CLASS_KEYS.find(chr(key)) if 0 < key < 128 else -1
        if is_control and key == Qt.Key.Key_Z:
            self.take_back()
        elif 0 <= place < len(self.sheet.classes):
            do = self.rename_class if is_control else self.label
            do(self.sheet.classes[place])
        elif key in self._keys and not is_control:
            self._doings[self._keys[key]]()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Have the picture as large as it is shown."""
        super().resizeEvent(event)
        self.pictures.plan()

    def done(self, result: int) -> None:
        """Leave once the file holds everything; where it cannot be written, at the second time."""
        is_leaving = self._has_given_up or self._leaves_with is not None
        if self._file is not None and not self._file.is_whole and not is_leaving:
            self._leaves_with = result
            self._file.keep(self.sheet)
            return
        self.pictures.end()
        self.tagging.close()
        super().done(result)

    def _leave_if_wanted(self) -> None:
        if self._leaves_with is not None:
            self.done(self._leaves_with)

    def _keys_by_code(self) -> dict[int, str]:
        key = Qt.Key
        return {
            key.Key_Return: "enter",
            key.Key_Enter: "enter",
            key.Key_U: "skip",
            key.Key_Right: "skip",
            key.Key_B: "undo",
            key.Key_0: "name",
            key.Key_Space: "zoom",
            key.Key_Z: "zoom",
        }

    def _doings_by_name(self) -> dict[str, Callable[[], object]]:
        return {
            "enter": lambda: self.go_again() if self._file is not None else self._ask_file(),
            "choose": self._ask_file,
            "again": self.go_again,
            "skip": self.skip,
            "undo": self.take_back,
            "name": self.page.classes.field.edit.setFocus,
            "zoom": self.page.canvas.toggle,
            "close": self.accept,
        }

    def _ask_file(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self,
            self.tr("Where shall the labels be kept?"),
            QDir.home().filePath("labels.csv"),
            self.tr("Tables (*.csv)"),
            options=QFileDialog.Option.DontConfirmOverwrite,
        )
        if path:
            chosen = Path(path)
            self.use_file(chosen if chosen.suffix else chosen.with_suffix(".csv"))

    def _connect(self) -> None:
        self.page.wanted.connect(lambda name: self._doings[name]())
        self.page.classes.chosen.connect(self.label)
        self.page.classes.dropped.connect(self.drop_class)
        self.page.classes.renamed.connect(self.rename_class)
        self.page.classes.field.entered.connect(self.add_classes)
        self.page.classes.field.left.connect(self.setFocus)
        self.pictures.arrived.connect(self.page.show_image)
        self.pictures.refused.connect(self._complain)
        self.tagging.failed.connect(self._complain)


def _read(
    library: Library, image_ids: Sequence[int], path: Path
) -> tuple[LabelSheet, Sequence[LabelPicture]]:
    from anitag_desktop.services.labelling import pictures_to_label, read_sheet

    return read_sheet(path), pictures_to_label(library.showing, image_ids)
