"""Pictures in full size, decoded by the viewer process, the neighbours ahead of time."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from anitag_desktop.gui.raw_picture import to_image
from anitag_desktop.gui.tasks import Priority, Task
from anitag_desktop.gui.workspace import Workspace

_KEPT = 5


class FullPictures(QObject):
    """Decoded pictures by id, a few at a time.

    ``arrived`` names one that can be drawn, ``refused`` one that cannot, with the error.
    """

    arrived = Signal(int)
    refused = Signal(int, object)

    def __init__(self, workspace: Workspace, parent: QObject, kept: int = _KEPT) -> None:
        super().__init__(parent)
        self._kept = kept
        self._workspace = workspace
        self._images: OrderedDict[int, tuple[int, QImage]] = OrderedDict()
        self._asked: dict[int, tuple[int, Task]] = {}

    def find(self, image_id: int) -> QImage | None:
        """Return the picture if it is decoded."""
        found = self._images.get(image_id)
        return found[1] if found else None

    def want(self, image_ids: Sequence[int], side: int) -> None:
        """Decode these with at most ``side`` pixels a side, in this order, and no others."""
        for image_id in [one for one in self._asked if one not in image_ids]:
            self._asked.pop(image_id)[1].cancel()
        for image_id in image_ids:
            known = self._images.get(image_id)
            asked = self._asked.get(image_id)
            if (known and known[0] >= side) or (asked and asked[0] >= side):
                continue
            self._asked[image_id] = (side, self._decode(image_id, side))

    def forget_all(self) -> None:
        """Free the memory."""
        self._images.clear()

    def _decode(self, image_id: int, side: int) -> Task:
        library = self._workspace.library
        return self._workspace.tasks.run_in_background(
            lambda: to_image(library.thumbnailing.preview(image_id, side)),
            partial(self._keep, image_id, side),
            partial(self._refuse, image_id),
            owner=self,
            priority=Priority.DECODE,
        )

    def _keep(self, image_id: int, side: int, image: QImage) -> None:
        asked = self._asked.get(image_id)
        if asked and asked[0] == side:
            del self._asked[image_id]
        self._images[image_id] = (side, image)
        self._images.move_to_end(image_id)
        while len(self._images) > self._kept:
            self._images.popitem(last=False)
        self.arrived.emit(image_id)

    def _refuse(self, image_id: int, error: BaseException) -> None:
        self._asked.pop(image_id, None)
        self.refused.emit(image_id, error)
