"""The list of tags that have a threshold of their own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from anitag_desktop.domain.tag import normalize_tag_name
from anitag_desktop.gui.plain_text import ElidedLabel
from anitag_desktop.gui.settings.threshold_field import ThresholdField
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import tag_text

_USUAL = 0.5


class _NameField(QLineEdit):
    """Keeps Return for itself: it adds the tag and does not save the dialog."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pass on nothing of Return."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


class TagThresholds(QWidget):
    """A row for each tag, and one to add another."""

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, ThresholdField] = {}
        self._rows: dict[str, QWidget] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(Space.TINY)
        self.name = _NameField()
        self.name.setPlaceholderText(self.tr("Tag"))
        self.name.setAccessibleName(self.tr("Tag"))
        self.name.returnPressed.connect(self.add)
        self.button = QPushButton(self.tr("Add"))
        self.button.clicked.connect(self.add)
        row = QHBoxLayout()
        row.setSpacing(Space.CELL)
        row.addWidget(self.name, 1)
        row.addWidget(self.button)
        self._column.addLayout(row)

    @property
    def thresholds(self) -> dict[str, float]:
        """The thresholds by tag name."""
        found = {name: field.threshold for name, field in self._fields.items()}
        return {name: threshold for name, threshold in found.items() if threshold is not None}

    def show_thresholds(self, thresholds: Mapping[str, float]) -> None:
        """Show these and no others."""
        for name in tuple(self._fields):
            self.remove(name)
        for name, threshold in sorted(thresholds.items()):
            self._add_row(name, threshold)

    def add(self) -> None:
        """Add the tag that was typed, at a usual threshold."""
        name = normalize_tag_name(self.name.text())
        if not name:
            return
        self.name.clear()
        if name not in self._fields:
            self._add_row(name, _USUAL)
        self._fields[name].setFocus()
        self._fields[name].selectAll()

    def remove(self, name: str) -> None:
        """Leave a tag to its category again."""
        self._fields.pop(name)
        row = self._rows.pop(name)
        row.hide()
        row.deleteLater()

    def _add_row(self, name: str, threshold: float) -> None:
        field = ThresholdField(self.tr("none"), _USUAL)
        field.show_threshold(threshold)
        field.setFixedWidth(Size.FIELD_SMALL)
        field.setAccessibleName(name)
        label = ElidedLabel()
        label.show_text(tag_text(name))
        remove = QToolButton()
        remove.setIcon(icons.icon("cross"))
        remove.setAccessibleName(self.tr("Remove"))
        remove.clicked.connect(partial(self.remove, name))
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(Space.SMALL)
        line.addWidget(label, 1)
        line.addWidget(field)
        line.addWidget(remove)
        self._column.insertWidget(self._column.count() - 1, row)
        self._fields[name] = field
        self._rows[name] = row
