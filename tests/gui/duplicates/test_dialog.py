"""The dialog of duplicates on a real library, whose pictures a stand-in draws."""

import threading
import time
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.pair import PairVerdict
from anitag_desktop.gui.bridge import LibrarySignals
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.duplicates.dialog import DuplicatesDialog
from anitag_desktop.gui.duplicates.pair_pictures import AHEAD
from anitag_desktop.gui.tasks import Priority, Tasks
from anitag_desktop.gui.window_memory import WindowMemory
from anitag_desktop.gui.workspace import Workspace
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.duplicating import Duplicates
from anitag_desktop.services.judging import Judge
from anitag_desktop.services.showing import Showing
from anitag_desktop.services.thumbnailing import RawImage
from anitag_desktop.storage import pair_verdicts
from tests.helpers.libraries import open_store, tags_of
from tests.helpers.seeding import add_folder, add_picture, say

pytestmark = pytest.mark.gui

HASH = 0x0123_4567_89AB_CDEF


class Previews:
    """Draws pictures in one colour each, left half darker; may be told to refuse one."""

    def __init__(self):
        self.asked = []
        self.refused = set()

    def preview(self, image_id, max_side):
        assert threading.current_thread() is not threading.main_thread()
        self.asked.append(image_id)
        if image_id in self.refused:
            raise AnitagError("picture_gone")
        row = bytes([0, 0, 0, 255]) * 20 + bytes([255 - image_id, 90, 90, 255]) * 20
        return RawImage(40, 30, row * 30)


class Weights:
    """Says how fine each picture's detail is."""

    def __init__(self):
        self.of = {}

    def detail(self, one, other):
        return self.of.get(one, 1.0) / self.of.get(other, 1.0)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as opened:
        folder = add_folder(opened, "/p")

        def put(name, group, size, **changes):
            own = {"pixel_hash": f"p{group}", "phash": HASH ^ (group * 0x00FF_00FF_00FF_0000)}
            add_picture(opened, folder, f"/p/{name}.png", name, bytes=size, **own | changes)

        put("<b>a", 0, 9000)  # 1
        put("b", 0, 8000, format="jpeg")  # 2
        put("c", 0, 7000)  # 3
        put("d", 1, 9000, width=1280, height=960)  # 4
        put("e", 1, 8000, pixel_hash="other")  # 5
        yield opened


@pytest.fixture
def library(store):
    return SimpleNamespace(
        showing=Showing(store),
        correcting=Corrector(store),
        duplicating=Duplicates(store),
        judging=Judge(store),
        thumbnailing=Previews(),
        weighing=Weights(),
        changes=store.changes,
        tagging=SimpleNamespace(subscribe=lambda _listener: None),
    )


@pytest.fixture
def make_dialog(qtbot, library, tmp_path):
    tasks, failures, signals = Tasks(), [], LibrarySignals()
    tasks.failed.connect(failures.append)
    workspace = Workspace(library, tasks, signals, WindowMemory(tmp_path / "w.ini"))
    signals.connect_to(library, tasks)

    def make():
        dialog = DuplicatesDialog(workspace, Corrections(workspace))
        dialog._reading.setInterval(1)
        qtbot.addWidget(dialog)
        dialog.resize(900, 640)
        dialog.show()
        return dialog

    yield make
    signals.disconnect_from_library()
    assert tasks.close()
    assert not failures


@pytest.fixture
def dialog(qtbot, make_dialog):
    made = make_dialog()
    qtbot.waitUntil(lambda: names(made) == ["<b>a.png", "b.png"])
    qtbot.waitUntil(lambda: made.page.table.values("Detail") is not None)
    return made


def names(dialog):
    return [label.text() for label in dialog.view.names]


def standing(store):
    with store.library.read() as conn:
        return {
            (*sorted(one.pictures), one.verdict.value, one.better)
            for one in pair_verdicts.standing(conn)
        }


