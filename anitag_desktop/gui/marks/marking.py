"""Marks what the user looks at: the picture in the viewer, else the selection of the gallery."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from anitag_desktop.domain.image import MOST_STARS
from anitag_desktop.gui.actions import ActionSpec
from anitag_desktop.gui.menus import Choice

if TYPE_CHECKING:
    from anitag_desktop.gui.corrections import Corrections
    from anitag_desktop.gui.gallery.view import GalleryView
    from anitag_desktop.gui.inspector.panel import Inspector
    from anitag_desktop.gui.viewer.viewer import Viewer


class Marking(QObject):
    """The keys, the menu and the rows of hearts and stars that mark pictures as a whole."""

    def __init__(
        self, corrections: Corrections, gallery: GalleryView, viewer: Viewer, inspector: Inspector
    ) -> None:
        super().__init__(gallery)
        self._corrections = corrections
        self._gallery = gallery
        self._viewer = viewer
        for row in (viewer.marks, inspector.marks):
            row.favoured.connect(self.toggle_favourite)
            row.starred.connect(self.give_stars)

    def specs(self) -> list[ActionSpec]:
        """Return the actions; the stars have only keys."""
        words = self.tr("Favourite")
        keys = [
            ActionSpec("", (str(count),), partial(self.give_stars, count or None))
            for count in range(MOST_STARS + 1)
        ]
        return [
            ActionSpec(words, ("F",), self.toggle_favourite, "heart", True),
            ActionSpec(self.tr("Fully reviewed"), ("R",), self.review_fully, "check"),
            *keys,
        ]

    def choices(self, *, is_favourite: bool) -> list[Choice]:
        """Return what a picture's menu offers."""
        heart = self.tr("No longer favourite") if is_favourite else self.tr("Make favourite")
        stars: list[Choice] = [
            (self._words_of(count), partial(self.give_stars, count))
            for count in range(MOST_STARS, 0, -1)
        ]
        stars.append((self.tr("None"), partial(self.give_stars, None)))
        return [
            (heart, self.toggle_favourite),
            (self.tr("Stars"), stars),
            (self.tr("Fully reviewed"), self.review_fully),
        ]

    def toggle_favourite(self) -> None:
        """Make favourites; what all are already, they are no longer."""
        target = self._target()
        if target is not None:
            self._corrections.perform(
                lambda library: library.marking.toggle_favourite(target()), holds=True
            )

    def review_fully(self) -> None:
        """Say that all tags were looked at: what is there is right, and nothing else is."""
        target = self._target()
        if target is not None:
            self._corrections.complete(target)

    def give_stars(self, count: int | None) -> None:
        """Give stars, or None."""
        target = self._target()
        if target is not None:
            self._corrections.perform(
                lambda library: library.marking.give_stars(target(), count), holds=True
            )

    def _words_of(self, count: int) -> str:
        return self.tr("1 star") if count == 1 else self.tr("{n} stars").format(n=count)

    def _target(self) -> Callable[[], Sequence[int]] | None:
        if self._viewer.isVisible():
            image_id = self._viewer.image_id
            return lambda: [image_id]
        if not len(self._gallery.selection.chosen):
            return None
        return self._gallery.selection_later()
