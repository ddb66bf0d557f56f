"""The picture at the head of the inspector; of several, the first four."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from anitag_desktop.gui.gallery.thumbnails import square_thumbnail
from anitag_desktop.gui.raw_picture import to_image
from anitag_desktop.gui.regions.painting import SHOWN, paint_boxes
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme.theme import colour
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.domain.region import Region
    from anitag_desktop.services.showing import ImageRow

_TILES = 4


class Preview(QWidget):
    """Shows the thumbnail at once and the picture itself when it is decoded."""

    opened = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._images: list[QImage] = []
        self._ids: tuple[int, ...] = ()
        self._is_sharp = False
        self._regions: tuple[Region, ...] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(Size.PREVIEW_MOST)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Preview"))

    def show_ids(self, image_ids: tuple[int, ...]) -> None:
        """Show these pictures."""
        shown = image_ids[:_TILES]
        if shown == self._ids:
            return
        self._ids, self._is_sharp = shown, False
        self._regions = ()
        tasks, library = self._workspace.tasks, self._workspace.library
        if not shown:
            self._images = []
            self.update()
            return
        tasks.run_in_background(
            lambda: _thumbnails_of(library.showing.rows(list(shown))),
            self._show_thumbnails,
            owner=self,
            topic="thumbnails",
        )
        if len(shown) == 1:
            side = round(Size.PANEL_RIGHT * 2 * self.devicePixelRatioF())
            tasks.run_in_background(
                lambda: to_image(library.thumbnailing.preview(shown[0], side)),
                partial(self._show_sharp, shown),
                self._keep_thumbnail,
                owner=self,
                topic="sharp",
                priority=Priority.DECODE,
            )

    def show_regions(self, regions: tuple[Region, ...]) -> None:
        """Draw these over a single picture, while the user wants to see regions."""
        if regions != self._regions:
            self._regions = regions
            self.update()

    def sizeHint(self) -> QSize:
        """A fixed height; any width."""
        return QSize(Size.PANEL_RIGHT, Size.PREVIEW_MOST)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the picture whole, on the ground of the gallery."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), Size.RADIUS, Size.RADIUS)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), colour("background"))
        if len(self._ids) > 1:
            self._paint_tiles(painter)
        elif self._images:
            place = _paint_fitted(painter, self.rect(), self._images[0])
            if self._workspace.memory.flag(SHOWN, False):
                paint_boxes(painter, QRectF(place), self._regions)
        painter.end()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Look at it in full size."""
        if self._ids:
            self.opened.emit()

    def _paint_tiles(self, painter: QPainter) -> None:
        gap, side = Space.TINY, (self.height() - Space.TINY) // 2
        left = (self.width() - 2 * side - gap) // 2
        for place, image in enumerate(self._images):
            row, column = divmod(place, 2)
            tile = QRect(left + column * (side + gap), row * (side + gap), side, side)
            painter.drawImage(tile, image)

    def _show_thumbnails(self, images: list[QImage]) -> None:
        if not self._is_sharp:
            self._images = images
            self.update()

    def _show_sharp(self, ids: tuple[int, ...], image: QImage) -> None:
        if ids == self._ids and not image.isNull():
            self._images, self._is_sharp = [image], True
            self.update()

    def _keep_thumbnail(self, _error: BaseException) -> None:
        """A picture that cannot be read now keeps its thumbnail; Problems says why."""


def _thumbnails_of(rows: list[ImageRow]) -> list[QImage]:
    paths = [row.thumbnail for row in rows if row.thumbnail is not None]
    if len(rows) == 1:
        return [_whole(path) for path in paths]
    return [square_thumbnail(path, Size.PREVIEW_MOST) for path in paths]


def _whole(path: Path) -> QImage:
    return QImageReader(str(path)).read()


def _paint_fitted(painter: QPainter, rect: QRect, image: QImage) -> QRect:
    """Draw the whole picture as large as it fits; return where."""
    if image.isNull():
        return QRect()
    ratio = painter.device().devicePixelRatioF()
    fitted = image.size().scaled(rect.size(), Qt.AspectRatioMode.KeepAspectRatio)
    natural = QSize(round(image.width() / ratio), round(image.height() / ratio))
    if natural.width() < fitted.width() // 2:
        # A tiny picture is shown larger, but not as a blur across the whole panel.
        fitted = natural * 2
    place = QRect(rect.topLeft(), fitted)
    place.moveCenter(rect.center())
    painter.drawImage(place, image)
    return place
