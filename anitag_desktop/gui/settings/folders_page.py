"""Settings of folders: which are watched, what in them is left out, when they are looked at."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
)

from anitag_desktop.gui.plain_text import one_line, plain_tooltip
from anitag_desktop.gui.settings.number_field import NumberField
from anitag_desktop.gui.settings.page import SettingsPage
from anitag_desktop.gui.settings.tick_box import TickBox
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import pictures
from anitag_desktop.settings import DEFAULT_EXCLUDES, SCAN_INTERVALS, Settings

if TYPE_CHECKING:
    from anitag_desktop.services.indexing import FolderView

_VIEW = Qt.ItemDataRole.UserRole


class FoldersPage(SettingsPage):
    """Shows ``excludes``, ``follow_links`` and ``scan_interval``, and the watched folders.

    ``add_wanted`` asks for another folder, ``remove_wanted`` carries the ``FolderView`` that is
    to be watched no more.
    """

    add_wanted = Signal()
    remove_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._interval = Settings().scan_interval
        self.folders = _folder_list()
        self.folders.setAccessibleName(self.tr("Watched folders"))
        self.add = QPushButton(self.tr("Add a folder…"))
        self.stop = QPushButton(self.tr("Stop watching"))
        self.usual = QPushButton(self.tr("Back to the usual patterns"))
        self.excludes = QPlainTextEdit()
        self.excludes.setObjectName("patterns")
        self.excludes.setFixedHeight(Size.PATTERNS)
        self.excludes.setTabChangesFocus(True)
        self.excludes.setAccessibleName(self.tr("What is left out"))
        self.links = TickBox(self.tr("Follow links to folders"))
        self.minutes = NumberField(*(seconds // 60 for seconds in SCAN_INTERVALS))
        self.minutes.setSuffix(self.tr(" minutes"))
        self._add_folders()
        self._add_excludes()
        self._add_looking()
        self.column.addStretch(1)

    def show_settings(self, settings: Settings) -> None:
        """Show what is set."""
        self.excludes.setPlainText("\n".join(settings.excludes))
        self.links.setChecked(settings.follow_links)
        self._interval = settings.scan_interval
        self.minutes.setValue(round(self._interval / 60))

    def show_folders(self, views: Sequence[FolderView]) -> None:
        """Show which folders are watched."""
        self.folders.clear()
        for view in views:
            facts = self.tr("away") if view.status == "away" else pictures(view.images)
            item = QListWidgetItem(one_line(f"{view.path}   ·   {facts}"))
            item.setToolTip(plain_tooltip(view.path))
            item.setData(_VIEW, view)
            self.folders.addItem(item)
        self._follow_choice()

    def values(self) -> dict[str, Any]:
        """Return what stands here."""
        minutes = self.minutes.value()
        was_touched = minutes != round(self._interval / 60)
        lines = (line.strip() for line in self.excludes.toPlainText().splitlines())
        return {
            "excludes": tuple(line for line in lines if line),
            "follow_links": self.links.isChecked(),
            "scan_interval": minutes * 60.0 if was_touched else self._interval,
        }

    def _add_folders(self) -> None:
        self.add_head(self.tr("Watched folders"))
        self.column.addWidget(self.folders)
        self.add.clicked.connect(self.add_wanted)
        self.stop.clicked.connect(self._remove)
        self.folders.currentRowChanged.connect(self._follow_choice)
        row = QHBoxLayout()
        row.setSpacing(Space.SMALL)
        row.addWidget(self.add)
        row.addWidget(self.stop)
        row.addStretch(1)
        self.column.addLayout(row)

    def _add_excludes(self) -> None:
        self.add_head(self.tr("Left out"))
        self.column.addWidget(self.excludes)
        self.add_help(
            self.tr(
                "One pattern a line: raw/ is every folder of that name, *_old.* every such file, "
                "a whole path one folder. What is left out is not shown; its tags are kept."
            )
        )
        self.usual.setProperty("kind", "quiet")
        self.usual.clicked.connect(self._show_usual)
        self.column.addWidget(self.usual, 0, Qt.AlignmentFlag.AlignLeft)

    def _add_looking(self) -> None:
        self.add_head(self.tr("Looking through folders"))
        self.column.addWidget(self.links)
        self.add_row(self.tr("Look at everything again every"), self.minutes)
        self.add_help(self.tr("Most changes are seen at once; this finds what nobody told of."))

    def _show_usual(self) -> None:
        self.excludes.setPlainText("\n".join(DEFAULT_EXCLUDES))

    def _follow_choice(self) -> None:
        self.stop.setEnabled(self.folders.currentItem() is not None)

    def _remove(self) -> None:
        item = self.folders.currentItem()
        if item is not None:
            self.remove_wanted.emit(item.data(_VIEW))


def _folder_list() -> QListWidget:
    made = QListWidget()
    made.setObjectName("folderList")
    made.setFixedHeight(Size.ROW * 3 + Space.OUTER)
    made.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    made.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    return made
