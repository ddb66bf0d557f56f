"""What can be done in the window: actions with their keys, and the menu that lists them."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QWidget

from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import theme


@dataclass(frozen=True, slots=True)
class ActionSpec:
    """An action: its words (empty: only a key), its keys, its icon, what it does."""

    words: str
    keys: tuple[str, ...]
    run: Callable[[], object]
    icon: str = ""
    begins_group: bool = False


class WindowActions(QObject):
    """Adds actions to a window and builds its menu of those that have words."""

    def __init__(self, window: QWidget, specs: list[ActionSpec]) -> None:
        super().__init__(window)
        self._window = window
        self._specs = specs
        self._actions = [self._add(spec) for spec in specs]
        self.menu = QMenu(window)
        for spec, action in zip(specs, self._actions, strict=True):
            if spec.begins_group:
                self.menu.addSeparator()
            if spec.words:
                self.menu.addAction(action)
        theme.changed.connect(self._dress)
        self._dress()

    def _add(self, spec: ActionSpec) -> QAction:
        action = QAction(spec.words, self._window)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.triggered.connect(spec.run)
        self._window.addAction(action)
        return action

    def _dress(self) -> None:
        for spec, action in zip(self._specs, self._actions, strict=True):
            if spec.icon:
                action.setIcon(icons.icon(spec.icon))
