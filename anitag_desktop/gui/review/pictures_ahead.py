"""The picture that is asked about, and those that come next, decoded before they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from anitag_desktop.gui.viewer.decoding import FullPictures
from anitag_desktop.gui.workspace import Workspace

AHEAD = 3
"""So many pictures are decoded before they are asked about."""

_KEPT = 8
_LEAST = 256


class PicturesAhead(QObject):
    """Decoded pictures, as large as a canvas shows them.

    ``wanted`` returns the id of what is shown and those of what comes, none while nothing is.
    ``arrived`` carries the picture that is shown, ``refused`` why it cannot be.
    """

    arrived = Signal(QImage)
    refused = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        canvas: QWidget,
        wanted: Callable[[], Sequence[int]],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._canvas = canvas
        self._wanted = wanted
        self._full = FullPictures(workspace, self, _KEPT)
        self._planning = QTimer(self, singleShot=True, interval=0)
        self._planning.timeout.connect(self._want)
        self._full.arrived.connect(self._on_arrived)
        self._full.refused.connect(self._on_refused)

    def find(self, image_id: int) -> QImage | None:
        """Return a picture if it is decoded."""
        return self._full.find(image_id)

    def plan(self) -> None:
        """Decode what is wanted after the painting: what is shown now was read before."""
        self._planning.start()

    def end(self) -> None:
        """Decode nothing more, and free the memory."""
        self._planning.stop()
        self._full.forget_all()

    def _want(self) -> None:
        wanted = self._wanted()
        if wanted:
            canvas = self._canvas
            side = round(max(canvas.width(), canvas.height(), _LEAST) * canvas.devicePixelRatioF())
            self._full.want(list(dict.fromkeys(wanted)), side)

    def _is_shown(self, image_id: int) -> bool:
        return image_id in self._wanted()[:1]

    def _on_arrived(self, image_id: int) -> None:
        image = self._full.find(image_id)
        if image is not None and self._is_shown(image_id):
            self.arrived.emit(image)

    def _on_refused(self, image_id: int, error: BaseException) -> None:
        if self._is_shown(image_id):
            self.refused.emit(error)
