"""The menus that open under the pointer: of a tag, a folder, a picture."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import PurePath

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from anitag_desktop.gui.plain_text import action_text, printable

Choice = tuple[str, "Callable[[], object] | Sequence[Choice]"]
"""Words, and what choosing them does, or the choices behind them."""


def pop_up(parent: QWidget, choices: Sequence[Choice], point: QPoint) -> QMenu:
    """Open a menu of ``choices`` at a point of the screen; it goes by itself."""
    menu = QMenu(parent)
    _fill(menu, choices)
    menu.aboutToHide.connect(menu.deleteLater)
    menu.popup(point)
    return menu


def _fill(menu: QMenu, choices: Sequence[Choice]) -> None:
    for words, chosen in choices:
        if isinstance(chosen, Sequence):
            _fill(menu.addMenu(action_text(words)), chosen)
        else:
            menu.addAction(action_text(words)).triggered.connect(partial(_run, chosen))


def _run(chosen: Callable[[], object], _checked: bool = False) -> None:
    """Do it; a menu passes on whether it is checked, which none of these wants to know."""
    chosen()


def open_folder_of(path: str) -> None:
    """Show the folder of a file in the system's own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(PurePath(path).parent)))


def copy_text(text: str) -> None:
    """Put ``text`` on the clipboard."""
    QGuiApplication.clipboard().setText(printable(text))
