"""The page of what was changed: shown from the notice, taken back as one step."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtWidgets import QPushButton

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.services.correcting import ActionView
from anitag_desktop.services.refreshing import LearntChanges, TagChange
from anitag_desktop.services.switching import Switched
from tests.gui.fakes import FakePicture, OffMain

pytestmark = pytest.mark.gui

HAT = Tag("uid-hat", "<i>hat</i>", TagCategory.GENERAL)


class FakeLearning:
    def __init__(self) -> None:
        self.is_undone = False
        self.newer = ""
        self.is_known = True

    def changes(self):
        action = ActionView(7, "Learn from corrections", datetime.now(UTC), self.is_undone)
        return (
            LearntChanges(action, (TagChange(HAT, 12, 1, (1, 2, 3), (4,)),))
            if (self.is_known)
            else None
        )

    def undo_only(self, action_id):
        assert action_id == 7
        if self.newer:
            raise AnitagError("newer_action", label=self.newer)
        self.is_undone = True
        return self.changes().action


@pytest.fixture
def fake(library):
    fake = FakeLearning()
    library.pictures = [FakePicture(f"/art/{n}.png", scores={"hat": 0.9}) for n in range(5)]
    library.folders = [library.indexing._service.add_folder("/tmp")]
    library.refreshing = OffMain(fake, [])
    library.correcting = OffMain(fake, [])
    return fake


@pytest.fixture
def window(make_window, fake, qtbot):
    window = make_window("")
    qtbot.waitUntil(lambda: len(window.controls.browser.gallery.ids) == 5)
    return window


def opened(window, qtbot):
    window.controls.changes.open()
    page = window.controls.browser._made["changes"]
    qtbot.waitUntil(lambda: bool(page.words.text()))
    return page


def test_the_notice_after_learning_leads_to_what_changed(window, qtbot) -> None:
    window.controls.learning.learnt.emit("Learnt 1 tag.")
    window.controls.toast._button.click()
    page = window.controls.browser._made["changes"]
    qtbot.waitUntil(lambda: len(page.sections) == 2)
    titles = [one.tiles.accessibleName() for one in page.sections]
    assert titles == ["<i>hat</i>: given to 12 pictures", "<i>hat</i>: taken from 1 picture"]
    assert [len(one.tiles.tiles) for one in page.sections] == [3, 1]
    assert [one.note.text() for one in page.sections] == ["3 of them:", ""]


def test_what_changed_is_looked_at_and_searched_for(window, qtbot) -> None:
    page = opened(window, qtbot)
    qtbot.waitUntil(lambda: len(page.sections) == 2)
    given, taken = page.sections
    assert taken.findChild(QPushButton) is None  # it is on none of them now
    given.tiles.opened.emit(given.tiles.tiles[2].key)
    assert window.controls.viewer.image_id == 3
    window.controls.viewer.close_viewer()
    assert page.isAncestorOf(window.focusWidget())
    given.findChild(QPushButton).click()
    assert window.controls.browser.search.text == "<i>hat</i>"


def test_of_very_many_tags_it_says_how_many_are_shown(window, qtbot, library) -> None:
    at = datetime.now(UTC).timestamp() + 60
    tags = tuple(
        TagChange(Tag(f"uid-{n}", f"tag {n}", TagCategory.GENERAL), 1, 0, (1,), ())
        for n in range(41)
    )
    library.training.switch = Switched("small", "anitag/small", at, 331, tags)
    page = opened(window, qtbot)
    qtbot.waitUntil(lambda: len(page.sections) == 40)
    assert page.words.text().endswith("Of 41 tags, the 40 are shown that changed most.")


def test_it_is_taken_back_as_one_step(window, qtbot, fake) -> None:
    page = opened(window, qtbot)
    qtbot.waitUntil(lambda: len(page.sections) == 2)
    page.undo.click()
    qtbot.waitUntil(lambda: fake.is_undone)
    page.read()
    qtbot.waitUntil(lambda: "taken back" in page.words.text())
    assert page.undo.isHidden()


def test_what_stands_above_newer_actions_stays_and_says_why(window, qtbot, fake) -> None:
    page = opened(window, qtbot)
    qtbot.waitUntil(lambda: len(page.sections) == 2)
    fake.newer = "Add hat"
    page.undo.click()
    qtbot.waitUntil(lambda: "Add hat" in page.words.text())


def test_where_nothing_was_learnt_it_says_so(window, qtbot, fake) -> None:
    fake.is_known = False
    page = opened(window, qtbot)
    assert "Nothing was learnt" in page.words.text()
    assert page.undo.isHidden()


def test_another_model_that_was_taken_since_is_what_changed(window, qtbot, library) -> None:
    at = datetime.now(UTC).timestamp() + 60
    turned = (TagChange(HAT, 2, 0, (1, 2), ()),)
    library.training.switch = Switched(
        "<b>small</b> (retrained 1)", "anitag/small", at, 331, turned
    )
    page = opened(window, qtbot)
    qtbot.waitUntil(lambda: len(page.sections) == 1)
    assert page.words.text().startswith(
        "<b>small</b> (retrained 1) took the place of anitag/small. Of 331 pictures that both"
    )
    assert [one.tiles.accessibleName() for one in page.sections] == [
        "<i>hat</i>: given to 2 pictures"
    ]
    assert page.undo.isHidden()
    library.training.switch = replace(library.training.switch, is_left=True)
    page.read()
    left = "<b>small</b> (retrained 1) was left, and anitag/small is in use again."
    qtbot.waitUntil(lambda: page.words.text().startswith(left))
    library.training.switch = replace(library.training.switch, at=0.0)
    page.read()
    qtbot.waitUntil(lambda: len(page.sections) == 2)
