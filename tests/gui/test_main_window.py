"""The window as a user meets it, on a fake library that refuses calls from the GUI thread."""

import threading
from pathlib import PurePath

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QLabel, QWidget

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.inspector.tag_groups import State
from tests.gui.fakes import FakePicture, FakeProgress

pytestmark = pytest.mark.gui

HOSTILE = '<img/src="file:///etc/passwd">&amp;'


@pytest.fixture
def pictures(library):
    library.pictures = [
        FakePicture("/art/a.png", scores={"smile": 0.9, "hat": 0.3}),
        FakePicture("/art/b.png", scores={"smile": 0.8, "frown": 0.2}),
        FakePicture(f"/art/{HOSTILE.replace('/', '_')}.png", scores={HOSTILE: 0.9}),
        FakePicture("/art/d.png", scores={"cat": 0.7}, said={"reimu"}),
    ]
    library.categories = {"reimu": TagCategory.CHARACTER, HOSTILE: TagCategory.CHARACTER}
    library.folders = [library.indexing._service.add_folder("/tmp")]
    return library.pictures


def chip(window, name: str, state: State | None = None):
    for section in window.controls.inspector.sections:
        for one in section.chips:
            if one.state.tag.name == name and state in (None, one.state.state):
                return one
    return None


def select(qtbot, window, *places: int) -> None:
    gallery = window.controls.browser.gallery
    gallery.select_only(places[0])
    for place in places[1:]:
        gallery.selection.toggle(place)
    gallery.selection_changed.emit()
    ids = gallery.selected_ids()
    title = f"{len(ids)} pictures"
    if len(ids) == 1:
        title = PurePath(window.controls.browser._workspace.library.pictures[ids[0]].path).name
    # The inspector is there at once, the tags come with the title.
    facts = window.controls.inspector._facts
    qtbot.waitUntil(lambda: facts.isVisible() and facts._title.text() == title)


def search(qtbot, window, text: str) -> None:
    editor = window.controls.browser.bar.editor
    window.controls.browser.bar.focus()
    qtbot.keyClicks(editor, text)
    qtbot.keyClick(editor, Qt.Key.Key_Escape)
    editor.setFocus()
    current, answers = window.controls.browser.search, []
    current.found.connect(lambda found: answers.append(found.text))
    current.failed.connect(lambda _error: answers.append(text))
    qtbot.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: text in answers)


def test_it_shows_everything_at_first(qtbot, make_window, pictures):
    window = make_window()
    assert list(window.controls.browser.gallery.ids) == [0, 1, 2, 3]
    assert window.controls.browser.bar._count.text() == "4 pictures"
    texts = [row.text for row in window.controls.library_panel.model.rows]
    assert "All pictures" in texts
    assert "reimu" in texts
    assert not window.crashes


def test_searching_from_the_bar(qtbot, make_window, pictures):
    window = make_window()
    search(qtbot, window, "smile")
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [0, 1])
    assert window.controls.browser.bar._count.text() == "2 pictures"


def test_a_broken_search_is_marked_and_the_pictures_stay(qtbot, make_window, pictures):
    window = make_window()
    search(qtbot, window, "smile")
    search(qtbot, window, "( smile")
    qtbot.waitUntil(window.controls.browser.hint.isVisible)
    assert list(window.controls.browser.gallery.ids) == [0, 1]
    assert "(" in window.controls.browser.hint.text
    assert window.controls.browser.bar.property("broken") is True
    search(qtbot, window, "cat")
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [3])
    assert not window.controls.browser.hint.isVisible()
    assert window.controls.browser.bar.property("broken") is False


def test_what_is_wrong_is_underlined_when_the_cursor_has_left_it(qtbot, make_window, pictures):
    window = make_window()
    bar = window.controls.browser.bar
    bar.editor.setFocus()
    qtbot.waitUntil(bar.editor.hasFocus)

    def underlined() -> bool:
        formats = bar.editor.document().firstBlock().layout().formats()
        wave = QTextCharFormat.UnderlineStyle.WaveUnderline
        return any(one.format.underlineStyle() == wave for one in formats)

    qtbot.keyClicks(bar.editor, "smile (")
    qtbot.waitUntil(lambda: bar._understood[0] == "smile (")
    assert not underlined()
    bar.editor.moveCursor(QTextCursor.MoveOperation.Start)
    qtbot.waitUntil(underlined)
    bar.editor.moveCursor(QTextCursor.MoveOperation.End)
    qtbot.waitUntil(lambda: not underlined())
    bar.editor.clearFocus()
    qtbot.waitUntil(underlined)


