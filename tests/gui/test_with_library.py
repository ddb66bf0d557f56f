"""The window on a real library: real databases, real watching, real worker processes."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from anitag_desktop.app import open_library
from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.bridge import LibrarySignals
from anitag_desktop.gui.inspector.tag_groups import State
from anitag_desktop.gui.library_panel.folder_tree import Folder
from anitag_desktop.gui.library_panel.places import TO_REVIEW
from anitag_desktop.gui.main_window import MainWindow
from anitag_desktop.gui.search_bar.composing import search_for
from anitag_desktop.gui.tasks import Tasks
from anitag_desktop.gui.window_memory import WindowMemory
from anitag_desktop.gui.workspace import Workspace
from anitag_desktop.services import modelling
from anitag_desktop.services.library import Library
from tests.helpers.art import BLUE, GREEN, paint
from tests.helpers.models import write_package

pytestmark = [pytest.mark.gui, pytest.mark.integration]

OpenWindow = Callable[[], MainWindow]


@pytest.fixture(scope="module")
def bundled(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("bundled")
    write_package(folder / "test")
    return folder


@pytest.fixture
def art(tmp_path) -> Path:
    folder = tmp_path / "art"
    for number in range(6):
        place = folder / ("witches" if number % 2 else "<b>knights")
        paint(place / f"picture {number}.png", number, GREEN if number % 2 else BLUE)
    (folder / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    return folder


@pytest.fixture
def open_window(qtbot, tmp_path, bundled, monkeypatch) -> Iterator[OpenWindow]:
    """Opens a window on the library in ``tmp_path``, tagged by the test model."""
    monkeypatch.setattr(modelling, "bundled_models", lambda: bundled)
    stack = ExitStack()

    def make() -> MainWindow:
        library = stack.enter_context(open_library(tmp_path / "library", writable=True))
        library.tagging.start()
        tasks, signals = Tasks(), LibrarySignals()
        memory = WindowMemory(tmp_path / "window.ini")
        window = MainWindow(Workspace(library, tasks, signals, memory))
        window.library = library
        window.crashes = []
        window.crashed.connect(window.crashes.append)
        stack.callback(tasks.close)
        stack.callback(signals.disconnect_from_library)
        qtbot.addWidget(window)
        window.resize(1200, 800)
        window.show()
        qtbot.waitUntil(lambda: bool(window.controls.library_panel.model.rows))
        return window

    yield make
    stack.close()


def counts(library: Library) -> tuple[int, int]:
    return library.searching.count(""), library.showing.problem_count()


def fill(qtbot, window: MainWindow, art: Path, pictures: int = 6) -> None:
    """Add the folder as a user does, and wait until everything in it has its outcome."""
    window.controls.folders.add([art])
    qtbot.waitUntil(lambda: counts(window.library) == (pictures, 1), timeout=60_000)
    qtbot.waitUntil(lambda: len(window.controls.browser.gallery.ids) == pictures, timeout=10_000)
    qtbot.waitUntil(lambda: window.library.tagging.progress().state == "idle", timeout=30_000)


def select(qtbot, window: MainWindow, place: int) -> None:
    window.controls.browser.gallery.select_only(place)
    inspector = window.controls.inspector
    qtbot.waitUntil(lambda: inspector._ids == tuple(window.controls.browser.gallery.selected_ids()))
    qtbot.wait(150)


def chip(window: MainWindow, name: str, state: State | None = None):
    for section in window.controls.inspector.sections:
        for one in section.chips:
            if one.state.tag.name == name and state in (None, one.state.state):
                return one
    return None


def look_for(qtbot, window: MainWindow, text: str, found: int) -> None:
    window.controls.browser.look_for(text)
    gallery = window.controls.browser.gallery
    qtbot.waitUntil(lambda: len(gallery.ids) == found and window.centre.bar.text == text)


def test_a_damaged_thumbnail_is_made_anew_when_it_is_looked_at(qtbot, open_window, art):
    window = open_window()
    fill(qtbot, window, art)
    gallery = window.controls.browser.gallery
    rows = window.library.showing.rows(gallery.ids)
    qtbot.waitUntil(lambda: all(gallery.pictures.pixmap(row.image_id) for row in rows))
    path = rows[0].thumbnail
    content = path.read_bytes()
    path.write_bytes(bytes(len(content) - 2) + content[-2:])
    gallery.zoom(1)  # another size is read from the files
    qtbot.waitUntil(lambda: path.is_file() and path.read_bytes() == content, timeout=30_000)


def test_from_an_empty_library_to_a_corrected_one(qtbot, open_window, art):
    window = open_window()
    browser = window.controls.browser
    qtbot.waitUntil(lambda: browser.welcome.isVisible())
    fill(qtbot, window, art)

    # Thumbnails were made and are drawn.
    gallery = browser.gallery
    qtbot.waitUntil(
        lambda: all(gallery.pictures.pixmap(one) is not None for one in gallery.ids),
        timeout=20_000,
    )
    qtbot.waitUntil(
        lambda: (
            {"Problems", "<b>knights", "witches"}
            <= {row.text for row in window.controls.library_panel.model.rows}
        )
    )
    browser.open_page("problems")
    qtbot.waitUntil(lambda: browser.problems.model.rowCount() == 1)
    assert "broken.png" in browser.problems.model.index(0).data()

    look_for(qtbot, window, "1girl", 3)
    select(qtbot, window, 0)
    qtbot.waitUntil(lambda: chip(window, "1girl") is not None)
    seen = chip(window, "1girl")
    assert seen.state.state is State.PREDICTED
    qtbot.waitUntil(lambda: window.controls.inspector._preview._is_sharp, timeout=20_000)

    # Reject with one key; nothing goes from under the hands, a new search knows it.
    seen.setFocus()
    qtbot.keyClick(seen, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: chip(window, "1girl", State.REJECTED) is not None)
    assert len(gallery.ids) == 3
    look_for(qtbot, window, "1girl ", 2)

    gallery.setFocus()
    qtbot.keyClick(gallery, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "1girl" in window.controls.toast.text)
    look_for(qtbot, window, "1girl", 3)
    assert not window.crashes


def test_adding_a_tag_and_finding_it_with_completion(qtbot, open_window, art):
    window = open_window()
    fill(qtbot, window, art)
    select(qtbot, window, 0)
    inspector = window.controls.inspector
    inspector.add_tag()
    qtbot.keyClicks(inspector.field.edit, "char:kiki the witch")
    qtbot.keyClick(inspector.field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: chip(window, "kiki_the_witch", State.SAID) is not None)
    bar = window.centre.bar
    bar.focus()
    # The service lets counts grow a little old; it must know the tag within moments.
    qtbot.wait(1200)
    qtbot.keyClicks(bar.editor, "kik")
    qtbot.waitUntil(lambda: bar.popup.isVisible() and bool(bar.popup.rows))
    row = bar.popup.rows[0]
    assert (row.text, row.count, row.category.value) == ("kiki_the_witch", 1, "character")
    qtbot.keyClick(bar.editor, Qt.Key.Key_Tab)
    qtbot.keyClick(bar.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(window.controls.browser.gallery.ids) == 1)
    assert not window.crashes


def test_what_is_wrong_with_a_search_is_said_in_place(qtbot, open_window, art):
    window = open_window()
    fill(qtbot, window, art)
    look_for(qtbot, window, "solo", 3)
    window.controls.browser.look_for("width:abc")
    qtbot.waitUntil(window.centre.hint.isVisible)
    assert "width" in window.centre.hint.text
    assert len(window.controls.browser.gallery.ids) == 3
    window.controls.browser.look_for("1girk")
    qtbot.waitUntil(lambda: "1girk" in window.centre.hint.text)
    qtbot.waitUntil(lambda: len(window.centre.hint._buttons) > 0)
    window.centre.hint._buttons[0].click()
    qtbot.waitUntil(lambda: window.centre.bar.text == "1girl")
    qtbot.waitUntil(lambda: len(window.controls.browser.gallery.ids) == 3)


def test_a_new_picture_appears_by_itself_and_the_selection_stays(qtbot, open_window, art):
    window = open_window()
    fill(qtbot, window, art)
    select(qtbot, window, 2)
    chosen = window.controls.browser.gallery.selected_ids()
    paint(art / "witches" / "new.png", 99, GREEN)
    window.controls.folders.rescan()
    gallery = window.controls.browser.gallery
    qtbot.waitUntil(lambda: len(gallery.ids) == 7, timeout=40_000)
    assert gallery.selected_ids() == chosen


def test_a_folder_that_is_forgotten_leaves_its_pictures_missing(qtbot, open_window, art):
    window = open_window()
    fill(qtbot, window, art)
    (folder,) = window.library.indexing.folders()
    window.controls.folders.remove(folder.id, "art")
    qtbot.waitUntil(lambda: window.library.searching.count("status:missing") == 6, timeout=20_000)
    qtbot.waitUntil(
        lambda: "Missing" in {row.text for row in window.controls.library_panel.model.rows}
    )
    look_for(qtbot, window, "status:missing", 6)


def test_every_change_the_services_tell_is_survived(qtbot, open_window, art):
    window = open_window()
    fill(qtbot, window, art)
    window.library.changes.publish(
        LibraryChange(
            images=frozenset(window.controls.browser.gallery.ids),
            all_images=True,
            files=True,
            folders=True,
            tags=True,
            models=True,
            settings=True,
            problems=True,
        )
    )
    qtbot.wait(1500)
    assert len(window.controls.browser.gallery.ids) == 6
    assert not window.crashes


def test_a_folder_is_left_out_and_taken_back_and_a_threshold_decides(qtbot, open_window, art):
    window = open_window()
    window.library.indexing.start_watching()
    fill(qtbot, window, art)
    gallery = window.controls.browser.gallery
    window.controls.settings.leave_out(Folder(str(art / "witches"), "witches", 3))
    qtbot.waitUntil(lambda: len(gallery.ids) == 3, timeout=20_000)
    assert counts(window.library)[0] == 3
    assert window.library.searching.count("status:missing") == 0
    gallery.setFocus()
    qtbot.keyClick(gallery, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: len(gallery.ids) == 6, timeout=20_000)

    look_for(qtbot, window, "1girl", 3)
    dialog = window.controls.settings.open()
    qtbot.waitUntil(dialog.isEnabled)
    dialog.recognition.fields[TagCategory.GENERAL].setValue(1.0)
    with qtbot.waitSignal(dialog.accepted):
        dialog.save_button.click()
    look_for(qtbot, window, "1girl ", 0)
    assert not window.crashes


def test_marks_facets_and_saved_searches(qtbot, open_window, art):
    window = open_window()
    fill(qtbot, window, art)
    controls, library = window.controls, window.library

    def rows() -> dict[str, int | None]:
        return {row.text: row.count for row in controls.library_panel.model.rows}

    def counted(row) -> bool:
        return library.searching.count(search_for(row.tag.name, row.tag.category)) == row.count

    def facets() -> list:
        return [row for row in controls.facets.model.rows if row.tag]

    qtbot.waitUntil(lambda: bool(facets()) and all(map(counted, facets())), timeout=10_000)
    select(qtbot, window, 0)
    controls.marking.toggle_favourite()
    controls.marking.give_stars(4)
    qtbot.waitUntil(lambda: library.searching.count("is:favourite rated:4") == 1)
    qtbot.waitUntil(lambda: rows()["Favourites"] == 1, timeout=10_000)
    qtbot.waitUntil(lambda: rows()["To review"] is not None, timeout=10_000)
    assert rows()["To review"] == library.searching.count(TO_REVIEW)
    controls.corrections.perform(lambda it: it.remembering.save("mine", "rated:>=4"))
    qtbot.waitUntil(lambda: rows().get("mine") == 1, timeout=10_000)
    for _ in range(3):
        controls.corrections.undo()
    qtbot.waitUntil(lambda: "mine" not in rows() and rows()["Favourites"] == 0, timeout=10_000)
    assert window.crashes == []


def test_a_key_says_that_a_picture_was_fully_reviewed(qtbot, open_window, art):
    window = open_window()
    fill(qtbot, window, art)
    library, gallery = window.library, window.controls.browser.gallery
    gallery.setFocus()
    select(qtbot, window, 0)
    qtbot.keyClick(gallery, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: library.searching.count("fully_reviewed") == 1, timeout=10_000)
    (details,) = library.showing.pictures(library.searching.search("fully_reviewed").ids)
    assert details.tags
    assert {one.source for one in details.tags} == {Source.USER}
    assert details.suggestions == ()
    assert window.crashes == []
