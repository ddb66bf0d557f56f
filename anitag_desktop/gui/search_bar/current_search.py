"""The search whose answer the gallery shows: asked in the background, kept up to date."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.gui.search_bar.sort_button import MOST_ALIKE
from anitag_desktop.gui.tasks import IsGivenUp, Priority
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.searching import SearchResult

_REST = 600
"""Milliseconds between two refreshes at least; slow searches rest five times what they took."""

_LONGEST_REST = 5000

_OWN_ORDER = re.compile(r"(?:^|[\s(])order:([^\s)]*)", re.IGNORECASE)
_ALIKE = re.compile(r"(?:^|[\s(])similar:", re.IGNORECASE)
_SHUFFLED = re.compile(r"(?:^|[\s(])order:random(?!:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Found:
    """An answer: ``kept`` are the positions of the pictures that were to stay selected.

    ``is_same`` says that the pictures and their order are those of the answer before.
    """

    text: str
    ids: Sequence[int]
    result: SearchResult
    kept: Sequence[int]
    seconds: float
    is_refresh: bool
    is_same: bool


class CurrentSearch(QObject):
    """Asks for one search at a time; a newer one makes the one under way give up.

    ``found`` carries a ``Found``, ``failed`` the error of a broken search.
    """

    found = Signal(object)
    failed = Signal(object)

    def __init__(
        self, workspace: Workspace, selected: Callable[[], Sequence[int]], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._selected = selected
        self._text = ""
        self._order = workspace.memory.order
        self._held: frozenset[int] = frozenset()
        self._seed = 0
        self._shown: Sequence[int] = ()
        self._refreshing = QTimer(self, singleShot=True, interval=_REST)
        self._refreshing.timeout.connect(self._refresh)
        workspace.signals.changed.connect(self._take_change)

    @property
    def text(self) -> str:
        """The text of the search shown or asked for."""
        return self._text

    @property
    def own_order(self) -> str | None:
        """The order that the text itself asks for, ``MOST_ALIKE`` too; None if none."""
        if _ALIKE.search(self._text):
            return MOST_ALIKE
        asked = _OWN_ORDER.search(self._text)
        return asked[1].lower() if asked else None

    def ask(self, text: str) -> None:
        """Search for ``text``."""
        self._text = text
        self._held = frozenset()
        self._run(is_refresh=False)

    def use_order(self, order: str) -> None:
        """Order this and further searches; empty for the library's own order."""
        self._order = self._workspace.memory.order = order
        self._run(is_refresh=False)

    def hold(self, image_ids: Iterable[int]) -> None:
        """Let corrections of these pictures change nothing under the user's hands."""
        self._held |= frozenset(image_ids)

    def _run(self, *, is_refresh: bool) -> None:
        self._refreshing.stop()
        selected = tuple(self._selected()) if is_refresh else ()
        if not is_refresh:
            self._seed = random.randrange(2**31)
        self._workspace.tasks.ask(
            partial(self._search, self._text, self._order_asked(), selected, is_refresh),
            self._on_found,
            self.failed.emit,
            owner=self,
            topic="search",
            priority=Priority.URGENT,
        )

    def _order_asked(self) -> str | None:
        """Return what beats the text's order; a random one stays the same while it is shown."""
        if _SHUFFLED.search(self._text):
            return f"random:{self._seed}"
        if self.own_order is not None:
            return None
        return f"random:{self._seed}" if self._order == "random" else self._order or None

    def _search(
        self,
        text: str,
        order: str | None,
        selected: Sequence[int],
        is_refresh: bool,
        is_given_up: IsGivenUp,
    ) -> Found:
        searching = self._workspace.library.searching  # waits while the library is opened
        began = time.monotonic()
        result = searching.search(text, order=order, is_given_up=is_given_up)
        kept = _positions(result.ids, selected)
        is_same = is_refresh and result.ids == self._shown
        seconds = time.monotonic() - began
        return Found(text, result.ids, result, kept, seconds, is_refresh, is_same)

    def _on_found(self, found: Found) -> None:
        self._shown = found.ids
        rest = max(_REST, round(found.seconds * 5000))
        self._refreshing.setInterval(min(rest, _LONGEST_REST))
        self.found.emit(found)

    def _take_change(self, change: LibraryChange) -> None:
        touches_others = change.images - self._held
        if not (touches_others or change.all_images or change.files or change.folders):
            return
        if not self._refreshing.isActive():
            self._refreshing.start()

    def _refresh(self) -> None:
        self._run(is_refresh=True)


def _positions(ids: Sequence[int], selected: Sequence[int]) -> Sequence[int]:
    if not selected:
        return ()
    import numpy as np  # not before the first paint

    listed = ids.array() if hasattr(ids, "array") else np.asarray(ids)
    places: list[int] = np.flatnonzero(np.isin(listed, selected)).tolist()
    return places