def test_an_unknown_tag_says_what_it_may_have_meant(qtbot, make_window, pictures):
    window = make_window()
    search(qtbot, window, "reimx")
    qtbot.waitUntil(window.controls.browser.hint.isVisible)
    assert "reimx" in window.controls.browser.hint.text
    (proposal,) = window.controls.browser.hint._buttons
    assert proposal.text() == "reimu (1)"
    proposal.click()
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [3])
    assert window.controls.browser.bar.text == "reimu"


def test_a_folder_that_no_picture_lies_in_is_told(qtbot, make_window, library, pictures):
    window = make_window()
    hint = window.controls.browser.hint
    library.searching._service.vain = ("folder:nope",)
    search(qtbot, window, "smile")
    qtbot.waitUntil(hint.isVisible)
    assert hint.text == "folder:nope fits no picture."
    search(qtbot, window, "smile or reimx")
    qtbot.waitUntil(lambda: "reimx" in hint.text)
    assert hint.text.startswith("folder:nope fits no picture. No tag")
    library.searching._service.vain = ()
    search(qtbot, window, "smile")
    qtbot.waitUntil(lambda: not hint.isVisible())


def test_every_unknown_tag_is_told_even_where_something_was_found(qtbot, make_window, pictures):
    window = make_window()
    hint = window.controls.browser.hint
    window.controls.browser.look_for("smile or reimx or catt")
    qtbot.waitUntil(hint.isVisible)
    assert "reimx, catt" in hint.text
    assert [one.text() for one in hint._buttons] == ["reimu (1)", "cat (1)"]
    assert len(window.controls.browser.gallery.ids) == 2
    hint._buttons[1].click()
    qtbot.waitUntil(lambda: window.controls.browser.bar.text == "smile or reimx or cat")
    qtbot.waitUntil(lambda: "reimx." in hint.text)


def test_a_word_that_a_metatag_does_not_know_is_put_right_with_a_click(
    qtbot, make_window, pictures
):
    window = make_window("smile")
    hint, gallery = window.controls.browser.hint, window.controls.browser.gallery
    window.controls.browser.look_for("cat filetype:pngg")
    qtbot.waitUntil(hint.isVisible)
    assert list(gallery.ids) == [0, 1]  # what was found before stays
    (proposal,) = hint._buttons
    proposal.click()
    qtbot.waitUntil(lambda: list(gallery.ids) == [3])
    assert window.controls.browser.bar.text == "cat filetype:png"


def test_completion_takes_a_tag_and_history_comes_back(qtbot, make_window, pictures, workspace):
    window = make_window()
    bar = window.controls.browser.bar
    bar.focus()
    qtbot.keyClicks(bar.editor, "smi")
    qtbot.waitUntil(lambda: bar.popup.isVisible())
    assert [row.text for row in bar.popup.rows] == ["smile"]
    qtbot.keyClick(bar.editor, Qt.Key.Key_Tab)
    assert bar.text == "smile "
    qtbot.keyClick(bar.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [0, 1])
    bar.editor.selectAll()
    qtbot.keyClick(bar.editor, Qt.Key.Key_Delete)
    qtbot.keyClick(bar.editor, Qt.Key.Key_Up)
    assert bar.popup.chosen is not None
    assert bar.popup.chosen.text.strip() == "smile"


def test_completions_that_come_after_enter_do_not_cover_what_was_found(
    qtbot, make_window, library, pictures
):
    window = make_window()
    bar, asked, go, answered = window.controls.browser.bar, threading.Event(), threading.Event(), []
    complete_now = library.searching._service.complete

    def slow(*words):
        asked.set()
        go.wait(30)
        answered.append(words)
        return complete_now(*words)

    library.searching._service.complete = slow
    bar.focus()
    bar.editor.insertPlainText("smile")  # as a whole, so that only one thread waits
    qtbot.waitUntil(asked.is_set)
    qtbot.keyClick(bar.editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [0, 1])
    go.set()
    qtbot.waitUntil(lambda: bool(answered))
    qtbot.wait(100)
    assert not bar.popup.isVisible()


