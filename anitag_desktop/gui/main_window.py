"""The main window: the parts side by side. What they do together is in ``controls``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMainWindow, QSplitter, QVBoxLayout, QWidget

from anitag_desktop.gui.browser.frame import BrowserFrame
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QResizeEvent

    from anitag_desktop.gui.controls import Controls

_UNPAINTED = 300
"""Milliseconds after which a window that nobody can see begins nevertheless."""


class MainWindow(QMainWindow):
    """One window on one library.

    ``raise_wanted`` and ``end_wanted`` may be emitted from any thread: the window comes to the
    front, or the program ends.
    ``crashed`` carries exceptions that nobody expected, ``folders_dropped`` a list of paths.
    """

    raise_wanted = Signal()
    end_wanted = Signal()
    crashed = Signal(object)
    folders_dropped = Signal(object)

    def __init__(self, workspace: Workspace, query: str = "") -> None:
        super().__init__()
        self.setWindowTitle("anitag")
        self.setAcceptDrops(True)
        self.setMinimumSize(*Size.WINDOW_LEAST)
        self._workspace = workspace
        self._query = query
        self._controls: Controls | None = None
        self.left_panel = QWidget()
        self.centre = BrowserFrame(workspace, self)
        self.right_panel = QWidget()
        self.strip_place = QWidget()
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._arrange()
        self._restore()
        self.raise_wanted.connect(self.raise_window)
        # Queued: quitting from another thread directly may wait for this one for ever.
        self.end_wanted.connect(QGuiApplication.quit, Qt.ConnectionType.QueuedConnection)
        # Nothing is asked of the library before the empty window stands.
        self._beginning = QTimer(self, singleShot=True, interval=_UNPAINTED)
        self._beginning.timeout.connect(self._begin)
        self._beginning.start()

    @property
    def controls(self) -> Controls:
        """What acts for the user, made after the first paint."""
        if self._controls is None:
            from anitag_desktop.gui.controls import Controls

            self._controls = Controls(self._workspace, self)
        return self._controls

    def raise_window(self) -> None:
        """Come to the front."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def toggle_left(self) -> None:
        """Fold the left panel away or bring it back."""
        self._toggle(self.left_panel, "left")

    def toggle_right(self) -> None:
        """Fold the right panel away or bring it back."""
        self._toggle(self.right_panel, "right")

    def toggle_full_screen(self) -> None:
        """Fill the screen, or no longer."""
        self.setWindowState(self.windowState() ^ Qt.WindowState.WindowFullScreen)

    def _toggle(self, panel: QWidget, name: str) -> None:
        panel.setVisible(panel.isHidden())
        self._workspace.memory.keep_flag(name, not panel.isHidden())

    def _arrange(self) -> None:
        for panel, name, least in (
            (self.left_panel, "leftPanel", Size.PANEL_LEFT_LEAST),
            (self.right_panel, "rightPanel", Size.PANEL_RIGHT_LEAST),
        ):
            panel.setObjectName(name)
            panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
            panel.setMinimumWidth(least)
        for part in (self.left_panel, self.centre, self.right_panel):
            self._splitter.addWidget(part)
        for place, stretch in enumerate((0, 1, 0)):
            self._splitter.setStretchFactor(place, stretch)
            self._splitter.setCollapsible(place, False)
        self.strip_place.setObjectName("strip")
        self.strip_place.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.strip_place.setFixedHeight(Size.STRIP)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._splitter, 1)
        column.addWidget(self.strip_place)
        self.setCentralWidget(body)

    def _restore(self) -> None:
        memory = self._workspace.memory
        if not self.restoreGeometry(memory.bytes_of("geometry")):
            self.resize(*Size.WINDOW)
        if not self._splitter.restoreState(memory.bytes_of("panels")):
            centre = Size.WINDOW[0] - Size.PANEL_LEFT - Size.PANEL_RIGHT
            self._splitter.setSizes([Size.PANEL_LEFT, centre, Size.PANEL_RIGHT])
        self._splitter.setHandleWidth(1)
        self.left_panel.setVisible(memory.flag("left", True))
        self.right_panel.setVisible(memory.flag("right", True))

    def _begin(self) -> None:
        self.controls.begin(self._query)

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
            self.folders_dropped.emit(paths)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the toast in its place."""
        super().resizeEvent(event)
        if self._controls is not None:
            self._controls.toast.place()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Begin after the first paint."""
        super().paintEvent(event)
        if self._beginning.isActive():
            self._beginning.start(0)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember how everything stood, and stop asking."""
        self._beginning.stop()
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