def test_it_shows_how_the_pictures_differ_and_which_seems_better(dialog):
    page = dialog.page
    assert page.progress.text() == "1 of 3 pairs"
    assert page.table.values("Size") == ("640 \u00d7 480", "640 \u00d7 480")
    assert page.table.values("Format") == ("PNG", "JPEG")
    assert page.table.better("Size") is None
    assert page.table.better("File size") == 0
    assert page.table.values("Folder") is None
    assert page.reason.text() == "The left one seems better: it is less compressed."
    assert page.buttons["better 0"].property("kind") == "primary"
    assert page.buttons["better 1"].property("kind") != "primary"
    assert dialog.view.badges[0].isVisible()
    assert not dialog.view.badges[1].isVisible()
    assert dialog.view.names[0].textFormat() is Qt.TextFormat.PlainText


def test_tags_and_marks_of_one_side_only_are_shown(qtbot, store, make_dialog):
    say(store, 1, "hat")
    say(store, 2, "hat")
    say(store, 2, "long_hair")
    dialog = make_dialog()
    qtbot.waitUntil(lambda: dialog.page.table.values("Format") is not None)
    assert dialog.page.table.values("Only here, yours") == ("\u2013", "long hair")
    assert dialog.page.table.values("Marks") is None


def test_finer_detail_decides_for_a_smaller_picture(qtbot, library, make_dialog):
    library.weighing.of = {5: 2.0}
    dialog = make_dialog()
    qtbot.waitUntil(lambda: dialog.queue.total == 3)
    QTest.keyClick(dialog, Qt.Key.Key_1)
    QTest.keyClick(dialog, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: dialog.page.table.values("Detail") == ("coarser", "finer"))
    assert dialog.page.table.better("Size") is None
    assert dialog.page.reason.text() == (
        "The right one seems better: it shows finer detail, the other one was only enlarged."
    )
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.queue.current is None


