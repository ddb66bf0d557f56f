"""The keys that matter now, at the foot of the viewer."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.regions.overlay import RegionOverlay
from anitag_desktop.gui.theme.tokens import Space


class RegionHint(PlainLabel):
    """Says what can be done with the chosen region, or while regions are edited."""

    def __init__(self, viewer: QWidget) -> None:
        super().__init__("", "hint")
        self._viewer = viewer
        self.setParent(viewer)
        viewer.installEventFilter(self)
        self.hide()

    def show_for(self, overlay: RegionOverlay, *, is_naming: bool) -> None:
        """Say what can be done now; nothing while a name is being typed."""
        words = self._words(overlay) if overlay.isVisible() else ""
        self.setText(words)
        self.setVisible(bool(words) and not is_naming)
        self.place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the place when the viewer becomes larger or smaller."""
        if event.type() == QEvent.Type.Resize:
            self.place()
        return False

    def place(self) -> None:
        """Stand in the middle of the foot."""
        self.adjustSize()
        left = (self._viewer.width() - self.width()) // 2
        self.move(left, self._viewer.height() - self.height() - Space.OUTER)
        self.raise_()

    def _words(self, overlay: RegionOverlay) -> str:
        if overlay.current is None:
            words = self.tr(
                "Draw with the mouse, or press N · Tab: choose one · "
                "Ctrl or the middle button: move the picture · Esc: done"
            )
            return words if overlay.is_editing else ""
        if overlay.current.proposed is not None:
            return self.tr("Y, N: it is, or is not · Enter: another name · Delete: reject the box")
        if overlay.is_editing:
            return self.tr(
                "Enter: name it · L: its kind · Delete: reject it · arrows: move, Shift: resize it"
            )
        if overlay.current.identity is not None:
            return self.tr("Y, N: right or wrong · Enter: another name · Delete: reject it")
        return self.tr("Enter: name it · Delete: reject it · Tab: the next · Esc: leave it")
