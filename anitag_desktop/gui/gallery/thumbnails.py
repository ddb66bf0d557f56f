"""Thumbnails for the grid: read in the background, what is visible first, the rest forgotten."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QBrush, QImage, QImageReader, QPainter, QPixmap

from anitag_desktop.gui.tasks import Priority, Task, Tasks
from anitag_desktop.gui.theme.tokens import Size

CACHE_BYTES = 192_000_000
UPPER_SHARE = 0.2
"""Of what is cut from a high picture, the share cut at its top: faces are up there."""


class Thumbnails(QObject):
    """Square thumbnails by image id, at most ``CACHE_BYTES`` of them.

    ``arrived`` names an image whose thumbnail can be drawn now, ``damaged`` one whose file cannot
    be read.
    """

    arrived = Signal(int)
    damaged = Signal(int)

    def __init__(self, tasks: Tasks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._pixmaps: OrderedDict[int, QPixmap] = OrderedDict()
        self._loading: dict[int, Task] = {}
        self._unreadable: set[int] = set()
        self._side = 0
        self._bytes = 0

    def find(self, image_id: int) -> QPixmap | None:
        """Return the thumbnail if it is at hand, in any size."""
        found = self._pixmaps.get(image_id)
        if found is not None:
            self._pixmaps.move_to_end(image_id)
        return found

    def is_unreadable(self, image_id: int) -> bool:
        """Tell whether the thumbnail's file could not be read."""
        return image_id in self._unreadable

    def want(self, paths: Mapping[int, Path], side: int, later: Iterable[int] = ()) -> None:
        """Read these thumbnails at ``side`` device pixels, and no others; ``later`` come last."""
        self._side = side
        for image_id in [known for known in self._loading if known not in paths]:
            self._loading.pop(image_id).cancel()
        later = set(later)
        for image_id, path in paths.items():
            if image_id not in self._loading and not self._is_ready(image_id):
                priority = Priority.LATER if image_id in later else Priority.THUMBNAIL
                self._loading[image_id] = self._read(image_id, path, priority)

    def forget(self, image_ids: Iterable[int]) -> None:
        """Read these again when they are wanted next."""
        for image_id in image_ids:
            self._drop(image_id)
            self._unreadable.discard(image_id)

    def _is_ready(self, image_id: int) -> bool:
        known = self._pixmaps.get(image_id)
        return image_id in self._unreadable or (known is not None and known.width() == self._side)

    def _read(self, image_id: int, path: Path, priority: Priority) -> Task:
        return self._tasks.run_in_background(
            partial(square_thumbnail, path, self._side),
            partial(self._keep, image_id),
            partial(self._give_up, image_id),
            owner=self,
            priority=priority,
        )

    def _keep(self, image_id: int, image: QImage) -> None:
        self._loading.pop(image_id, None)
        if image.isNull():
            self._give_up(image_id, None)
            return
        self._drop(image_id)
        self._pixmaps[image_id] = QPixmap.fromImage(image)
        self._bytes += image.sizeInBytes()
        while self._bytes > CACHE_BYTES and len(self._pixmaps) > 1:
            self._drop(next(iter(self._pixmaps)))
        self.arrived.emit(image_id)

    def _give_up(self, image_id: int, _error: BaseException | None) -> None:
        self._loading.pop(image_id, None)
        self._unreadable.add(image_id)
        self.damaged.emit(image_id)
        self.arrived.emit(image_id)

    def _drop(self, image_id: int) -> None:
        known = self._pixmaps.pop(image_id, None)
        if known is not None:
            self._bytes -= known.width() * known.height() * 4


def square_thumbnail(
    path: Path, side: int, radius_share: float = Size.RADIUS / Size.CELL
) -> QImage:
    """Return the picture at ``path`` covering a square of ``side`` pixels, corners rounded.

    Runs on any thread. The image is null if the file cannot be read.
    """
    # QImageReader.read gives up the interpreter lock while it decodes; QImage.fromData does not.
    reader = QImageReader(str(path))
    whole = reader.size()
    if not whole.isValid() or whole.isEmpty():
        return QImage()
    scaled = whole.scaled(QSize(side, side), Qt.AspectRatioMode.KeepAspectRatioByExpanding)
    reader.setScaledSize(scaled)
    reader.setScaledClipRect(covering_square(scaled.width(), scaled.height()))
    return rounded(reader.read(), side, side * radius_share)


def covering_square(width: int, height: int) -> QRect:
    """Return the square to cut from a picture: the middle of its width, the upper part of it."""
    side = min(width, height)
    return QRect((width - side) // 2, round((height - side) * UPPER_SHARE), side, side)


def rounded(image: QImage, side: int, radius: float) -> QImage:
    """Return ``image`` as a square of ``side`` pixels with rounded corners; null stays null."""
    if image.isNull():
        return image
    made = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QBrush(image))
    painter.drawRoundedRect(made.rect(), radius, radius)
    painter.end()
    return made
