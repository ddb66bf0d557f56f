"""The pictures of the pairs and what is known of them, read ahead of the user."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage, QImageReader

from anitag_desktop.gui.duplicates.comparing import Compared
from anitag_desktop.gui.tasks import Priority, Task
from anitag_desktop.gui.viewer.decoding import FullPictures
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.domain.details import ImageDetails
    from anitag_desktop.services.duplicating import DuplicatePair
    from anitag_desktop.services.library import Library

AHEAD = 2
"""So many pairs are read before they are wanted."""

_PICTURES_KEPT = 2 * (AHEAD + 2)
_PAIRS_KEPT = 32

Pair = tuple[int, int]


class PairPictures(QObject):
    """``arrived`` names a picture that can be drawn, ``refused`` one that cannot, with the error.

    ``compared`` says that more is known of a pair (best, other).
    """

    arrived = Signal(int)
    refused = Signal(int, object)
    compared = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._full = FullPictures(workspace, self, _PICTURES_KEPT)
        self._full.arrived.connect(self.arrived)
        self._full.refused.connect(self.refused)
        self._known: OrderedDict[Pair, Compared] = OrderedDict()
        self._thumbnails: dict[int, QImage] = {}
        self._asked: set[Pair] = set()
        self._weighing: dict[Pair, Task] = {}

    def want(self, pairs: Sequence[DuplicatePair], side: int) -> None:
        """Read these pairs, the first one first, at most ``side`` pixels wide and high."""
        self._full.want([one for pair in pairs for one in (pair.best, pair.other)], side)
        wanted = [(pair.best, pair.other) for pair in pairs]
        for pair in [pair for pair in self._weighing if pair not in wanted]:
            self._weighing.pop(pair).cancel()  # it would hold up what is looked at
        for pair in wanted:
            self._compare(pair)

    def image(self, image_id: int, *, is_mirrored: bool = False) -> QImage | None:
        """Return a picture if it was decoded, else its thumbnail if that is there."""
        found = self._full.find(image_id) or self._thumbnails.get(image_id)
        if found is None or found.isNull():
            return None
        return found.flipped(Qt.Orientation.Horizontal) if is_mirrored else found

    def find(self, pair: DuplicatePair) -> Compared | None:
        """Return what is known of a pair; None until it was read."""
        return self._known.get((pair.best, pair.other))

    def forget(self, image_ids: frozenset[int] | None = None) -> None:
        """Read again what is known of these pictures (None: of all) when it is wanted."""
        for pair in list(self._known):
            if image_ids is None or image_ids & frozenset(pair):
                del self._known[pair]

    def forget_pixels(self) -> None:
        """Free the memory."""
        self._full.forget_all()
        self._thumbnails.clear()

    def _compare(self, pair: Pair) -> None:
        if pair in self._known:
            self._weigh(pair)
            return
        if pair in self._asked:
            return
        self._asked.add(pair)
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            partial(_details, library, pair),
            partial(self._take, pair),
            partial(self._fail, pair),
            owner=self,
        )

    def _take(self, pair: Pair, read: tuple[list[ImageDetails], list[QImage]]) -> None:
        self._asked.discard(pair)
        details, thumbnails = read
        if len(details) < len(pair):
            return  # one was taken out of the library; the queue will say so
        self._thumbnails = dict(zip(pair, thumbnails, strict=True)) | {
            one: image for one, image in self._thumbnails.items() if one not in pair
        }
        while len(self._thumbnails) > _PICTURES_KEPT:
            self._thumbnails.popitem()
        self._keep(pair, Compared((details[0], details[1])))
        self._weigh(pair)

    def _weigh(self, pair: Pair) -> None:
        if pair in self._weighing or self._known[pair].detail is not None:
            return
        library = self._workspace.library
        self._weighing[pair] = self._workspace.tasks.run_in_background(
            lambda: library.weighing.detail(*pair),
            partial(self._take_detail, pair),
            _say_nothing,  # that the picture cannot be seen is said where it would be drawn
            owner=self,
            priority=Priority.DECODE,
        )

    def _take_detail(self, pair: Pair, detail: float) -> None:
        self._weighing.pop(pair, None)
        known = self._known.get(pair)
        if known is not None:
            self._keep(pair, replace(known, detail=detail))

    def _keep(self, pair: Pair, compared: Compared) -> None:
        self._known[pair] = compared
        self._known.move_to_end(pair)
        while len(self._known) > _PAIRS_KEPT:
            self._known.popitem(last=False)
        self.compared.emit(pair)

    def _fail(self, pair: Pair, error: BaseException) -> None:
        self._asked.discard(pair)
        self._workspace.tasks.failed.emit(error)


def _details(library: Library, pair: Pair) -> tuple[list[ImageDetails], list[QImage]]:
    paths = [row.thumbnail for row in library.showing.rows(pair)]
    images = [QImageReader(str(path)).read() if path else QImage() for path in paths]
    return library.showing.details(pair), images


def _say_nothing(_error: BaseException) -> None:
    """The other side of a pair of callbacks that needs none."""
