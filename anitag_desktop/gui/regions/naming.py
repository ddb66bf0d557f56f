"""The field below a region in which the user says who it is."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QWidget

from anitag_desktop.gui.inspector.tag_field import TagField
from anitag_desktop.gui.regions.overlay import RegionOverlay
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.viewer.viewer import Viewer
from anitag_desktop.gui.workspace import Workspace

_WIDTH = Size.COMPLETION_WIDTH * 2 // 3


class NameField(TagField):
    """Stands at the chosen region of an overlay while its name is typed."""

    def __init__(
        self, workspace: Workspace, viewer: Viewer, overlay: RegionOverlay, window: QWidget
    ) -> None:
        super().__init__(workspace, window, viewer.tr("Who is it?"))
        self._viewer = viewer
        self._overlay = overlay
        self.setParent(viewer)
        self.hide()

    def ask(self) -> None:
        """Let the user type who the chosen region is, if one is."""
        region = self._overlay.current
        if region is None:
            return
        self.know([one.tag.name for one in region.tags])
        self.show()
        self.place()
        self.raise_()
        self.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def leave(self) -> None:
        """Go back to the picture."""
        self.edit.clear()
        if self.isVisible():
            self.hide()
            self._viewer.setFocus()

    def place(self) -> None:
        """Stand below the region, as far as that is seen."""
        region = self._overlay.current
        if region is None or self.isHidden():
            return
        canvas, rect = self._viewer.canvas, self._overlay.rect_of(region).toRect()
        width = min(_WIDTH, canvas.width() - 2 * Space.SMALL)
        left = min(max(rect.left(), Space.SMALL), canvas.width() - width - Space.SMALL)
        lowest = canvas.height() - self.height() - Space.SMALL
        top = max(Space.SMALL, min(rect.bottom() + Space.SMALL, lowest))
        corner = canvas.mapTo(self._viewer, QPoint(left, top))
        self.setGeometry(corner.x(), corner.y(), width, self.height())
