from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage

from anitag_desktop.domain.correction import EffectiveTag, Source
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.region import Place, Proposal, Region
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.gui.regions import painting
from anitag_desktop.gui.regions.overlay import RegionOverlay
from anitag_desktop.gui.theme.theme import colour_over_pictures
from anitag_desktop.gui.viewer.canvas import Canvas

pytestmark = pytest.mark.gui

MIKU = Tag("m", "hatsune_miku", TagCategory.CHARACTER)
FACE = Region("face", Place("face", Box(0.1, 0.2, 0.2, 0.4)), 0.9, "test/faces")
NAMED = Region(
    "named", Place("", Box(0.5, 0.2, 0.4, 0.6)), tags=(EffectiveTag(MIKU, Source.USER, None),)
)
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def canvas(qtbot):
    """A picture of 200 x 100 that fills a canvas of 400 x 200."""
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(400, 200)
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    made.show_image(image, 2000, 1000)
    made.show()
    return made


@pytest.fixture
def overlay(canvas):
    made = RegionOverlay(canvas)
    made.show_regions([FACE, NAMED])
    made.show()
    return made


def heard(signal):
    got = []
    signal.connect(lambda *what: got.append(what))
    return got


def drag(qtbot, canvas, start, end):
    qtbot.mousePress(canvas, LEFT, pos=QPoint(*start))
    for place in (start, end):
        qtbot.mouseMove(canvas, QPoint(*place))
    qtbot.mouseRelease(canvas, LEFT, pos=QPoint(*end))


def test_boxes_are_drawn_where_they_are_in_their_colours(canvas, overlay):
    shot = canvas.grab().toImage()
    assert shot.pixelColor(280, 40) == colour_over_pictures(TagCategory.CHARACTER)
    assert shot.pixelColor(350, 120) == QColor("white")
    canvas.zoom_to(0.4)
    assert overlay.rect_of(FACE).width() == pytest.approx(160)
    overlay.hide()
    assert canvas.grab().toImage().pixelColor(280, 40) == QColor("white")


def test_labels_say_who_or_what_with_the_score():
    assert painting.label_of(FACE) == "Face  0.90"
    assert painting.label_of(NAMED) == "hatsune miku"
    proposed = replace(FACE, proposals=(Proposal(MIKU, 0.712, "test/ccip"),))
    assert painting.label_of(proposed) == "hatsune miku?  0.71"
    assert painting.label_of(replace(NAMED, proposals=proposed.proposals)) == "hatsune miku"
    assert painting.label_of(Region("u", Place("", FACE.place.box))) == "Region"
    assert painting.label_of(Region("u", Place("<b>hand", FACE.place.box), 0.5)) == "<b>hand  0.50"


def test_a_click_chooses_and_beside_it_lets_go(qtbot, canvas, overlay):
    chosen = heard(overlay.chosen)
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(60, 80))
    assert overlay.current == FACE
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(200, 10))
    assert overlay.current is None
    assert chosen == [("face",), ("",)]


def test_steps_go_around(overlay):
    found = []
    for _ in range(4):
        overlay.step(1)
        found.append(overlay.current and overlay.current.uid)
    assert found == ["face", "named", None, "face"]
    overlay.step(-1)
    assert overlay.current is None


def test_a_double_click_asks_for_the_name(qtbot, canvas, overlay):
    wanted = heard(overlay.name_wanted)
    qtbot.mouseDClick(canvas, LEFT, pos=QPoint(60, 80))
    assert wanted == [("face",)]
    assert canvas.is_fitted


def test_nothing_is_drawn_or_moved_by_looking(qtbot, canvas, overlay):
    told = heard(overlay.drawn) + heard(overlay.moved)
    drag(qtbot, canvas, (60, 80), (120, 90))
    drag(qtbot, canvas, (130, 10), (190, 60))
    assert told == []


def test_a_new_box_is_drawn(qtbot, canvas, overlay):
    drawn = heard(overlay.drawn)
    overlay.edit(True)
    drag(qtbot, canvas, (180, 160), (130, 20))
    ((box,),) = drawn
    assert (box.left, box.top, box.width, box.height) == pytest.approx((0.325, 0.1, 0.125, 0.7))
    drag(qtbot, canvas, (180, 20), (182, 21))
    assert len(drawn) == 1, "a click draws nothing"


def test_a_box_is_moved_and_pulled_by_its_handle(qtbot, canvas, overlay):
    moved = heard(overlay.moved)
    overlay.edit(True)
    drag(qtbot, canvas, (60, 80), (80, 80))
    uid, box = moved.pop()
    assert (uid, box.left, box.width) == ("face", pytest.approx(0.15), pytest.approx(0.2))
    assert overlay.current == FACE
    drag(qtbot, canvas, (120, 120), (160, 140))
    uid, box = moved.pop()
    assert (box.left, box.top) == pytest.approx((0.1, 0.2))
    assert (box.width, box.height) == pytest.approx((0.3, 0.5))
    qtbot.mouseClick(canvas, LEFT, pos=QPoint(60, 80))
    assert moved == []


@pytest.mark.parametrize(
    ("button", "modifier"),
    [
        (Qt.MouseButton.MiddleButton, Qt.KeyboardModifier.NoModifier),
        (LEFT, Qt.KeyboardModifier.ControlModifier),
    ],
)
def test_the_picture_is_moved_while_regions_are_edited(qtbot, canvas, overlay, button, modifier):
    told = (heard(overlay.drawn), heard(overlay.moved), heard(overlay.chosen))
    overlay.edit(True)
    canvas.zoom_to(0.8)
    before = canvas.picture_rect().topLeft()
    over_a_box = overlay.rect_of(FACE).center().toPoint()
    qtbot.mousePress(canvas, button, modifier, pos=over_a_box)
    middle = over_a_box + QPoint(20, 12)
    qtbot.mouseMove(canvas, middle)
    qtbot.mouseRelease(canvas, button, modifier, pos=middle)
    assert canvas.picture_rect().topLeft() - before == QPoint(20, 12)
    assert told == ([], [], [])
    drag(qtbot, canvas, (10, 150), (60, 190))
    assert len(told[0]) == 1, "and then they are drawn as before"


def test_what_is_gone_is_no_longer_chosen(overlay):
    overlay.choose("named")
    overlay.show_regions([FACE])
    assert overlay.current is None