def test_one_key_for_each_verdict_and_one_to_take_it_back(qtbot, store, dialog):
    QTest.keyClick(dialog, Qt.Key.Key_2)
    assert names(dialog) == ["b.png", "c.png"] or dialog.queue.current.best == 2
    qtbot.waitUntil(lambda: standing(store) == {(1, 2, "same", 2)})
    QTest.keyClick(dialog, Qt.Key.Key_N)
    qtbot.waitUntil(lambda: (2, 3, "different", None) in standing(store))
    QTest.keyClick(dialog, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: (4, 5, "alternates", None) in standing(store))
    assert dialog.page.empty.isVisible()
    assert dialog.page.empty.text() == "That was the last pair: nothing is left to judge."
    assert not dialog.page.buttons["better 0"].isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: len(standing(store)) == 2)
    assert dialog.queue.current.pictures == {4, 5}
    QTest.keyClick(dialog, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClick(dialog, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: standing(store) == set())
    qtbot.waitUntil(lambda: names(dialog) == ["<b>a.png", "b.png"])
    assert not dialog.page.buttons["undo"].isEnabled()
    QTest.keyClick(dialog, Qt.Key.Key_U)
    assert dialog.page.progress.text() == "Nothing was judged here yet."


def test_only_verdicts_are_taken_back_and_what_came_after_them_is_said(qtbot, store, dialog):
    QTest.keyClick(dialog, Qt.Key.Key_1)
    QTest.keyClick(dialog, Qt.Key.Key_S)
    qtbot.waitUntil(lambda: standing(store) == {(1, 2, "same", 1)})
    Corrector(store).correct([3], add=["hat"])
    QTest.keyClick(dialog, Qt.Key.Key_U)
    words = "Something else was done since: Add hat. Take that back first."
    qtbot.waitUntil(lambda: dialog.page.progress.text() == words)
    assert standing(store) == {(1, 2, "same", 1)}
    assert tags_of(store, 3) == {"hat": "user"}
    assert {1, 2} != dialog.queue.current.pictures
    Corrector(store).undo()
    QTest.keyClick(dialog, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: standing(store) == set())
    assert dialog.queue.current.pictures == {1, 2}


def test_a_verdict_that_was_taken_back_elsewhere_is_not_taken_back_twice(qtbot, store, dialog):
    Corrector(store).correct([3], add=["hat"])
    QTest.keyClick(dialog, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: standing(store) == {(1, 2, "same", 1)})
    Corrector(store).undo()
    QTest.keyClick(dialog, Qt.Key.Key_U)
    qtbot.waitUntil(lambda: not dialog._given)
    assert tags_of(store, 3) == {"hat": "user"}
    assert dialog.queue.current.pictures == {1, 2}


def test_copying_is_chosen_and_undone_with_the_verdict(qtbot, store, dialog):
    say(store, 2, "hat")
    QTest.keyClick(dialog, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: bool(standing(store)))
    assert tags_of(store, 1) == {}
    dialog.take_back()
    QTest.keyClick(dialog, Qt.Key.Key_C)
    QTest.keyClick(dialog, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: tags_of(store, 1) == {"hat": "user"})
    dialog.take_back()
    qtbot.waitUntil(lambda: tags_of(store, 1) == {})


def test_later_is_not_remembered_as_a_verdict(store, dialog):
    QTest.keyClick(dialog, Qt.Key.Key_S)
    assert dialog.queue.current.pictures == {1, 3}
    assert dialog.page.progress.text() == "2 of 3 pairs"
    assert standing(store) == set()


def test_the_next_pairs_are_decoded_before_they_are_wanted(qtbot, library, dialog):
    qtbot.waitUntil(lambda: {1, 2, 3, 4, 5} <= set(library.thumbnailing.asked))
    upcoming = dialog.queue.upcoming(AHEAD)
    qtbot.waitUntil(lambda: all(dialog.pictures.image(one.other) for one in upcoming))
    qtbot.waitUntil(lambda: all(dialog.pictures.find(one) for one in upcoming))
    asked = len(library.thumbnailing.asked)
    QTest.keyClick(dialog, Qt.Key.Key_1)
    assert names(dialog) == ["<b>a.png", "c.png"]  # at once: nothing was waited for
    assert dialog.view._images[1] is not None
    assert len(library.thumbnailing.asked) == asked


def test_what_was_left_behind_is_not_weighed_any_more(qtbot, library, make_dialog):
    weighed, may_end = [], threading.Event()

    def detail(one, other):
        weighed.append((one, other))
        assert may_end.wait(20)
        return 1.0

    library.weighing = SimpleNamespace(detail=detail)
    dialog = make_dialog()
    qtbot.waitUntil(lambda: len(dialog.pictures._weighing) == 3)
    qtbot.waitUntil(lambda: len(weighed) == 2)  # as many as there are threads for pictures
    dialog.pictures.want([], 100)
    may_end.set()
    ended = []
    tasks = dialog._workspace.tasks
    tasks.run_in_background(lambda: None, ended.append, owner=dialog, priority=Priority.DECODE)
    qtbot.waitUntil(lambda: bool(ended))
    assert len(weighed) == 2
    dialog.pictures.want([dialog.queue.current], 100)
    qtbot.waitUntil(lambda: dialog.pictures.find(dialog.queue.current).detail == 1.0)


def test_both_pictures_zoom_and_move_together(dialog):
    one, other = dialog.view.canvases
    QTest.keyClick(dialog, Qt.Key.Key_Plus)
    QTest.keyClick(dialog, Qt.Key.Key_Plus)
    QTest.keyClick(dialog, Qt.Key.Key_Right)
    assert not one.is_fitted
    assert one.outlook == other.outlook
    assert one.outlook.middle.x() > 0.5
    other.zoom_to(other.scale * 2)
    assert one.outlook == other.outlook
    QTest.keyClick(dialog, Qt.Key.Key_0)
    assert one.is_fitted
    assert other.is_fitted


def test_space_shows_one_over_the_other_in_the_same_place(qtbot, dialog):
    view = dialog.view
    QTest.keyClick(dialog, Qt.Key.Key_Space)
    assert view.flipped == 0
    assert not view.canvases[1].isVisible()
    qtbot.waitUntil(lambda: view.canvases[0].width() == view.width())  # it has all the room
    first = view.canvases[0].grab().toImage()
    target = view.canvases[0]._target()
    QTest.keyClick(dialog, Qt.Key.Key_Space)
    assert view.flipped == 1
    assert view.canvases[0]._target() == target
    assert view.canvases[0].grab().toImage() != first
    assert view.names[1].isVisible()
    assert not view.names[0].isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert view.flipped is None
    assert dialog.isVisible()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()


def test_a_mirrored_copy_is_mirrored_back(qtbot, store, make_dialog):
    from anitag_desktop.domain.perceptual_hash import mirrored

    folder = add_folder(store, "/p")
    add_picture(store, folder, "/p/x.png", "x", phash=0x1357_9BDF_0246_8ACE, bytes=99)
    add_picture(store, folder, "/p/y.png", "y", phash=mirrored(0x1357_9BDF_0246_8ACE), bytes=98)
    dialog = make_dialog()
    qtbot.waitUntil(lambda: dialog.queue.total == 4)
    while dialog.queue.current.best != 6:
        dialog.skip()
    qtbot.waitUntil(lambda: names(dialog) == ["x.png", "y.png"])
    qtbot.waitUntil(lambda: None not in dialog.view._images)
    assert dialog.view.notes[1].text() == "mirrored here to compare"
    left, right = (image.pixelColor(0, 0).red() for image in dialog.view._images)
    assert left == 0
    assert right > 200


def test_what_changes_elsewhere_is_followed(qtbot, store, dialog):
    Judge(store).tell_apart([4, 5], PairVerdict.DIFFERENT)
    qtbot.waitUntil(lambda: dialog.queue.total == 2)
    assert names(dialog) == ["<b>a.png", "b.png"]
    Judge(store).call_same(3, [1, 2])
    qtbot.waitUntil(lambda: dialog.queue.current is None)
    assert dialog.page.empty.isVisible()
    Corrector(store).undo(2)
    qtbot.waitUntil(lambda: dialog.queue.total == 3)
    assert not dialog.page.empty.isVisible()


def test_a_verdict_that_cannot_be_kept_is_said_and_its_pair_comes_back(qtbot, library, dialog):
    def fail(*_args, **_options):
        raise AnitagError("disk_full", path="/p")

    library.judging = SimpleNamespace(call_same=fail)
    QTest.keyClick(dialog, Qt.Key.Key_1)
    qtbot.waitUntil(lambda: "/p" in dialog.page.progress.text())
    assert dialog.queue.current.pictures == {1, 2}


def test_a_picture_that_cannot_be_seen_is_said_in_its_place(qtbot, library, make_dialog):
    library.thumbnailing.refused = {2}
    dialog = make_dialog()
    qtbot.waitUntil(lambda: bool(dialog.view.notes[1].text()))
    assert dialog.view.notes[1].text() == "The file is no longer there."
    assert dialog.view.notes[0].text() == ""


def test_a_library_without_duplicates_says_so(qtbot, store, make_dialog):
    Judge(store).tell_apart([1, 2, 3, 4, 5], PairVerdict.DIFFERENT)
    dialog = make_dialog()
    assert dialog.page.empty.text() == "Looking for pictures that show the same…"
    qtbot.waitUntil(lambda: dialog.page.empty.text().startswith("No two pictures"))
    for key in (Qt.Key.Key_1, Qt.Key.Key_N, Qt.Key.Key_S, Qt.Key.Key_Return, Qt.Key.Key_Space):
        QTest.keyClick(dialog, key)
    assert {verdict for _, _, verdict, _ in standing(store)} == {"different"}


def test_it_closes_while_it_looks(library, make_dialog):
    begun, is_over = threading.Event(), threading.Event()

    def look(is_given_up):
        begun.set()
        while not is_given_up() and not is_over.wait(0.01):
            time.sleep(0)
        return []

    library.duplicating = SimpleNamespace(queue=look)
    dialog = make_dialog()
    assert begun.wait(10)
    dialog.reject()
    assert not dialog.isVisible()
    dialog.deleteLater()  # the task pool ends within its time: see the fixture
