"""The viewer's keys that are meant for regions.

B shows them, E lets them be drawn and moved, Tab goes from one to the next. Enter names the chosen
one, Y and N confirm and reject its name, or the one that is proposed, L says what kind of thing it
is, Delete rejects it. While editing, N draws one, arrows move the chosen one, with Shift they
resize it. Esc leaves the chosen one, then the editing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from anitag_desktop.gui.regions.shaping import INSIDE, Grip, Point

if TYPE_CHECKING:
    from anitag_desktop.domain.region import Region
    from anitag_desktop.gui.regions.controls import RegionControls

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_TABS = {Qt.Key.Key_Tab: 1, Qt.Key.Key_Backtab: -1}
_REJECT = (Qt.Key.Key_Delete, Qt.Key.Key_X)
_WAYS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_STEP = 0.01
"""By this part of the picture an arrow key moves a region."""


class RegionKeys(QObject):
    """Takes them before the viewer does; what it does not take, the viewer gets."""

    def __init__(self, controls: RegionControls, viewer: QWidget) -> None:
        super().__init__(controls)
        self._controls = controls
        viewer.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the keys."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take(Qt.Key(event.key()), event.modifiers())
        return False

    def _take(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        controls, overlay = self._controls, self._controls.overlay
        if key == Qt.Key.Key_B:
            controls.toggle()
        elif key == Qt.Key.Key_E:
            controls.toggle_editing()
        elif not overlay.isVisible():
            return False
        elif key in _TABS:
            overlay.step(_TABS[key])
        elif overlay.current is not None and self._take_for(overlay.current, key, modifiers):
            return True
        elif key == Qt.Key.Key_N and overlay.is_editing:
            controls.draw_new()
        elif key == Qt.Key.Key_Escape and overlay.is_editing:
            controls.toggle_editing()
        else:
            return False
        return True

    def _take_for(self, region: Region, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        """Take a key that is meant for the chosen region."""
        controls = self._controls
        if key == Qt.Key.Key_Escape:
            controls.overlay.choose("")
        elif key in _ENTER:
            controls.ask_name(region.uid)
        elif key in _REJECT:
            controls.reject()
        elif key == Qt.Key.Key_L:
            controls.relabel()
        elif key in (Qt.Key.Key_Y, Qt.Key.Key_N) and (region.identity or region.proposed):
            controls.judge(is_right=key == Qt.Key.Key_Y)
        elif key in _WAYS and controls.overlay.is_editing:
            is_shifted = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            across, down = _WAYS[key]
            by = Point(across * _STEP, down * _STEP)
            controls.pull(Grip(1, 1) if is_shifted else INSIDE, by)
        else:
            return False
        return True
