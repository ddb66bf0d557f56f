"""What is known of one tag, and what can be done with it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from anitag_desktop.domain.tag_change import ChangeKind
from anitag_desktop.gui.flow_layout import FlowLayout
from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.theme.theme import category_colour, theme
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.wording import category_name, percent, pictures, tag_text

if TYPE_CHECKING:
    from anitag_desktop.search.index import RelatedTag
    from anitag_desktop.services.administering import TagView

_MOST_NAMES = 40


class TagDetails(QWidget):
    """Shows a tag. ``change_wanted`` carries what the user wants to do with it."""

    change_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._view: TagView | None = None
        self.name = PlainLabel("", "hero", wraps=True)
        self.facts = PlainLabel("", "secondary", wraps=True)
        self.aliases = PlainLabel("", wraps=True)
        self.implies = PlainLabel("", wraps=True)
        self.related = PlainLabel("", wraps=True)
        self._heads = {
            self.aliases: PlainLabel(self.tr("Other names"), "head"),
            self.implies: PlainLabel(self.tr("Implies"), "head"),
            self.related: PlainLabel(self.tr("Goes with"), "head"),
        }
        self._actions = QWidget()
        self.buttons = {kind: self._button(kind) for kind in self._words()}
        self._arrange()
        theme.changed.connect(self._dress)

    def show_view(self, view: TagView) -> None:
        """Show a tag; what goes with it comes later."""
        self._view = view
        self.name.setText(tag_text(view.tag.name))
        parts = [category_name(view.tag.category), pictures(view.count)]
        if view.is_silenced:
            parts.append(self.tr("no model may give it"))
        self.facts.setText(" · ".join(parts))
        self._show_names(self.aliases, view.aliases)
        self._show_names(self.implies, view.implies)
        self._show_names(self.related, ())
        self.buttons[ChangeKind.SILENCE].setVisible(not view.is_silenced)
        self.buttons[ChangeKind.HEED].setVisible(view.is_silenced)
        self._dress()

    def show_related(self, related: Sequence[RelatedTag]) -> None:
        """Show the tags that go with it, with how alike they are."""
        words = self.tr("{tag}\u00a0{n}\u00a0%")
        names = [words.format(tag=one.tag.name, n=percent(one.cosine)) for one in related]
        self._show_names(self.related, names)

    def show_brief(self, is_brief: bool) -> None:
        """Leave room for a form: no buttons, and nothing but what the tag is."""
        self._actions.setVisible(not is_brief)
        for label, head in self._heads.items():
            for widget in (label, head):
                widget.setVisible(not is_brief and bool(label.text()))

    def _show_names(self, label: PlainLabel, names: Sequence[str]) -> None:
        shown = [tag_text(name) for name in names[:_MOST_NAMES]]
        more = len(names) - len(shown)
        if more:
            shown.append(self.tr("{n} more").format(n=more))
        label.setText(", ".join(shown))
        for widget in (label, self._heads[label]):
            widget.setVisible(bool(names) and not self._actions.isHidden())

    def _dress(self) -> None:
        if self._view is not None:
            tone = category_colour(self._view.tag.category).name()
            self.name.setStyleSheet(f"color: {tone}")

    def _words(self) -> dict[ChangeKind, str]:
        return {
            ChangeKind.RENAME: self.tr("Rename…"),
            ChangeKind.MERGE: self.tr("Merge…"),
            ChangeKind.ALIAS: self.tr("Add a name…"),
            ChangeKind.IMPLY: self.tr("Imply…"),
            ChangeKind.CATEGORY: self.tr("Category…"),
            ChangeKind.SILENCE: self.tr("Silence models…"),
            ChangeKind.HEED: self.tr("Heed models…"),
            ChangeKind.DELETE: self.tr("Delete…"),
        }

    def _button(self, kind: ChangeKind) -> QPushButton:
        button = QPushButton(self._words()[kind])
        button.setAutoDefault(False)
        button.clicked.connect(partial(self._want, kind))
        return button

    def _want(self, kind: ChangeKind, _checked: bool = False) -> None:
        self.change_wanted.emit(kind)

    def _arrange(self) -> None:
        flow = FlowLayout(self._actions)
        for button in self.buttons.values():
            flow.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TINY)
        column.addWidget(self.name)
        column.addWidget(self.facts)
        for label, head in self._heads.items():
            head.setContentsMargins(0, Space.SMALL, 0, 0)
            column.addWidget(head)
            column.addWidget(label)
        column.addSpacing(Space.CELL)
        column.addWidget(self._actions)
