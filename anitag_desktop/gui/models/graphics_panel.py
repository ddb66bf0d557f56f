"""The graphics card on the page of the models: what runs on it, and "Use my GPU"."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout

from anitag_desktop.domain.device import AUTOMATIC, device_name
from anitag_desktop.gui.models.graphics_state import GraphicsState, read_graphics
from anitag_desktop.gui.models.work import ModelWork
from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.tasks import IsGivenUp
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.accelerating import InstalledRuntime


_Outcome = tuple["InstalledRuntime | None", str]
"""What is installed, and what the settings say models run on."""


class Ask(Protocol):
    """Asks the user: title, text, the word of the button, and what it does."""

    def __call__(self, title: str, text: str, words: str, run: Callable[[], None]) -> None:
        """Ask."""


class GraphicsPanel(QFrame):
    """Shows the card; ``ask`` asks before anything is downloaded or deleted."""

    def __init__(self, workspace: Workspace, work: ModelWork, ask: Ask) -> None:
        super().__init__()
        self.setObjectName("modelCard")
        self._workspace = workspace
        self._work = work
        self._ask = ask
        self._state = GraphicsState()
        self._card = PlainLabel("", "title", wraps=True)
        self._facts = PlainLabel("", "secondary", wraps=True)
        self._note = PlainLabel("", "warning", wraps=True)
        self.set_up = self._button(self.tr("Use my GPU"), self._ask_to_set_up)
        self.test = self._button(self.tr("Try again"), self._test, "quiet")
        self.remove = self._button(self.tr("Remove"), self._ask_to_remove, "quiet")
        self._arrange()
        self._show(self._state)
        work.changed.connect(self.read)
        work.working.connect(self._show_busy)

    def read(self) -> None:
        """Look again."""
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            partial(read_graphics, library), self._show, owner=self, topic="graphics"
        )

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(Space.TINY)
        for label in (self._card, self._facts, self._note):
            words.addWidget(label)
        below = QHBoxLayout()
        below.setSpacing(0)
        for button in (self.test, self.remove):
            below.addWidget(button)
        below.addStretch(1)
        words.addLayout(below)
        across = QHBoxLayout(self)
        across.setContentsMargins(Space.OUTER, Space.CELL, Space.CELL, Space.CELL)
        across.setSpacing(Space.OUTER)
        across.addLayout(words, 1)
        across.addWidget(self.set_up, 0, Qt.AlignmentFlag.AlignTop)

    def _button(self, words: str, run: Callable[[], None], kind: str = "") -> QPushButton:
        button = QPushButton(words)
        if kind:
            button.setProperty("kind", kind)
            button.setMinimumHeight(Size.CONTROL)
        button.clicked.connect(run)
        return button

    def _show(self, state: GraphicsState) -> None:
        self._state = state
        for label, text in (
            (self._card, state.card),
            (self._facts, state.facts),
            (self._note, state.note),
        ):
            label.setText(text)
            label.setVisible(bool(text))
        self.set_up.setVisible(bool(state.question))
        self.test.setVisible(state.is_installed)
        self.remove.setVisible(state.is_installed)
        self.setVisible(bool(state.card))
        self._show_busy(None)

    def _show_busy(self, _job: object) -> None:
        for button in (self.set_up, self.test, self.remove):
            button.setEnabled(not self._work.busy)

    def _ask_to_set_up(self) -> None:
        title = self.tr("Let models run on {card}?").format(card=self._state.card)
        self._ask(title, self._state.question, self.tr("Download and try"), self._set_up)

    def _ask_to_remove(self) -> None:
        title = self.tr("Remove what lets models run on the graphics card?")
        text = self.tr("Its files are deleted. Models run on the CPU then.")
        self._ask(title, text, self.tr("Remove"), self._remove)

    def _set_up(self) -> None:
        doing = tr("Setting up the graphics card")
        stop_words = tr("Stop the download; what came is kept")
        self._work.begin(doing, self._install, _words_of, stop_words)

    def _install(self, is_given_up: IsGivenUp) -> _Outcome:
        library = self._workspace.library
        installed = library.accelerating.set_up(self._work.note_bytes, is_given_up)
        return installed, library.configuring.settings().device

    def _test(self) -> None:
        library = self._workspace.library
        self._work.begin(
            tr("Trying the graphics card"),
            lambda _given_up: (library.accelerating.test(), library.configuring.settings().device),
            _words_of,
        )

    def _remove(self) -> None:
        library = self._workspace.library
        self._work.begin(
            tr("Removing what was installed for the graphics card"),
            lambda _given_up: library.accelerating.remove(),
            lambda _found: tr("Models run on the CPU from now on."),
        )


def _words_of(outcome: _Outcome) -> str:
    installed, device = outcome
    if installed is None:
        return tr("Nothing is installed for the graphics card.")
    if installed.reason:
        words = tr("{title} is here and not used: {reason}.")
        return words.format(title=installed.title, reason=installed.reason)
    if device != AUTOMATIC:
        words = tr("{title} is here; by the settings, models run on {device} all the same.")
        return words.format(title=installed.title, device=device_name(device))
    words = tr("{title} is here; models run on {provider} from now on.")
    return words.format(title=installed.title, provider=installed.provider)