def test_accepting_a_suggestion_by_mouse_and_undoing_it(qtbot, make_window, pictures):
    window = make_window()
    select(qtbot, window, 0)
    suggested = chip(window, "hat", State.SUGGESTED)
    mark = next(rect for name, rect in suggested._marks() if name == "check")
    qtbot.mouseClick(suggested, Qt.MouseButton.LeftButton, pos=mark.center())
    qtbot.waitUntil(lambda: chip(window, "hat", State.SAID) is not None)
    assert pictures[0].said == {"hat"}
    window.controls.browser.gallery.setFocus()
    qtbot.keyClick(
        window.controls.browser.gallery, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier
    )
    qtbot.waitUntil(lambda: chip(window, "hat", State.SUGGESTED) is not None)
    assert window.controls.toast.text == "Undone: confirm hat"
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window.controls.browser.gallery, Qt.Key.Key_Z, keys)
    qtbot.waitUntil(lambda: pictures[0].said == {"hat"})
    assert not window.crashes


def test_suggestions_by_keyboard_alone(qtbot, make_window, pictures):
    window = make_window()
    select(qtbot, window, 0)
    window.controls.browser.gallery.setFocus()
    qtbot.keyClick(window.controls.browser.gallery, Qt.Key.Key_S)
    suggested = chip(window, "hat", State.SUGGESTED)
    qtbot.waitUntil(suggested.hasFocus)
    qtbot.keyClick(suggested, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: pictures[0].rejected == {"hat"})
    qtbot.waitUntil(lambda: chip(window, "hat", State.REJECTED) is not None)
    assert not chip(window, "hat", State.REJECTED).isVisible()
    window.controls.inspector._show_rejected.click()
    assert chip(window, "hat", State.REJECTED).isVisible()


def test_adding_and_rejecting_by_the_field_on_several_pictures(qtbot, make_window, pictures):
    window = make_window()
    select(qtbot, window, 0, 1)
    assert chip(window, "smile").state.have == 2
    window.controls.browser.gallery.setFocus()
    qtbot.keyClick(window.controls.browser.gallery, Qt.Key.Key_T)
    edit = window.controls.inspector.field.edit
    qtbot.waitUntil(edit.hasFocus)
    qtbot.keyClicks(edit, "new tag, -smile")
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "new_tag" in pictures[1].said)
    assert pictures[0].rejected == pictures[1].rejected == {"smile"}
    assert pictures[3].said == {"reimu"}
    # What the user did himself takes nothing from under his hands.
    assert window.controls.browser.gallery.selected_ids() == [0, 1]


def test_enter_takes_the_highlighted_completion_even_when_it_comes_late(
    qtbot, make_window, pictures
):
    window = make_window()
    select(qtbot, window, 3)
    window.controls.inspector.add_tag()
    edit = window.controls.inspector.field.edit
    qtbot.keyClicks(edit, "smi")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: "smile" in pictures[3].said)
    assert "smi" not in pictures[3].said


def test_clicks_on_a_tag_search_add_and_exclude(qtbot, make_window, pictures):
    window = make_window()
    select(qtbot, window, 0)
    smile = chip(window, "smile")
    window.controls.inspector.tag_picked.emit(smile.state.tag, Qt.KeyboardModifier.NoModifier)
    qtbot.waitUntil(lambda: window.controls.browser.bar.text == "smile")
    window.controls.inspector.tag_picked.emit(smile.state.tag, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: window.controls.browser.bar.text == "smile -smile")


def test_hostile_names_are_shown_as_they_are(qtbot, make_window, pictures):
    window = make_window()
    select(qtbot, window, 2)
    shown = chip(window, HOSTILE)
    assert shown._text == HOSTILE
    assert "<img" not in shown.toolTip()
    assert window.controls.inspector._facts._title.text() == pictures[2].path.rsplit("/", 1)[1]
    row = next(r for r in window.controls.library_panel.model.rows if r.text == HOSTILE)
    window.controls.library_panel.choose_row(row)
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [2])
    assert not window.grab().isNull()


def test_no_widget_guesses_whether_a_text_is_html(qtbot, make_window, pictures):
    window = make_window()
    select(qtbot, window, 2)
    for label in window.findChildren(QLabel):
        assert label.textFormat() is Qt.TextFormat.PlainText or label.text() == "", label.text()
    for widget in window.findChildren(QWidget):
        assert widget.toolTip() == "" or widget.toolTip().startswith("<p style="), widget


