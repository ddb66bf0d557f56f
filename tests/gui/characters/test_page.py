"""The page of the characters: shown, opened, named, changed."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.characters.content import certainty
from anitag_desktop.gui.characters.tiles import Tile
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.services.clustering import Member, UnknownCluster
from anitag_desktop.services.correcting import ActionView
from anitag_desktop.services.healing import Waiting
from anitag_desktop.services.portraying import LookAlike, Portrait
from anitag_desktop.services.teaching import Character
from tests.gui.fakes import FakePicture, OffMain

pytestmark = pytest.mark.gui

MIKU = Tag("uid-miku", "hatsune_miku", TagCategory.CHARACTER)
RIN = Tag("uid-rin", "<b>rin</b>", TagCategory.CHARACTER)
GROUP = UnknownCluster("c0ffee00", tuple(Member(f"u{n}", n, None) for n in (1, 2, 3)), 0.9)


def portrait(tag: Tag, **changes) -> Portrait:
    between = LookAlike(RIN if tag == MIKU else MIKU, 0.5, (3, 4))
    known = dict.fromkeys(("rejected", "best", "outfits"), ())
    values = {"references": (1, 2, 3), "known_alone": 3, "doubtful": (4, 5), "wearer": None}
    return Portrait(tag, **known | values | {"look_alikes": (between,)} | changes)


class FakeCharacters:
    """Stands for the services of teaching, portraits and clusters, and remembers what was done."""

    def __init__(self) -> None:
        self.done: list[tuple] = []
        self.known = {MIKU.name: MIKU, RIN.name: RIN}
        self.groups = [GROUP]
        self.waits: Waiting | None = None

    def waiting(self):
        return self.waits

    def characters(self):
        return [Character(tag, 3, 0, 12) for tag in self.known.values()]

    def portrait(self, name):
        if name not in self.known:
            raise AnitagError("unknown_character", name=name)
        return portrait(self.known[name])

    def clusters(self, _is_given_up):
        return self.groups

    def name(self, members, name):
        self.groups = []
        return SimpleNamespace(action=self._do("name", [one.image_id for one in members], name))

    def ignore(self, members):
        return self._do("ignore", len(members))

    def teach(self, name, ids, *, outfit=""):
        return SimpleNamespace(action=self._do("teach", name, list(ids), outfit))

    def __getattr__(self, kind):
        return lambda *args: self._do(kind, *args)

    def _do(self, *what):
        self.done.append(what)
        if what[0] == "forget":
            del self.known[what[1]]
        return ActionView(1, what[0].title(), datetime.now(UTC))


class Answers:
    def __init__(self, fake) -> None:
        self._fake = fake

    def correct(self, ids, *, reject):
        assert reject == [MIKU.name]
        return self._fake._do("correct", list(ids))


@pytest.fixture
def fake(library):
    fake = FakeCharacters()
    library.pictures = [FakePicture(f"/art/{n}.png", scores={"hat": 0.9}) for n in range(6)]
    library.folders = [library.indexing._service.add_folder("/tmp")]
    for service in ("teaching", "portraying", "unknowns", "healing"):
        setattr(library, service, OffMain(fake, []))
    return fake


@pytest.fixture
def page(make_window, fake, qtbot):
    window = make_window("")
    qtbot.waitUntil(lambda: len(window.controls.browser.gallery.ids) == 6)
    window.controls.characters.open()
    page = window.controls.browser._made["characters"]
    qtbot.waitUntil(lambda: len(page.overview.characters.tiles.tiles) == 2)
    qtbot.waitUntil(lambda: bool(page.overview.groups))
    return page


def opened(page, qtbot, name: str = MIKU.name):
    page.overview.characters.tiles.opened.emit(name)
    qtbot.waitUntil(lambda: page.portrait.name == name)
    return page.portrait


def test_characters_and_unknown_groups_are_listed(page) -> None:
    first, second = page.overview.characters.tiles.tiles
    assert (first.title, first.line) == ("hatsune miku", "12 pictures · 3 taught")
    assert second.title == "<b>rin</b>"
    tips = page.overview.characters.tiles.model().index(1, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert "<b>" not in tips
    assert [one.title for one in page.overview.unknown.tiles.tiles] == ["3 pictures"]


def test_what_characters_wait_for_is_said_until_it_is_there(page, qtbot, fake) -> None:
    note = page.overview.characters.note
    qtbot.wait(50)
    assert not note.isVisible()
    fake.waits = Waiting(120, 800, is_in_vain=False)
    page.read()
    qtbot.waitUntil(lambda: "120 of 800 pictures" in note.text())
    assert note.isVisible()
    fake.waits = Waiting(0, 800, is_in_vain=True)
    page._take_change(LibraryChange(images=frozenset({1})))
    qtbot.waitUntil(lambda: "no vectors" in note.text(), timeout=10_000)
    fake.waits = None
    page.read()
    qtbot.waitUntil(lambda: not note.isVisible())


def test_a_character_opens_by_keyboard_and_says_how_sure_it_is(page, qtbot) -> None:
    tiles = page.overview.characters.tiles
    tiles.setCurrentIndex(tiles.model().index(0, 0))
    QTest.keyClick(tiles, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.portrait.name == MIKU.name)
    assert "3 of 3 references" in page.portrait.words.text()
    assert [one.title for one in page.portrait.sections["look_alikes"].tiles.tiles] == [
        "<b>rin</b>"
    ]
    page.portrait.sections["look_alikes"].tiles.opened.emit(RIN.name)
    qtbot.waitUntil(lambda: page.portrait.name == RIN.name)
    focused = page.window().focusWidget()
    assert page.portrait.isAncestorOf(focused)
    QTest.keyClick(focused, Qt.Key.Key_Escape)
    assert page.views.currentIndex() == 0
    assert page.window().focusWidget() is tiles


def test_tiles_fill_the_width_and_begin_where_their_head_does(page, qtbot) -> None:
    tiles = page.overview.characters.tiles
    for width in (900, 1300):
        page.window().resize(width, 700)
        qtbot.waitUntil(lambda: tiles.viewport().width() > 0)
        room = tiles.viewport().width() - Space.OUTER
        columns = (room + Space.CELL) // tiles.cell().width()
        assert 0 <= room + Space.CELL - columns * tiles.cell().width() < columns
        assert abs(tiles.side - Size.CELL) < Size.CELL // 2
    assert tiles.visualRect(tiles.model().index(0, 0)).left() == 0


def test_of_a_long_list_only_what_is_in_sight_is_read(page, qtbot, library) -> None:
    tiles = page.overview.characters.tiles
    asked = []
    tiles._thumbnails.want = lambda paths, *_: asked.append(set(paths))
    path = library.pictures[0].path
    tiles.show_tiles([Tile(str(n), n, Path(path), "x") for n in range(1, 501)])
    qtbot.waitUntil(lambda: bool(asked))
    assert 0 < len(asked[-1]) < 200
    scroll = page._scrolls[page.overview].verticalScrollBar()
    qtbot.waitUntil(lambda: scroll.maximum() > 0)
    scroll.setValue(tiles.visualRect(tiles.model().index(400, 0)).top())
    qtbot.waitUntil(lambda: 401 in asked[-1])
    assert len(asked[-1]) < 200


def test_a_picture_of_a_character_is_looked_at_and_left(page, qtbot) -> None:
    view, controls = opened(page, qtbot), page.window().controls
    selected = list(controls.browser.gallery.selection.chosen)
    tiles = view.sections["doubtful"].tiles
    tiles.opened.emit(tiles.tiles[1].key)
    viewer = controls.viewer
    assert viewer.isVisible()
    assert viewer.image_id == 5
    QTest.keyClick(viewer, Qt.Key.Key_Left)
    assert viewer.image_id == 4
    QTest.keyClick(viewer, Qt.Key.Key_Escape)
    assert list(controls.browser.gallery.selection.chosen) == selected
    assert page.isAncestorOf(page.window().focusWidget())


def test_chosen_references_are_removed_split_and_dressed(page, qtbot, fake, monkeypatch) -> None:
    view = opened(page, qtbot)
    assert not view.buttons["drop"].isEnabled()
    monkeypatch.setattr(QInputDialog, "getText", lambda *_: (" rin ", True))
    for kind, wanted in (
        ("drop", ("drop", MIKU.name, [1])),
        ("split", ("split", MIKU.name, "rin", [1])),
        ("outfit", ("teach", MIKU.name, [1], "rin")),
        ("merge", ("merge", MIKU.name, "rin")),
    ):
        tiles = view.sections["references"].tiles
        tiles.clearSelection()
        tiles.setCurrentIndex(tiles.model().index(0, 0))
        view.buttons[kind].click()
        qtbot.waitUntil(lambda wanted=wanted: wanted in fake.done)
        qtbot.waitUntil(lambda: not page._work.is_busy)


def test_doubtful_ones_are_answered(page, qtbot, fake) -> None:
    view = opened(page, qtbot)
    view.sections["doubtful"].tiles.selectAll()
    view.buttons["confirm"].click()
    qtbot.waitUntil(lambda: ("teach", MIKU.name, [4, 5], "") in fake.done)


@pytest.mark.parametrize(
    ("of", "key", "done"),
    [
        ("doubtful", Qt.Key.Key_Y, ("teach", MIKU.name, [4, 5], "")),
        ("doubtful", Qt.Key.Key_N, ("correct", [4, 5])),
        ("references", Qt.Key.Key_Delete, ("drop", MIKU.name, [1, 2, 3])),
    ],
)
def test_chosen_ones_are_answered_by_a_key(page, qtbot, fake, library, of, key, done) -> None:
    library.correcting = OffMain(Answers(fake), [])
    tiles = opened(page, qtbot).sections[of].tiles
    tiles.setFocus()
    QTest.keyClick(tiles, key)
    assert fake.done == []  # none is chosen
    tiles.selectAll()
    QTest.keyClick(tiles, key)
    qtbot.waitUntil(lambda: done in fake.done)


def test_without_selected_pictures_nothing_is_added(page, qtbot, fake) -> None:
    view = opened(page, qtbot)
    view.buttons["add"].click()
    assert fake.done == []


def test_who_is_forgotten_is_left(page, qtbot, fake) -> None:
    view = opened(page, qtbot)
    view.buttons["forget"].click()
    qtbot.waitUntil(lambda: ("forget", MIKU.name) in fake.done)
    qtbot.waitUntil(lambda: page.views.currentIndex() == 0)
    qtbot.waitUntil(lambda: len(page.overview.characters.tiles.tiles) == 1)


def test_a_group_is_named_without_those_that_do_not_belong(page, qtbot, fake) -> None:
    page.overview.unknown.tiles.opened.emit(GROUP.id)
    assert page.window().focusWidget() is page.group.name
    tiles = page.group.members.tiles
    assert len(tiles.chosen) == tiles.chosen_count == 3
    tiles.selectionModel().select(
        tiles.model().index(2, 0), tiles.selectionModel().SelectionFlag.Deselect
    )
    assert not page.group.naming.isEnabled()
    page.group.name.setText("luka")
    page.group.naming.click()
    qtbot.waitUntil(lambda: ("name", [1, 2], "luka") in fake.done)
    assert page.views.currentIndex() == 0
    qtbot.waitUntil(lambda: not page.overview.groups)


def test_a_name_has_room_however_narrow_the_page_is(page, qtbot) -> None:
    page.overview.unknown.tiles.opened.emit(GROUP.id)
    page.window().resize(400, 500)
    field = page.group.name
    qtbot.waitUntil(lambda: field.geometry().width() == Size.FIELD)
    assert not field.geometry().intersects(page.group.naming.geometry())


def test_a_group_that_shows_nobody_is_ignored(page, qtbot, fake) -> None:
    page.overview.unknown.tiles.opened.emit(GROUP.id)
    page.group.ignoring.click()
    qtbot.waitUntil(lambda: ("ignore", 3) in fake.done)


@pytest.mark.parametrize(
    ("known", "words"),
    [(None, "at least 3"), (3, "surely"), (2, "missed on others"), (0, "Hard to recognise")],
)
def test_certainty_is_told_in_plain_words(known, words) -> None:
    references = (1, 2) if known is None else (1, 2, 3)
    assert words in certainty(portrait(MIKU, known_alone=known, references=references))


def test_what_another_model_learnt_is_not_said_to_be_too_little() -> None:
    assert "not learnt with the model in use" in certainty(portrait(MIKU, known_alone=None))


def test_nothing_is_cut_off_in_the_narrowest_window(page, qtbot) -> None:
    opened(page, qtbot)
    scroll = page._scrolls[page.portrait]
    page.setFixedWidth(Size.CENTRE_LEAST)
    qtbot.waitUntil(lambda: scroll.widget().width() == scroll.viewport().width())
    assert page.portrait.minimumSizeHint().width() <= scroll.viewport().width()
