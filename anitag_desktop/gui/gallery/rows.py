"""What the gallery knows of single pictures: fetched when they come into sight."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.showing import ImageRow

CACHE_ROWS = 20_000


class Rows(QObject):
    """Rows by image id. ``arrived`` says that rows which were wanted are known now."""

    arrived = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._rows: OrderedDict[int, ImageRow | None] = OrderedDict()
        self._stale: set[int] = set()
        self._requested: set[int] = set()
        self._is_asking = False
        self._wanted: list[int] = []

    def find(self, image_id: int) -> ImageRow | None:
        """Return the row if it is known."""
        return self._rows.get(image_id)

    def want(self, image_ids: Sequence[int]) -> None:
        """Fetch the rows that are not known; one question at a time, always the newest wish."""
        self._wanted = [one for one in image_ids if one not in self._rows or one in self._stale]
        self._ask()

    def want_thumbnails(self, image_ids: Iterable[int]) -> None:
        """Have thumbnails made that do not exist; a change tells when they do."""
        missing = [image_id for image_id in image_ids if image_id not in self._requested]
        if missing:
            self._requested.update(missing)
            library = self._workspace.library
            self._workspace.tasks.run_in_background(
                lambda: library.thumbnailing.request(missing), self._on_requested, owner=self
            )

    def renew_thumbnail(self, image_id: int) -> None:
        """Have a thumbnail made anew whose file is damaged; a change tells when it is there."""
        row = self._rows.get(image_id)
        if row is not None:
            renew = partial(self._workspace.library.thumbnailing.renew, image_id, row.sha256)
            self._workspace.tasks.run_in_background(renew, self._on_requested, owner=self)

    def forget(self, image_ids: Iterable[int]) -> None:
        """Fetch these again when they are wanted next; until then the old ones stand."""
        for image_id in image_ids:
            if image_id in self._rows:
                self._stale.add(image_id)
            self._requested.discard(image_id)

    def forget_all(self) -> None:
        """Fetch everything again when it is wanted next; until then the old ones stand."""
        self._stale.update(self._rows)
        self._requested.clear()

    def _ask(self) -> None:
        if self._is_asking or not self._wanted:
            return
        self._is_asking = True
        asked, self._wanted = self._wanted, []
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: library.showing.rows(asked),
            partial(self._keep, asked),
            self._give_up,
            owner=self,
            priority=Priority.URGENT,
        )

    def _keep(self, asked: Sequence[int], rows: Sequence[ImageRow]) -> None:
        self._is_asking = False
        # What was asked for and is gone is remembered as None, or it would be asked for ever.
        self._rows.update(dict.fromkeys(asked))
        self._stale.difference_update(asked)
        self._rows.update((row.image_id, row) for row in rows)
        while len(self._rows) > CACHE_ROWS:
            self._stale.discard(self._rows.popitem(last=False)[0])
        self.arrived.emit()
        self._ask()

    def _give_up(self, error: BaseException) -> None:
        self._is_asking = False
        self._workspace.tasks.failed.emit(error)

    def _on_requested(self, _answer: object) -> None:
        """Nothing to do: the change that follows brings the thumbnails."""
