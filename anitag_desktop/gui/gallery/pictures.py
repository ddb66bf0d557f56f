"""Rows and thumbnails of what the gallery shows, kept right when the library changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QPixmap

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.gui.gallery.rows import Rows
from anitag_desktop.gui.gallery.thumbnails import Thumbnails
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.showing import ImageRow

_FRAME = 16
"""Milliseconds in which what arrives is gathered into one repaint."""


class Pictures(QObject):
    """What can be drawn of each image id.

    ``arrived`` says that more can be drawn now, ``outdated`` that the library changed, and that
    what is in sight should be wanted again.
    """

    arrived = Signal()
    outdated = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows = Rows(workspace, self)
        self._thumbnails = Thumbnails(workspace.tasks, self)
        self._visible: Sequence[int] = ()
        self._near: Sequence[int] = ()
        self._side = 0
        self._gathering = QTimer(self, singleShot=True, interval=_FRAME)
        self._gathering.timeout.connect(self.arrived)
        self._rows.arrived.connect(self._on_rows)
        self._thumbnails.arrived.connect(self._gather)
        self._thumbnails.damaged.connect(self._rows.renew_thumbnail)
        workspace.signals.changed.connect(self._take_change)

    def row(self, image_id: int) -> ImageRow | None:
        """Return what is known of a picture."""
        return self._rows.find(image_id)

    def pixmap(self, image_id: int) -> QPixmap | None:
        """Return the thumbnail if it is at hand."""
        return self._thumbnails.find(image_id)

    def is_unreadable(self, image_id: int) -> bool:
        """Tell whether the thumbnail could not be read."""
        return self._thumbnails.is_unreadable(image_id)

    def want(self, visible: Sequence[int], near: Sequence[int], side: int) -> None:
        """Get ready what is visible, then what is near; ``side`` in device pixels."""
        self._visible, self._near, self._side = visible, near, side
        known = set(visible)
        self._rows.want([*visible, *(one for one in near if one not in known)])
        self._read_thumbnails()

    def _on_rows(self) -> None:
        self._read_thumbnails()
        self._gather()

    def _read_thumbnails(self) -> None:
        known = set(self._visible)
        later = [one for one in self._near if one not in known]
        rows = [(one, self._rows.find(one)) for one in (*self._visible, *later)]
        paths = {one: row.thumbnail for one, row in rows if row and row.thumbnail}
        self._thumbnails.want(paths, self._side, later)
        self._rows.want_thumbnails(one for one, row in rows if row and not row.thumbnail)

    def _gather(self) -> None:
        if not self._gathering.isActive():
            self._gathering.start()

    def _take_change(self, change: LibraryChange) -> None:
        if change.all_images or change.files or change.folders:
            self._rows.forget_all()
        self._rows.forget(change.images)
        # A picture whose thumbnail could not be read gets another chance; a good one is kept,
        # because thumbnails belong to bytes, and those never change.
        self._thumbnails.forget(one for one in change.images if self._thumbnails.is_unreadable(one))
        self.outdated.emit()
