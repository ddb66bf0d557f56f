from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.library_panel.panel import LibraryPanel
from tests.gui.fakes import FakePicture

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(qtbot, workspace, library):
    library.pictures = [FakePicture("/art/a.png", said={"reimu"}, scores={"hat": 0.9})]
    library.categories = {"reimu": TagCategory.CHARACTER}
    library.folders = [
        SimpleNamespace(id=1, path="/art", status="present", images=5, last_scan=None)
    ]
    library.folder_counts_now = {"/art": 2, "/art/sub": 3}
    made = LibraryPanel(workspace)
    qtbot.addWidget(made)
    made.resize(240, 700)
    made.show()
    made.read()
    qtbot.waitUntil(lambda: any(row.folder for row in made.model.rows))
    return made


def texts(panel: LibraryPanel) -> list[str]:
    return [row.text for row in panel.model.rows]


def place_of(panel: LibraryPanel, text: str) -> int:
    return texts(panel).index(text)


def click(qtbot, panel: LibraryPanel, text: str) -> None:
    rect = panel.view.visualRect(panel.model.index(place_of(panel, text)))
    qtbot.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def test_a_click_searches(qtbot, panel):
    chosen = []
    panel.query_chosen.connect(chosen.append)
    for text in ("All pictures", "reimu", "sub"):
        click(qtbot, panel, text)
    assert chosen == ["", "reimu", "folder:/art/sub"]


def test_heads_fold_and_keys_do_the_same(qtbot, panel):
    click(qtbot, panel, "Characters")
    assert "reimu" not in texts(panel)
    click(qtbot, panel, "Characters")
    assert "reimu" in texts(panel)
    panel.view.setCurrentIndex(panel.model.index(place_of(panel, "General")))
    qtbot.keyClick(panel.view, Qt.Key.Key_Right)
    assert "hat" in texts(panel)
    panel.view.setCurrentIndex(panel.model.index(place_of(panel, "General")))
    qtbot.keyClick(panel.view, Qt.Key.Key_Left)
    assert "hat" not in texts(panel)
    chosen = []
    panel.query_chosen.connect(chosen.append)
    panel.view.setCurrentIndex(panel.model.index(place_of(panel, "reimu")))
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)
    assert chosen == ["reimu"]


def test_the_row_of_the_search_is_marked(qtbot, panel):
    panel.mark("folder:/art/sub")
    assert panel._delegate.current_key == "folder//art/sub"
    panel.mark("something else")
    assert panel._delegate.current_key is None
    assert not panel.grab().isNull()


def test_folders_are_counted_again_only_when_files_changed(qtbot, panel, library, workspace):
    library.calls.clear()
    workspace.signals.changed.emit(LibraryChange(tags=True))
    qtbot.waitUntil(lambda: "problem_count" in library.calls)
    qtbot.wait(50)
    assert "folder_counts" not in library.calls
    library.folder_counts_now = {"/art": 2, "/art/new": 1}
    workspace.signals.changed.emit(LibraryChange(files=True))
    qtbot.waitUntil(lambda: "new" in texts(panel))


def test_the_model_is_sound(panel, qtmodeltester):
    qtmodeltester.check(panel.model)