def test_the_rating_is_shown_and_set(qtbot, make_window, pictures):
    window = make_window()
    select(qtbot, window, 0)
    buttons = window.controls.inspector._rating._buttons
    assert [r.value for r, button in buttons.items() if button.isChecked()] == ["general"]
    next(b for r, b in buttons.items() if r.value == "explicit").click()
    qtbot.waitUntil(lambda: pictures[0].rating == "explicit")


def test_a_library_without_folders_begins_with_the_first_page(
    qtbot, make_window, library, tmp_path
):
    window = make_window()
    qtbot.waitUntil(window.controls.browser.welcome.isVisible)
    window.controls.folders.add([tmp_path])
    qtbot.waitUntil(lambda: not window.controls.browser.welcome.isVisible())
    assert str(tmp_path.name) in window.controls.toast.text


def test_a_folder_can_be_dropped(qtbot, make_window, library, tmp_path):
    window = make_window()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(tmp_path)), QUrl("https://example.org/")])
    window.dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            mime,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    qtbot.waitUntil(lambda: [one.path for one in library.folders] == [str(tmp_path)])


def test_an_error_for_people_is_a_sentence_and_any_other_a_crash(qtbot, make_window, pictures):
    window = make_window()
    window.controls.report(AnitagError("no_such_folder", path="/gone"))
    assert "/gone" in window.controls.toast.text
    error = ValueError("bug")
    window.controls.report(error)
    assert window.crashes == [error]


def test_the_strip_tells_of_tagging_and_pauses_it(qtbot, make_window, library, pictures):
    library.progress_now = FakeProgress("running", 3, 10, 12.0, "CPU", True, 1.0)
    window = make_window()
    qtbot.waitUntil(lambda: window.controls.strip.title == "Tagging 3 of 10")
    assert "CPU, measured" in window.controls.strip.facts
    window.controls.strip.pause_button.click()
    qtbot.waitUntil(lambda: window.controls.strip.title == "Paused at 3 of 10")
    window.controls.strip.pause_button.click()
    qtbot.waitUntil(lambda: window.controls.strip.title == "Tagging 3 of 10")
    window.controls.strip._stop.click()
    qtbot.waitUntil(lambda: library.progress_now.state == "idle")
    assert window.controls.strip.title == "Tagging is stopped"
    assert window.controls.strip.pause_button.text() == "Start"
    window.controls.strip.pause_button.click()
    qtbot.waitUntil(lambda: window.controls.strip.title == "Tagging 3 of 10")


def test_what_is_looked_at_is_tagged_first(qtbot, make_window, library, pictures):
    make_window()
    qtbot.waitUntil(lambda: library.preferred == [0, 1, 2, 3])


def test_ctrl_z_in_an_empty_field_takes_back_the_last_correction(
    qtbot, make_window, library, pictures
):
    window = make_window()
    select(qtbot, window, 3)
    window.controls.inspector.add_tag()
    edit = window.controls.inspector.field.edit
    qtbot.waitUntil(edit.hasFocus)
    qtbot.keyClicks(edit, "broom")
    qtbot.keyClick(edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: "broom" in pictures[3].said)
    qtbot.keyClick(edit, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: "broom" not in pictures[3].said)
    assert edit.text() == ""


def test_the_viewer_opens_steps_and_closes(qtbot, make_window, library, tmp_path):
    from PIL import Image

    for name in ("one", "two"):
        Image.new("RGB", (80, 40), "red").save(tmp_path / f"{name}.png")
        library.pictures.append(FakePicture(str(tmp_path / f"{name}.png"), 80, 40))
    window = make_window()
    gallery = window.controls.browser.gallery
    gallery.select_only(0)
    gallery.setFocus()
    qtbot.keyClick(gallery, Qt.Key.Key_Return)
    qtbot.waitUntil(window.controls.viewer.isVisible)
    qtbot.waitUntil(lambda: window.controls.viewer.name == "one.png")
    qtbot.keyClick(window.controls.viewer, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: window.controls.viewer.name == "two.png")
    assert gallery.selected_ids() == [1]
    qtbot.keyClick(window.controls.viewer, Qt.Key.Key_Right)
    assert window.controls.viewer.place == 1
    qtbot.keyClick(window.controls.viewer, Qt.Key.Key_Z)
    assert window.controls.viewer.canvas.scale == 1.0
    qtbot.keyClick(window.controls.viewer, Qt.Key.Key_Escape)
    assert not window.controls.viewer.isVisible()
    assert gallery.hasFocus()


