"""What the window's tests share: a dressed application, a workspace on a fake library, a window."""

import gc
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from anitag_desktop.gui.bridge import LibrarySignals
from anitag_desktop.gui.main_window import MainWindow
from anitag_desktop.gui.tasks import Tasks
from anitag_desktop.gui.theme.theme import Scheme, theme
from anitag_desktop.gui.window_memory import WindowMemory
from anitag_desktop.gui.workspace import Workspace
from tests.gui.fakes import FakeLibrary

MakeWindow = Callable[..., MainWindow]

_LONG_WAIT = 20_000
"""Milliseconds."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the platform without a screen say what it cannot do."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.qt_log_ignore("This plugin does not support", extend=True))


@pytest.fixture(scope="session")
def qapp(qapp: QApplication) -> QApplication:
    """The application in the dark look."""
    theme.dress(qapp, Scheme.DARK)
    return qapp


@pytest.fixture(autouse=True)
def garbage() -> Iterator[None]:
    """Let go of Qt's objects in its own thread only, as the application does."""
    gc.disable()
    yield
    gc.collect(1)
    gc.enable()


@pytest.fixture
def qtbot(qtbot: QtBot) -> QtBot:
    """Waits long enough for a machine that does much else; what is quick ends a wait at once."""
    qtbot.waitUntil = partial(qtbot.waitUntil, timeout=_LONG_WAIT)
    return qtbot


@pytest.fixture
def library(tmp_path: Path) -> FakeLibrary:
    """A library without pictures."""
    return FakeLibrary(tmp_path)


@pytest.fixture
def tasks(qapp: QApplication) -> Iterator[Tasks]:
    """A task pool that must end."""
    made = Tasks()
    yield made
    assert made.close()


@pytest.fixture
def workspace(library: FakeLibrary, tasks: Tasks, tmp_path: Path) -> Iterator[Workspace]:
    """A workspace whose failed tasks fail the test."""
    signals = LibrarySignals()
    failures: list[BaseException] = []
    tasks.failed.connect(failures.append)
    yield Workspace(library, tasks, signals, WindowMemory(tmp_path / "window.ini"))
    signals.disconnect_from_library()
    assert not failures, failures


@pytest.fixture
def make_window(qtbot, workspace: Workspace) -> MakeWindow:
    """Makes a shown window on the library as it is then, and waits for its first answers."""

    def make(query: str = "", size: tuple[int, int] = (1100, 700)) -> MainWindow:
        window = MainWindow(workspace, query)
        crashes: list[BaseException] = []
        window.crashed.connect(crashes.append)
        window.crashes = crashes
        qtbot.addWidget(window)
        window.resize(*size)
        window.show()
        # Before the first paint nothing is asked, so no answer can be missed here.
        answers: list[object] = []
        window.controls.browser.search.found.connect(answers.append)
        window.controls.browser.search.failed.connect(answers.append)
        qtbot.waitUntil(lambda: bool(window.controls.library_panel.model.rows))
        qtbot.waitUntil(lambda: bool(answers))
        qtbot.waitUntil(lambda: workspace.signals._unsubscribe != [])
        qtbot.wait(50)
        return window

    return make
