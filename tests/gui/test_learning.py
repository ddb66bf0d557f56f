"""Learning from the window: what is asked, what is told, one thing at a time."""

import threading
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from PySide6.QtWidgets import QInputDialog

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.corrections import Said
from anitag_desktop.services.correcting import ActionView
from anitag_desktop.services.refreshing import Refreshed, TagRefresh
from anitag_desktop.services.teaching import Character, Taught
from anitag_desktop.settings import Settings
from tests.gui.fakes import FakePicture

pytestmark = pytest.mark.gui

HAT = Tag("uid-hat", "hat", TagCategory.GENERAL)
MIKU = Tag("uid-miku", "hatsune_miku", TagCategory.CHARACTER)


def action(number: int | None = 1) -> ActionView:
    return ActionView(number, "Learn", datetime.now(UTC))


def refreshed(number: int | None = 1) -> Refreshed:
    return Refreshed((TagRefresh(HAT, 5, 4, 12, 1, True),), 20, 0.1, action(number))


@pytest.fixture
def window(make_window, library):
    library.pictures = [FakePicture(f"/art/{n}.png", scores={"hat": 0.9}) for n in range(5)]
    library.folders = [library.indexing._service.add_folder("/tmp")]
    library.refreshing = SimpleNamespace(refresh=refreshed)
    return make_window("")


@pytest.fixture
def name(monkeypatch):
    """Answers the question who it is; what was asked is in the list."""
    asked = []

    def give(answer: str, *, is_given: bool = True) -> list[str]:
        def get_text(_parent, _title, words):
            asked.append(words)
            return answer, is_given

        monkeypatch.setattr(QInputDialog, "getText", get_text)
        return asked

    return give


def told(qtbot, window, words: str) -> None:
    qtbot.waitUntil(lambda: words in window.controls.toast.text)


def test_what_was_learnt_is_told(qtbot, window):
    window.controls.learning.learn()
    told(qtbot, window, "Learnt 1 tag: 12 tags given, 1 tag taken.")


def test_nothing_new_and_nothing_at_all_are_told(qtbot, window, library):
    library.refreshing.refresh = lambda: refreshed(None)
    window.controls.learning.learn()
    told(qtbot, window, "Nothing new was said")

    def refuse():
        raise AnitagError("nothing_to_learn")

    library.refreshing.refresh = refuse
    window.controls.learning.learn()
    told(qtbot, window, "nothing to learn from yet")
    assert not window.crashes


def test_one_thing_is_learnt_at_a_time(qtbot, window, library):
    free, begun = threading.Event(), []

    def wait():
        begun.append(1)
        assert free.wait(10)
        return refreshed()

    library.refreshing.refresh = wait
    window.controls.learning.learn()
    window.controls.learning.learn()
    told(qtbot, window, "learnt already")
    free.set()
    told(qtbot, window, "Learnt 1 tag")
    assert begun == [1]
    window.controls.learning.learn()
    qtbot.waitUntil(lambda: begun == [1, 1])


@pytest.fixture
def settled(window):
    """The window, which waits for further corrections hardly at all."""
    window.controls.learning._settling.setInterval(50)
    return window


def correct(window) -> None:
    window.controls.corrections.say(Said(lambda: [1], add=("cap",)))


def test_corrections_are_learnt_once_no_more_follow(qtbot, settled, library):
    begun = []

    def refresh():
        begun.append(1)
        return refreshed()

    library.refreshing = SimpleNamespace(refresh=refresh)
    correct(settled)
    told(qtbot, settled, "Learnt 1 tag")
    assert begun == [1]


def test_what_is_taken_back_is_not_learnt_again(qtbot, settled, library):
    library.refreshing = SimpleNamespace(refresh=lambda: pytest.fail("learnt"))
    settled.controls.corrections.undo()
    with qtbot.waitSignal(settled.controls.corrections.announced):
        pass
    qtbot.wait(200)
    assert not settled.controls.learning._is_busy
    assert not settled.crashes


def test_it_does_not_learn_by_itself_where_that_is_not_wanted(qtbot, settled, library):
    library.settings = Settings(learn_by_itself=False)
    library.refreshing = SimpleNamespace(refresh=lambda: pytest.fail("learnt"))
    with qtbot.waitSignal(settled.controls.learning._settling.timeout):
        correct(settled)
    qtbot.waitUntil(lambda: not settled.controls.learning._is_busy)
    assert not settled.crashes


def test_nothing_to_learn_is_no_news_where_nobody_asked(qtbot, settled, library):
    def refuse():
        raise AnitagError("no_vectors")

    library.refreshing = SimpleNamespace(refresh=refuse)
    with qtbot.waitSignal(settled.controls.learning._settling.timeout):
        correct(settled)
    qtbot.waitUntil(lambda: not settled.controls.learning._is_busy)
    assert settled.controls.toast.text == ""
    assert not settled.crashes


def test_a_character_is_taught_by_the_selected_pictures(qtbot, window, library, name):
    taught = []

    def teach(who, image_ids):
        taught.append((who, len(image_ids)))
        return Taught(Character(MIKU, 5, 0, 9), 4, 0, action())

    library.teaching = SimpleNamespace(teach=teach)
    qtbot.waitUntil(lambda: len(window.controls.browser.gallery.ids) == 5)
    window.controls.browser.gallery.select_all()
    asked = name(" Hatsune Miku ")
    window.controls.learning.teach()
    told(qtbot, window, "hatsune miku is found on 4 more pictures")
    assert taught == [("Hatsune Miku", 5)]
    assert "the 5 selected pictures" in asked[0]


def test_without_pictures_or_a_name_nothing_is_taught(qtbot, window, library, name):
    library.teaching = SimpleNamespace(teach=pytest.fail)
    window.controls.browser.gallery.selection.clear()
    window.controls.learning.teach()
    told(qtbot, window, "Select 3 to 10 pictures")
    qtbot.waitUntil(lambda: len(window.controls.browser.gallery.ids) == 5)
    window.controls.browser.gallery.select_all()
    for answer, is_given in (("", True), ("miku", False)):
        name(answer, is_given=is_given)
        window.controls.learning.teach()
    assert not window.crashes