def test_a_slow_library_never_stops_the_window(qtbot, make_window, library, pictures):
    window = make_window()
    go = threading.Event()
    search_now, ended = library.searching._service.search, threading.Event()

    def slow(*words, **options):
        go.wait(30)
        ended.set()
        return search_now(*words, **options)

    library.searching._service.search = slow
    window.controls.browser.look_for("smile")
    for _ in range(20):
        window.controls.browser.gallery.viewport().repaint()
        qtbot.wait(1)
    assert not ended.is_set()
    assert list(window.controls.browser.gallery.ids) == [0, 1, 2, 3]
    go.set()
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [0, 1])


def test_the_newest_search_wins(qtbot, make_window, library, pictures):
    window = make_window()
    go = threading.Event()
    search_now = library.searching._service.search

    def slow(text, **options):
        if text == "smile":
            go.wait(5)
        return search_now(text, **options)

    library.searching._service.search = slow
    window.controls.browser.look_for("smile")
    window.controls.browser.look_for("cat")
    qtbot.waitUntil(lambda: list(window.controls.browser.gallery.ids) == [3])
    go.set()
    qtbot.wait(100)
    assert list(window.controls.browser.gallery.ids) == [3]


def test_panels_fold_and_are_remembered(qtbot, make_window, pictures, workspace):
    window = make_window()
    qtbot.keyClick(window.controls.browser.gallery, Qt.Key.Key_I)
    assert window.right_panel.isHidden()
    window.close()
    assert workspace.memory.flag("right", True) is False


def test_another_thread_can_raise_the_window(qtbot, make_window, pictures):
    window = make_window()
    window.hide()
    thread = threading.Thread(target=window.raise_wanted.emit)
    thread.start()
    thread.join()
    qtbot.waitUntil(window.isVisible)


def test_a_random_order_stays_while_it_is_shown(qtbot, make_window, library, pictures):
    window = make_window()
    library.orders.clear()
    window.controls.browser.sort.choose("random")
    qtbot.waitUntil(lambda: len(library.orders) == 1)
    library.changes.publish(LibraryChange(images=frozenset({2})))
    qtbot.waitUntil(lambda: len(library.orders) == 2)
    window.controls.browser.look_for("smile order:random")
    qtbot.waitUntil(lambda: len(library.orders) == 3)
    first, refreshed, other = library.orders
    assert first == refreshed != other
    assert first.startswith("random:")
    assert other.startswith("random:")
    window.controls.browser.look_for("smile order:name")
    qtbot.waitUntil(lambda: library.orders[-1] is None)
    assert not window.controls.browser.sort.isEnabled()
    window.controls.browser.look_for("smile")
    assert window.controls.browser.sort.isEnabled()


@pytest.mark.parametrize(
    ("search", "words"),
    [
        ("similar:/pics/a.png", "Most similar"),
        ("smile SIMILAR:0123", "Most similar"),
        ("smile order:name", "Name"),
        ("order:random:7 smile", "Random"),
        ("order:score smile", "score"),
        ("smile", "Newest"),
    ],
)
def test_the_sort_button_says_the_order_that_is_shown(make_window, library, search, words):
    browser = make_window(size=(1400, 800)).controls.browser
    browser.look_for(search)
    assert browser.sort.text() == words
    assert browser.sort.accessibleName() == f"Order: {words}"
    assert browser.sort.isEnabled() == (search == "smile")


def test_the_menu_of_a_picture_is_about_the_current_one(qtbot, make_window, pictures, monkeypatch):
    from PySide6.QtCore import QPoint

    from anitag_desktop.gui import menus

    window = make_window()
    offered = []
    monkeypatch.setattr(menus, "pop_up", lambda parent, choices, point: offered.append(choices))
    window.controls.browser.gallery.menu_wanted.emit(QPoint(0, 0))
    assert offered == []
    select(qtbot, window, 1)
    qtbot.waitUntil(lambda: window.controls.browser.gallery.pictures.row(1) is not None)
    window.controls.browser.gallery.menu_wanted.emit(QPoint(0, 0))
    words = dict(offered[0])
    assert list(words) == [
        *("Look at it", "Make favourite", "Stars", "Fully reviewed", "Add a tag"),
        *("Teach a character…", "Find similar pictures", "Open its folder", "Copy the path"),
    ]
    words["Look at it"]()
    qtbot.waitUntil(window.controls.viewer.isVisible)
    assert window.controls.viewer.place == 1
