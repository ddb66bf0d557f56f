"""A small round picture of each character that comes into sight."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QPixmap

from anitag_desktop.gui.gallery.thumbnails import rounded
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library

_ASKED_AT_ONCE = 4
_FACE_SHARE = 0.62
"""The share of a picture's shorter side that a face is cut from, in the middle of its top."""


class Faces(QObject):
    """Round pictures by character name. ``arrived`` says that one more can be drawn."""

    arrived = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._faces: dict[str, QPixmap | None] = {}
        self._waiting: dict[str, str] = {}
        self._asked: set[str] = set()

    def find(self, name: str, query: str) -> QPixmap | None:
        """Return the face if it is at hand; if not, it is looked for."""
        if name not in self._faces and name not in self._asked:
            self._waiting[name] = query
            self._ask()
        return self._faces.get(name)

    def forget_missing(self) -> None:
        """Look again for those that were not found."""
        self._faces = {name: face for name, face in self._faces.items() if face is not None}

    def _ask(self) -> None:
        while self._waiting and len(self._asked) < _ASKED_AT_ONCE:
            name, query = self._waiting.popitem()
            self._asked.add(name)
            side = round(Size.FACE * 2)
            self._workspace.tasks.run_in_background(
                partial(_face_of, self._workspace.library, query, side),
                partial(self._keep, name),
                partial(self._give_up, name),
                owner=self,
                priority=Priority.LATER,
            )

    def _keep(self, name: str, image: QImage) -> None:
        self._asked.discard(name)
        found = None
        if not image.isNull():
            found = QPixmap.fromImage(image)
            found.setDevicePixelRatio(image.width() / Size.FACE)
        self._faces[name] = found
        self.arrived.emit()
        self._ask()

    def _give_up(self, name: str, _error: BaseException) -> None:
        self._keep(name, QImage())


def _face_of(library: Library, query: str, side: int) -> QImage:
    ids = list(library.searching.search(query, order="score", limit=1).ids)
    rows = library.showing.rows(ids[:1])
    path = rows[0].thumbnail if rows else None
    if path is None:
        return QImage()
    reader = QImageReader(str(path))
    size = reader.size()
    reader.setClipRect(face_square(size.width(), size.height()))
    reader.setScaledClipRect(QRect())
    image = reader.read()
    if image.isNull():
        return image
    small = image.scaled(
        QSize(side, side),
        Qt.AspectRatioMode.IgnoreAspectRatio,
        Qt.TransformationMode.SmoothTransformation,
    )
    return rounded(small, side, side / 2)


def face_square(width: int, height: int) -> QRect:
    """Return where a face is likely: the middle of the top."""
    side = max(1, round(min(width, height) * _FACE_SHARE))
    return QRect((width - side) // 2, round(max(0, height - side) * 0.08), side, side)
