"""The page of the models: those in the library above, those that can be downloaded below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.gui.models.card import ModelCard
from anitag_desktop.gui.models.graphics_panel import GraphicsPanel
from anitag_desktop.gui.models.loss_words import sentences
from anitag_desktop.gui.models.rows import ModelRow, ModelRows, read_rows
from anitag_desktop.gui.models.work import ModelWork
from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.forgetting import ForgetPreview


class ModelsPage(QWidget):
    """Lists models; what is done with them, ``ModelWork`` does."""

    def __init__(self, workspace: Workspace, work: ModelWork) -> None:
        super().__init__()
        self.setObjectName("modelsPage")
        self._workspace = workspace
        self._work = work
        self.cards: list[ModelCard] = []
        self.question: QMessageBox | None = None
        self._rows = ModelRows()
        self._add_folder = QPushButton(self.tr("Add from a folder…"))
        self._add_folder.clicked.connect(self._ask_folder)
        self._add_file = QPushButton(self.tr("Add from a file…"))
        self._add_file.clicked.connect(self._ask_file)
        self.graphics = GraphicsPanel(workspace, work, self._ask)
        self._body = QWidget()
        self._body.setObjectName("modelsBody")
        around = QVBoxLayout(self._body)
        around.setContentsMargins(0, 0, Space.OUTER, Space.OUTER)
        around.addWidget(self.graphics)
        self._column = QVBoxLayout()
        self._column.setSpacing(Space.SMALL)
        around.addLayout(self._column, 1)
        self._arrange()
        work.changed.connect(self.read)
        work.working.connect(self._show_busy)
        work.weighed.connect(self._ask_to_forget)
        workspace.signals.changed.connect(self._take_change)

    def read(self) -> None:
        """Read the models again, and look at the graphics card."""
        self.graphics.read()
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            partial(read_rows, library), self._show, owner=self, topic="models"
        )

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, Space.OUTER, 0)
        head.setSpacing(Space.SMALL)
        head.addWidget(PlainLabel(self.tr("Models"), "title"))
        head.addStretch(1)
        head.addWidget(self._add_folder)
        head.addWidget(self._add_file)
        scroll = QScrollArea()
        scroll.setObjectName("modelsScroll")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._body)
        scroll.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setFocusProxy(scroll)
        column = QVBoxLayout(self)
        column.setContentsMargins(Space.OUTER, Space.CELL, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addLayout(head)
        column.addWidget(scroll, 1)

    def _show(self, rows: ModelRows) -> None:
        if rows != self._rows:
            self._rows = rows
            self._clear()
            self._add_section(self.tr("In this library"), "", rows.here)
            self._add_section(self.tr("Gone, but remembered"), "", rows.gone)
            self._add_section(
                self.tr("To download"),
                self.tr(
                    "Nothing is downloaded until you ask for it. Figures are those of the authors, "
                    "as of {day}; of different sets or averages they do not compare."
                ).format(day=rows.elsewhere[0].seen if rows.elsewhere else ""),
                rows.elsewhere,
            )
            self._column.addStretch(1)
        self._show_busy(None)

    def _clear(self) -> None:
        self.cards.clear()
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _add_section(self, title: str, help_: str, rows: Sequence[ModelRow]) -> None:
        if not rows:
            return
        self._column.addSpacing(Space.SMALL)
        self._column.addWidget(PlainLabel(title, "head"))
        if help_:
            self._column.addWidget(PlainLabel(help_, "secondary", wraps=True))
        for row in rows:
            self._column.addWidget(self._card(row))

    def _card(self, row: ModelRow) -> ModelCard:
        card = ModelCard(row)
        card.install_wanted.connect(self._ask_to_install)
        card.use_wanted.connect(self._work.use)
        card.check_wanted.connect(self._work.check)
        card.remove_wanted.connect(self._ask_to_remove)
        card.forget_wanted.connect(self._work.weigh)
        card.join_wanted.connect(self._work.join)
        card.leave_wanted.connect(self._work.leave)
        card.fast_wanted.connect(self._ask_for_copy)
        self.cards.append(card)
        return card

    def _show_busy(self, _job: object) -> None:
        for button in (self._add_folder, self._add_file):
            button.setEnabled(not self._work.busy)
        for card in self.cards:
            card.show_busy(self._work.busy)

    def _take_change(self, change: LibraryChange) -> None:
        if change.models and self.isVisible():
            self.read()

    def _ask_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Add a model from a folder"))
        if path:
            self._work.add(Path(path))

    def _ask_file(self) -> None:
        kinds = self.tr("Weights (*.onnx *.safetensors)")
        title = self.tr("Add a model from the file of its weights")
        path, _ = QFileDialog.getOpenFileName(self, title, "", kinds)
        if path:
            self._work.add(Path(path))

    def _ask_to_install(self, row: ModelRow) -> None:
        """Download at once what comes without terms; else show these and ask."""
        if not row.terms:
            self._work.install(row)
            return
        text = self.tr("{licence}. {terms}\n\nSize: {size}. The terms, last seen on {day}:\n{page}")
        text = text.format(
            licence=row.licence, terms=row.terms, page=row.page, size=row.size, day=row.seen
        )
        title = self.tr("Download {model}?").format(model=row.title)
        self._ask(title, text, self.tr("Accept and download"), partial(self._work.install, row))

    def _ask_to_remove(self, row: ModelRow) -> None:
        title = self.tr("Remove {model}?").format(model=row.title)
        text = self.tr("Its files ({size}) are deleted; what it said of pictures is kept.")
        if not row.is_here:
            text = self.tr("What came of it so far is deleted.")
        self._ask(
            title,
            text.format(size=row.size),
            self.tr("Remove"),
            partial(self._work.remove, row),
            is_final=True,
        )

    def _ask_for_copy(self, row: ModelRow) -> None:
        title = self.tr("Make a fast copy of {model}?").format(model=row.title)
        text = self.tr(
            "A fast copy calculates in whole numbers, and sees nearly the same. It is compared "
            "with the model on pictures of this library, which takes some minutes; then you see "
            "what it costs. Nothing uses it until you say so, and the model stays."
        )
        self._ask(title, text, self.tr("Make and compare"), partial(self._work.make_fast, row))

    def _ask_to_forget(self, row: ModelRow, preview: ForgetPreview) -> None:
        if self.isVisible():
            title = self.tr("Forget what {model} said?").format(model=row.title)
            text = "\n\n".join(sentences(preview))
            run = partial(self._work.forget, row)
            self._ask(title, text, self.tr("Forget"), run, is_final=True)

    def _ask(
        self, title: str, text: str, words: str, run: Callable[[], None], *, is_final: bool = False
    ) -> None:
        box = QMessageBox(self)
        box.setTextFormat(Qt.TextFormat.PlainText)
        box.setWindowTitle(title)
        box.setText(title)
        box.setInformativeText(text)
        yes = box.addButton(words, QMessageBox.ButtonRole.AcceptRole)
        no = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(no if is_final else yes)
        yes.clicked.connect(run)
        box.finished.connect(box.deleteLater)
        self.question = box
        box.open()
