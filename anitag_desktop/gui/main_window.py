"""The main window: puts the parts side by side and connects them, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QResizeEvent
from PySide6.QtWidgets import QFileDialog, QMainWindow, QMenu, QSplitter, QVBoxLayout, QWidget

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Tag
from anitag_desktop.gui.actions import ActionSpec, WindowActions, scheme_menu
from anitag_desktop.gui.browser.browser import Browser
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.folders import Folders
from anitag_desktop.gui.inspector.panel import Inspector
from anitag_desktop.gui.job_strip.strip import JobStrip
from anitag_desktop.gui.library_panel.folder_tree import Folder
from anitag_desktop.gui.library_panel.panel import LibraryPanel
from anitag_desktop.gui.plain_text import action_text
from anitag_desktop.gui.search_bar.composing import search_for, with_term, without_term
from anitag_desktop.gui.theme.theme import Scheme, theme
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.toast.toast import Toast
from anitag_desktop.gui.viewer.viewer import Viewer
from anitag_desktop.gui.wording import error_text, number
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.services.showing import LibraryCounts

_CTRL = Qt.KeyboardModifier.ControlModifier
_SHIFT = Qt.KeyboardModifier.ShiftModifier


class MainWindow(QMainWindow):
    """One window on one library.

    ``raise_wanted`` may be emitted from any thread: the window comes to the front.
    ``crashed`` carries exceptions that nobody expected.
    """

    raise_wanted = Signal()
    crashed = Signal(object)

    def __init__(self, workspace: Workspace, query: str = "") -> None:
        super().__init__()
        self.setWindowTitle("anitag")
        self.setAcceptDrops(True)
        self.setMinimumSize(*Size.WINDOW_LEAST)
        self._workspace = workspace
        self._query = query
        self._total: int | None = None
        self.corrections = Corrections(workspace, self)
        self.folders = Folders(workspace, self)
        self.library_panel = LibraryPanel(workspace)
        self.browser = Browser(workspace, self)
        self.inspector = Inspector(workspace, self.corrections, self)
        self.strip = JobStrip(workspace)
        self.viewer = Viewer(workspace, self)
        self.toast = Toast(self)
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._arrange()
        self._actions = WindowActions(self, self._action_specs())
        self._actions.menu.addMenu(scheme_menu(self, workspace.memory.scheme, self._choose_scheme))
        self.browser.set_menu(self._actions.menu)
        self._connect()
        self._restore()
        # Nothing is asked of the library before the empty window stands.
        QTimer.singleShot(0, self._begin)

    def raise_window(self) -> None:
        """Come to the front."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def add_folders(self, paths: Sequence[Path]) -> None:
        """Watch these folders."""
        self.folders.add(paths)

    # Building -----------------------------------------------------------------------------------

    def _arrange(self) -> None:
        self._splitter.setHandleWidth(1)
        for part in (self.library_panel, self.browser, self.inspector):
            self._splitter.addWidget(part)
        for place, stretch in enumerate((0, 1, 0)):
            self._splitter.setStretchFactor(place, stretch)
            self._splitter.setCollapsible(place, False)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.strip)
        self.setCentralWidget(body)

    def _action_specs(self) -> list[ActionSpec]:
        gallery = self.browser.gallery
        return [
            ActionSpec(self.tr("Add a folder…"), ("Ctrl+O",), self._ask_folder, "folder-plus"),
            ActionSpec(self.tr("Look through folders now"), ("F5",), self.folders.rescan, "rescan"),
            ActionSpec(self.tr("Undo"), ("Ctrl+Z",), self.corrections.undo, "undo", True),
            ActionSpec(self.tr("Redo"), ("Ctrl+Shift+Z", "Ctrl+Y"), self.corrections.redo, "redo"),
            ActionSpec(self.tr("Select all"), ("Ctrl+A",), gallery.select_all, "", True),
            ActionSpec(self.tr("Invert selection"), ("Ctrl+Shift+I",), gallery.invert_selection),
            ActionSpec(self.tr("Add a tag"), ("T", "Ctrl+T"), self._add_tag, "plus"),
            ActionSpec(self.tr("Larger pictures"), ("Ctrl++", "Ctrl+="), self._larger, "", True),
            ActionSpec(self.tr("Smaller pictures"), ("Ctrl+-",), self._smaller),
            ActionSpec(self.tr("Left panel"), ("Ctrl+B",), self._toggle_left, "", True),
            ActionSpec(self.tr("Inspector"), ("I", "Ctrl+I"), self._toggle_right),
            ActionSpec(self.tr("Full screen"), ("F11",), self._toggle_full_screen),
            ActionSpec("", ("Ctrl+F", "/", "Q"), self._search),
            ActionSpec("", ("Ctrl+S",), self._search),
            ActionSpec("", ("S",), self.inspector.first_suggestion),
            ActionSpec("", ("F10",), self._open_menu),
            ActionSpec("", ("Ctrl+Q",), self.close),
        ]

    def _connect(self) -> None:
        browser, gallery = self.browser, self.browser.gallery
        self.library_panel.query_chosen.connect(self._look_for)
        self.library_panel.page_chosen.connect(browser.open_page)
        self.library_panel.folder_menu_wanted.connect(self._show_folder_menu)
        self.library_panel.counted.connect(self._on_counted)
        browser.shown.connect(self._on_shown)
        browser.failed.connect(self.report)
        browser.welcome.add_wanted.connect(self._ask_folder)
        gallery.selection_changed.connect(self._on_selection)
        gallery.opened.connect(self._open_viewer)
        self.inspector.tag_picked.connect(self._on_tag_picked)
        self.inspector.menu_wanted.connect(self._show_tag_menu)
        self.inspector.left.connect(gallery.setFocus)
        self.inspector.opened.connect(self._open_current)
        self.viewer.moved.connect(gallery.select_only)
        self.viewer.closed.connect(gallery.setFocus)
        self.corrections.began.connect(browser.search.hold)
        self.corrections.announced.connect(self._announce)
        self.corrections.failed.connect(self.report)
        self.folders.scanning.connect(self.strip.show_scan)
        self.folders.announced.connect(self.toast.say)
        self.folders.failed.connect(self.report)
        self.folders.listed.connect(self._on_folders)
        self.toast.acted.connect(self.corrections.redo)
        self.raise_wanted.connect(self.raise_window)
        self._workspace.tasks.failed.connect(self.report)
        self._workspace.signals.connected.connect(self.folders.read)

    def _restore(self) -> None:
        memory = self._workspace.memory
        if not self.restoreGeometry(memory.bytes_of("geometry")):
            self.resize(*Size.WINDOW)
        if not self._splitter.restoreState(memory.bytes_of("panels")):
            centre = Size.WINDOW[0] - Size.PANEL_LEFT - Size.PANEL_RIGHT
            self._splitter.setSizes([Size.PANEL_LEFT, centre, Size.PANEL_RIGHT])
        self._splitter.setHandleWidth(1)
        self.library_panel.setVisible(memory.flag("left", True))
        self.inspector.setVisible(memory.flag("right", True))

    def _begin(self) -> None:
        self._workspace.signals.connect_to(self._workspace.library, self._workspace.tasks)
        self.library_panel.read()
        self.browser.look_for(self._query)
        self.browser.gallery.setFocus()

    # Reacting -----------------------------------------------------------------------------------

    def report(self, error: BaseException) -> None:
        """Say what went wrong: in a sentence if it is one for people, else as a crash."""
        if isinstance(error, AnitagError):
            self.toast.say(error_text(error))
        else:
            self.crashed.emit(error)

    def _look_for(self, text: str) -> None:
        self._workspace.memory.keep_search(text)
        self.browser.look_for(text)

    def _on_shown(self, query: str, page: str) -> None:
        self.library_panel.mark(query, page)
        self._show_status()

    def _on_counted(self, counts: LibraryCounts) -> None:
        self._total = counts.all
        self._show_status()

    def _on_selection(self) -> None:
        gallery = self.browser.gallery
        self.inspector.show_selection(gallery.selected_ids, len(gallery.selection.chosen))
        self._show_status()

    def _show_status(self) -> None:
        gallery = self.browser.gallery
        parts = []
        if self._total is not None:
            parts.append(
                self.tr("{found} of {total}").format(
                    found=number(len(gallery.ids)), total=number(self._total)
                )
            )
        selected = len(gallery.selection.chosen)
        if selected:
            parts.append(self.tr("{n} selected").format(n=number(selected)))
        self.strip.show_status(" · ".join(parts))

    def _on_folders(self, views: Sequence[Any]) -> None:
        self.browser.know_folders(has_folders=bool(views))
        self.library_panel.read()

    def _on_tag_picked(self, tag: Tag, modifiers: Qt.KeyboardModifier) -> None:
        term, text = search_for(tag.name, tag.category), self.browser.search.text
        if modifiers & _CTRL:
            self._look_for(with_term(text, term))
        elif modifiers & _SHIFT:
            self._look_for(without_term(text, term))
        else:
            self._look_for(term)

    def _announce(self, text: str, can_redo: bool) -> None:
        self.toast.say(text, self.tr("Redo") if can_redo else "")

    # Doing --------------------------------------------------------------------------------------

    def _ask_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, self.tr("Add a folder"))
        if path:
            self.add_folders([Path(path)])

    def _search(self) -> None:
        self.browser.bar.focus()

    def _add_tag(self) -> None:
        self.inspector.show()
        self.inspector.add_tag()

    def _larger(self) -> None:
        self.browser.gallery.zoom(1)

    def _smaller(self) -> None:
        self.browser.gallery.zoom(-1)

    def _toggle_left(self) -> None:
        self._toggle(self.library_panel, "left")

    def _toggle_right(self) -> None:
        self._toggle(self.inspector, "right")

    def _toggle(self, panel: QWidget, name: str) -> None:
        panel.setVisible(panel.isHidden())
        self._workspace.memory.keep_flag(name, not panel.isHidden())

    def _toggle_full_screen(self) -> None:
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _choose_scheme(self, scheme: Scheme) -> None:
        self._workspace.memory.scheme = scheme
        theme.choose(scheme)

    def _open_menu(self) -> None:
        self._actions.menu.popup(self.mapToGlobal(QPoint(self.width() // 2, Size.SEARCH)))

    def _open_viewer(self, place: int) -> None:
        self.viewer.open(self.browser.gallery.ids, place)

    def _open_current(self) -> None:
        current = self.browser.gallery.selection.current
        if current is not None:
            self._open_viewer(current)

    def _show_tag_menu(self, state: Any, point: QPoint) -> None:
        menu = QMenu(self)
        tag: Tag = state.tag
        for words, modifiers in (
            (self.tr("Search {tag}"), Qt.KeyboardModifier.NoModifier),
            (self.tr("Add {tag} to the search"), _CTRL),
            (self.tr("Exclude {tag}"), _SHIFT),
        ):
            action = menu.addAction(action_text(words.format(tag=tag.name)))
            action.triggered.connect(partial(self._on_tag_picked, tag, modifiers))
        menu.exec(point)

    def _show_folder_menu(self, folder: Folder, point: QPoint) -> None:
        menu = QMenu(self)
        search = menu.addAction(self.tr("Show its pictures"))
        search.triggered.connect(partial(self._look_for, folder.query))
        if folder.root_id is not None:
            stop = menu.addAction(self.tr("Stop watching this folder"))
            stop.triggered.connect(partial(self.folders.remove, folder.root_id, folder.name))
        menu.exec(point)

    # Qt -----------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take folders."""
        if _folders_in(event):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Watch the folders that were dropped."""
        paths = _folders_in(event)
        if paths:
            event.acceptProposedAction()
            self.add_folders(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the toast in its place."""
        super().resizeEvent(event)
        self.toast.place()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how everything stood, and stop asking."""
        memory = self._workspace.memory
        memory.keep_bytes("geometry", self.saveGeometry())
        memory.keep_bytes("panels", self._splitter.saveState())
        memory.save()
        self._workspace.signals.disconnect_from_library()
        event.accept()


def _folders_in(event: QDropEvent) -> list[Path]:
    urls = event.mimeData().urls()
    paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
    return [path for path in paths if path.is_dir()]
