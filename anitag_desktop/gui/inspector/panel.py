"""The inspector: what the selected pictures are, and what the user says about them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QVBoxLayout, QWidget

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.tag import Rating, Tag, TagCategory
from anitag_desktop.gui.corrections import Corrections, Said
from anitag_desktop.gui.inspector.chip_section import ChipSection
from anitag_desktop.gui.inspector.facts import Facts
from anitag_desktop.gui.inspector.preview import Preview
from anitag_desktop.gui.inspector.rating_row import RatingRow
from anitag_desktop.gui.inspector.tag_entry import read_entry
from anitag_desktop.gui.inspector.tag_field import TagField
from anitag_desktop.gui.inspector.tag_groups import (
    SHOWN_CATEGORIES,
    State,
    TagGroups,
    TagState,
    group_tags,
)
from anitag_desktop.gui.marks.row import MarkRow
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import category_name, number
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from anitag_desktop.domain.details import ImageDetails

MOST_DETAILS = 300
"""Of a larger selection, the tags of only so many pictures are shown; corrections touch all."""

_SUGGESTIONS = 12


class Inspector(QWidget):
    """Shows the selection it is given. ``tag_picked`` carries a tag and the modifier keys.

    ``menu_wanted`` carries a tag and where its menu should open.
    """

    tag_picked = Signal(object, object)
    menu_wanted = Signal(Tag, QPoint)
    opened = Signal()
    left = Signal()

    def __init__(self, workspace: Workspace, corrections: Corrections, window: QWidget) -> None:
        super().__init__()
        self._workspace = workspace
        self._corrections = corrections
        self._ids: tuple[int, ...] = ()
        self._selected: Callable[[], Sequence[int]] = tuple
        self._first: Sequence[int] = ()
        self._total = 0
        self._preview = Preview(workspace)
        self._facts = Facts()
        self.marks = MarkRow()
        self._rating = RatingRow()
        self._categories = {one: ChipSection(category_name(one)) for one in SHOWN_CATEGORIES}
        self._suggested = ChipSection(self.tr("Suggested"), _SUGGESTIONS)
        self._rejected = ChipSection(self.tr("Rejected"))
        self._show_rejected = QPushButton()
        self._field = TagField(workspace, window)
        self._reading = QTimer(self, singleShot=True, interval=30)
        self._reading.timeout.connect(self._read)
        self._arrange()
        self._connect()

    @property
    def field(self) -> TagField:
        """The field that adds tags."""
        return self._field

    @property
    def sections(self) -> tuple[ChipSection, ...]:
        """All sections of chips, from top to bottom."""
        return (*self._categories.values(), self._suggested, self._rejected)

    def show_selection(
        self, first: Sequence[int], selected: Callable[[], Sequence[int]], total: int
    ) -> None:
        """Show ``total`` pictures, of which ``first`` are the first ``MOST_DETAILS``.

        ``selected()`` gives all their ids; it is called on a task.
        """
        self._first = first
        self._selected = selected
        self._total = total
        self._reading.start()

    def add_tag(self) -> None:
        """Go to the field that adds tags."""
        if self._total:
            self._field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def first_suggestion(self) -> None:
        """Go to the first suggestion."""
        if self._suggested.chips:
            self._suggested.chips[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def read_again(self) -> None:
        """Show the same pictures as they are now."""
        self._reading.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the greater part of a low window to the tags."""
        super().resizeEvent(event)
        self._preview.setFixedHeight(
            min(max(self.height() // 4, Size.PREVIEW_LEAST), Size.PREVIEW_MOST)
        )

    def _arrange(self) -> None:
        body = QWidget()
        body.setObjectName("inspectorBody")
        self._body = QVBoxLayout(body)
        self._body.setContentsMargins(Space.OUTER, Space.OUTER, Space.OUTER, Space.SMALL)
        self._body.setSpacing(0)
        self._show_rejected.setProperty("kind", "quiet")
        shown = (self._preview, self._facts, self.marks, self._rating)
        for widget in (*shown, *self._categories.values(), self._suggested):
            self._body.addWidget(widget)
        self._body.insertSpacing(1, Space.CELL)
        self._body.insertSpacing(self._body.indexOf(self._rating), Space.SMALL)
        self._body.addWidget(self._show_rejected, 0, Qt.AlignmentFlag.AlignLeft)
        self._body.addWidget(self._rejected)
        self._body.addStretch(1)
        scroll = QScrollArea()
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, Space.OUTER)
        column.setSpacing(Space.SMALL)
        column.addWidget(scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(Space.OUTER, 0, Space.OUTER, 0)
        foot.addWidget(self._field)
        column.addLayout(foot)

    def _connect(self) -> None:
        for section in self.sections:
            section.picked.connect(self._pick)
            section.accepted.connect(self._accept)
            section.rejected.connect(self._reject)
            section.menu_wanted.connect(self._want_menu)
        self._show_rejected.clicked.connect(self._toggle_rejected)
        self._rating.chosen.connect(self._rate)
        self._field.entered.connect(self._add)
        self._field.left.connect(self.left)
        self._preview.opened.connect(self.opened)
        self._corrections.done.connect(self.read_again)
        self._workspace.signals.changed.connect(self._take_change)

    # Showing ------------------------------------------------------------------------------------

    def _read(self) -> None:
        if not self._total:
            self._ids = ()
            return
        self._ids = tuple(self._first)
        self._preview.show_ids(self._ids)
        ids, library = list(self._ids), self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: _details_and_groups(library.showing.details(ids)),
            partial(self._show, self._total),
            owner=self,
            topic="details",
            priority=Priority.URGENT,
        )

    def _show(self, total: int, answer: tuple[Sequence[ImageDetails], TagGroups]) -> None:
        details, groups = answer
        if not self._total:
            return
        self.setUpdatesEnabled(False)
        self._facts.show_details(details, total)
        self._preview.show_regions(details[0].regions if len(details) == 1 else ())
        self.marks.show_marks(*_marks_of(details))
        told = details[0].opinions if len(details) == 1 else {}
        self._rating.show_ratings(groups.ratings, len(details), told)
        for category, states in groups.by_category.items():
            self._categories[category].show_states(states)
        self._suggested.show_states(groups.suggested)
        self._rejected.show_states(groups.rejected)
        self._offer_rejected(len(groups.rejected))
        self._field.know(_held_by_all(groups))
        self.setUpdatesEnabled(True)

    def _offer_rejected(self, count: int) -> None:
        self._rejected.setVisible(bool(count) and self._shows_rejected)
        words = self.tr("Hide rejected") if self._shows_rejected else self.tr("{n} rejected…")
        self._show_rejected.setText(words.format(n=number(count)))
        self._show_rejected.setVisible(bool(count))

    @property
    def _shows_rejected(self) -> bool:
        return self._workspace.memory.flag("rejected", False)

    def _toggle_rejected(self) -> None:
        self._workspace.memory.keep_flag("rejected", not self._shows_rejected)
        self._offer_rejected(len(self._rejected.chips))

    def _take_change(self, change: LibraryChange) -> None:
        touches_all = change.all_images or change.tags or change.files
        if self._ids and (touches_all or not change.images.isdisjoint(self._ids)):
            self._reading.start()

    # Correcting ---------------------------------------------------------------------------------

    def _say(self, **said: tuple[str, ...]) -> None:
        if self._total:
            self._corrections.say(Said(self._selected, **said))

    def _pick(self, state: TagState, modifiers: Qt.KeyboardModifier) -> None:
        self.tag_picked.emit(state.tag, modifiers)

    def _want_menu(self, state: TagState, point: QPoint) -> None:
        self.menu_wanted.emit(state.tag, point)

    def _accept(self, state: TagState) -> None:
        if state.state is State.REJECTED:
            self._say(clear=(state.tag.name,))
        elif state.state is State.SAID:
            self._say(add=(state.tag.name,))
        else:
            self._say(confirm=(state.tag.name,))

    def _reject(self, state: TagState) -> None:
        if state.state is not State.REJECTED:
            self._say(reject=(state.tag.name,))

    def _rate(self, rating: Rating) -> None:
        self._say(add=(rating.tag_name,))

    def _add(self, text: str) -> None:
        entry = read_entry(text)
        if entry.add or entry.reject:
            self._say(add=entry.add, reject=entry.reject)


def _details_and_groups(
    details: Sequence[ImageDetails],
) -> tuple[Sequence[ImageDetails], TagGroups]:
    return details, group_tags(details)


def _marks_of(details: Sequence[ImageDetails]) -> tuple[int, int, int | None]:
    """Return how many of how many are favourites, and the stars that all have."""
    given = {one.stars for one in details}
    favourites = sum(one.is_favourite for one in details)
    return favourites, len(details), given.pop() if len(given) == 1 else None


def _held_by_all(groups: TagGroups) -> frozenset[str]:
    return frozenset(
        state.tag.name
        for category in TagCategory
        for state in groups.by_category.get(category, ())
        if not state.is_partial
    )
