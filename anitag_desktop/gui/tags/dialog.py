"""The dialog of the tags: a list to search in, and at its right what can be done with one."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelectionModel, Qt, QTimer
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from anitag_desktop.domain.tag_change import ChangeKind, TagChange
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.dialog_bar import dialog_bar
from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.row_model import ROW
from anitag_desktop.gui.tags.change_form import ChangeForm
from anitag_desktop.gui.tags.tag_details import TagDetails
from anitag_desktop.gui.tags.tag_list import TagListModel, TagRowDelegate
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import category_name, counted
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.tasks import IsGivenUp
    from anitag_desktop.search.index import RelatedTag
    from anitag_desktop.services.administering import TagView
    from anitag_desktop.services.library import Library

_REST = 120
_CHANGED_REST = 400
_RELATED = 12


class TagsDialog(QDialog):
    """Lists tags and changes them; every change is one action that undo takes back."""

    def __init__(
        self, workspace: Workspace, corrections: Corrections, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._corrections = corrections
        self._every: Sequence[TagView] = ()
        self._chosen: str | None = None
        self._sought = ""
        self.setObjectName("tagsDialog")
        self.setWindowTitle(self.tr("Tags"))
        self.resize(*Size.TAGS)
        self.search = QLineEdit()
        self.categories = QButtonGroup(self)
        self.model = TagListModel()
        self.list = QListView()
        self.count = PlainLabel("", "secondary")
        self.details = TagDetails()
        self.form = ChangeForm(workspace)
        self.undo_button = QPushButton(self.tr("Undo"))
        self._arrange()
        self._filtering = QTimer(self, singleShot=True, interval=_REST)
        self._filtering.timeout.connect(self._filter)
        self._reading = QTimer(self, singleShot=True, interval=_CHANGED_REST)
        self._reading.timeout.connect(self.read)
        self._connect()
        self.read()

    def seek(self, name: str) -> None:
        """Show the tag of a name as soon as it is known."""
        self._sought = normalize_tag_name(name)
        self.search.setText(name)
        self._filter()

    def read(self) -> None:
        """Read all tags again."""
        self._workspace.tasks.ask(
            partial(_read_views, self._workspace.library),
            self._take_views,
            owner=self,
            topic="tags",
        )

    def _take_views(self, views: Sequence[TagView]) -> None:
        self._every = views
        self._filter()

    def _filter(self) -> None:
        """Show the tags that hold what was typed, in name or alias, and are of the category."""
        every, typed = self._every, normalize_tag_name(self.search.text())
        checked = self.categories.checkedButton()
        category = checked.property("category") if checked else ""
        self._workspace.tasks.run_in_background(
            lambda: _fitting(every, typed, category), self._show, owner=self, topic="filter"
        )

    def _show(self, views: Sequence[TagView]) -> None:
        self.model.show_rows(views)
        self.count.setText(counted(len(views), self.tr("{n} tag"), self.tr("{n} tags")))
        if self._sought:
            found = (view for view in views if self._sought in (view.tag.name, *view.aliases))
            self._chosen = next((view.tag.uid for view in found), self._chosen)
            self._sought = "" if self._every else self._sought
        place = self.model.place_of(self._chosen) if self._chosen else None
        if place is None and views:
            place = 0
        if place is None:
            self._show_chosen(None)
            return
        index = self.model.index(place)
        flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
        self.list.selectionModel().setCurrentIndex(index, flag)
        self._show_chosen(index.data(ROW))

    def _choose(self) -> None:
        view: TagView | None = self.list.currentIndex().data(ROW)
        if view is not None and view.tag.uid != self._chosen:
            self._show_chosen(view)

    def _show_chosen(self, view: TagView | None) -> None:
        self.details.setVisible(view is not None)
        if view is None:
            self.form.leave()
            return
        if view.tag.uid != self._chosen:
            self.form.leave()
        self._chosen = view.tag.uid
        self.details.show_view(view)
        related = partial(self._workspace.library.searching.related_to_tag, view.tag.name)
        self._workspace.tasks.ask(
            lambda is_given_up: related(_RELATED, is_given_up=is_given_up),
            self._show_related,
            owner=self,
            topic="related",
        )

    def _show_related(self, related: Sequence[RelatedTag]) -> None:
        self.details.show_related(related)

    def _ask(self, kind: ChangeKind) -> None:
        view: TagView | None = self.list.currentIndex().data(ROW)
        if view is not None:
            self.form.open(kind, view.tag)

    def _show_form(self, is_open: bool) -> None:
        self.details.show_brief(is_open)
        if not is_open:
            self.list.setFocus()

    def _apply(self, change: TagChange) -> None:
        self._corrections.perform(lambda library: library.administering.apply(change))

    def _take_change(self, change: LibraryChange) -> None:
        if change.tags or change.images or change.all_images:
            self._reading.start()

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda _text: self._filtering.start())
        self.categories.buttonClicked.connect(lambda _button: self._filter())
        self.list.selectionModel().currentChanged.connect(lambda _now, _before: self._choose())
        self.details.change_wanted.connect(self._ask)
        self.form.wanted.connect(self._apply)
        self.form.shown.connect(self._show_form)
        self.undo_button.clicked.connect(self._corrections.undo)
        self._corrections.done.connect(self.read)
        self._workspace.signals.changed.connect(self._take_change)

    def _arrange(self) -> None:
        upper = QHBoxLayout()
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(0)
        upper.addWidget(self._left(), 3)
        upper.addWidget(self._right(), 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(upper, 1)
        column.addWidget(self._bar())

    def _left(self) -> QWidget:
        self.search.setPlaceholderText(self.tr("Search tags and other names"))
        self.search.setAccessibleName(self.search.placeholderText())
        self.search.setClearButtonEnabled(True)
        self.list.setModel(self.model)
        self.list.setItemDelegate(TagRowDelegate())
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setUniformItemSizes(True)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(self.tr("Tags"))
        panel = QWidget()
        column = QVBoxLayout(panel)
        column.setContentsMargins(Space.OUTER, Space.OUTER, Space.SMALL, 0)
        column.setSpacing(Space.SMALL)
        column.addWidget(self.search)
        column.addLayout(self._choices())
        column.addWidget(self.list, 1)
        return panel

    def _choices(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(Space.TINY)
        shown = [one for one in TagCategory if one is not TagCategory.RATING]
        words = {"": self.tr("All")} | {one.value: category_name(one) for one in shown}
        for value, name in words.items():
            button = QPushButton(name)
            button.setProperty("kind", "choice")
            button.setProperty("category", value)
            button.setCheckable(True)
            button.setChecked(not value)
            button.setAutoDefault(False)
            self.categories.addButton(button)
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _right(self) -> QWidget:
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(Space.OUTER, Space.OUTER, Space.OUTER, Space.OUTER)
        column.setSpacing(Space.WIDE)
        column.addWidget(self.details)
        column.addWidget(self.form)
        column.addStretch(1)
        self.form.hide()
        self.details.hide()
        area = QScrollArea()
        area.setObjectName("tagsSide")
        body.setObjectName("tagsSideBody")
        area.setWidget(body)
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        return area

    def _bar(self) -> QWidget:
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.accept)
        for button in (self.undo_button, close):
            button.setAutoDefault(False)
        return dialog_bar(self.count, self.undo_button, close)


def _read_views(library: Library, is_given_up: IsGivenUp) -> list[TagView]:
    counts = library.searching.counts(is_given_up=is_given_up)
    return _in_use(library.administering.list_tags(counts=counts))


def _in_use(views: Sequence[TagView]) -> list[TagView]:
    """Leave out ratings, and what a model once suggested and no picture has."""
    implied = {name for view in views for name in view.implies}
    return [
        view
        for view in views
        if (
            view.tag.category is not TagCategory.RATING
            and (view.count or view.aliases or view.implies or view.is_silenced)
        )
        or view.tag.name in implied
    ]


def _fitting(views: Sequence[TagView], typed: str, category: str) -> list[TagView]:
    """Return the tags of a category that hold what was typed; whole names first."""
    found = [
        view
        for view in views
        if category in ("", view.tag.category.value)
        and (typed in view.tag.name or any(typed in name for name in view.aliases))
    ]
    if typed:
        found.sort(key=lambda view: typed not in (view.tag.name, *view.aliases))
    return found
