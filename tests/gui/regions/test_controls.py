import pytest
from PySide6.QtCore import QPoint, Qt

from anitag_desktop.domain.image import Box
from tests.gui.fakes import FakePicture
from tests.helpers.images import drawing

pytestmark = pytest.mark.gui


@pytest.fixture
def viewer(qtbot, make_window, library, tmp_path):
    """The viewer on the first of two pictures."""
    for name in ("one.png", "two.png"):
        drawing(1, 200, 100).save(tmp_path / name)
        library.pictures.append(FakePicture(str(tmp_path / name), width=200, height=100))
    window = make_window()
    qtbot.waitUntil(lambda: len(window.controls.browser.gallery.ids) == 2)
    window.controls.viewer.open(window.controls.browser.gallery.ids, 0)
    qtbot.waitUntil(lambda: window.controls.viewer.name == "one.png")
    return window.controls.viewer


@pytest.fixture
def regions(viewer):
    return viewer.window().controls.regions


def press(qtbot, viewer, *keys, modifier=Qt.KeyboardModifier.NoModifier):
    for key in keys:
        qtbot.keyClick(viewer, getattr(Qt.Key, f"Key_{key}"), modifier)


def boxes(regions):
    return [one.place.box for one in regions.overlay.regions]


def draw(qtbot, viewer, regions):
    """Draw a region with the keyboard and call it miku."""
    press(qtbot, viewer, "E", "N")
    qtbot.waitUntil(regions.field.isVisible)
    qtbot.keyClicks(regions.field.edit, "miku")
    qtbot.keyClick(regions.field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: any(one.tags for one in regions.overlay.regions))


def test_a_key_shows_and_hides_them(qtbot, viewer, regions, library):
    assert not regions.overlay.isVisible()
    press(qtbot, viewer, "B")
    assert regions.overlay.isVisible()
    assert regions.are_shown
    qtbot.waitUntil(lambda: "regions" in library.calls)
    press(qtbot, viewer, "B")
    assert not regions.overlay.isVisible()
    press(qtbot, viewer, "Tab", "Return")
    assert viewer.isHidden(), "without regions the keys do what they did"


def test_without_any_everything_else_works(qtbot, viewer, regions):
    press(qtbot, viewer, "B", "Tab", "Right")
    qtbot.waitUntil(lambda: viewer.name == "two.png")
    press(qtbot, viewer, "Delete", "X", "Escape")
    assert viewer.isHidden()


def test_one_is_drawn_named_moved_and_rejected_by_keys(qtbot, viewer, regions):
    draw(qtbot, viewer, regions)
    (region,) = regions.overlay.regions
    assert (region.identity.tag.name, region.place.box) == ("miku", Box(0.375, 0.375, 0.25, 0.25))
    assert regions.overlay.current == region
    assert regions.field.isHidden()
    press(qtbot, viewer, "Left")
    qtbot.waitUntil(lambda: boxes(regions)[0].left == pytest.approx(0.365))
    press(qtbot, viewer, "Down", modifier=Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: boxes(regions)[0].height == pytest.approx(0.26))
    assert viewer.name == "one.png", "the arrows moved the region, not on to the next picture"
    press(qtbot, viewer, "Delete")
    qtbot.waitUntil(lambda: not regions.overlay.regions)
    press(qtbot, viewer, "Escape")
    assert not regions.overlay.is_editing
    assert viewer.isVisible()
    press(qtbot, viewer, "Escape")
    assert viewer.isHidden()


def test_a_wrong_name_is_rejected_with_a_minus(qtbot, viewer, regions):
    draw(qtbot, viewer, regions)
    press(qtbot, viewer, "Return")
    assert regions.field.isVisible()
    qtbot.keyClicks(regions.field.edit, "-miku")
    qtbot.keyClick(regions.field.edit, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: not regions.overlay.regions[0].tags)


def test_a_name_is_confirmed_and_rejected_with_a_key(qtbot, viewer, regions, library):
    draw(qtbot, viewer, regions)
    press(qtbot, viewer, "Y")
    qtbot.waitUntil(lambda: library.calls.count("correct") == 1)
    assert regions.overlay.regions[0].identity.tag.name == "miku"
    press(qtbot, viewer, "N")
    qtbot.waitUntil(lambda: not regions.overlay.regions[0].tags)
    press(qtbot, viewer, "N")
    qtbot.waitUntil(lambda: len(regions.overlay.regions) == 2)


def test_who_is_proposed_is_taken_or_not_with_a_key(qtbot, viewer, regions, library):
    press(qtbot, viewer, "E", "N")
    qtbot.waitUntil(regions.field.isVisible)
    qtbot.keyClick(regions.field.edit, Qt.Key.Key_Escape)
    (region,) = regions.overlay.regions
    library.outlining._service.propose(region.uid, "miku", "rin")
    qtbot.waitUntil(lambda: bool(regions.overlay.regions[0].proposals))
    press(qtbot, viewer, "N")
    qtbot.waitUntil(lambda: len(regions.overlay.regions[0].proposals) == 1)
    assert regions.overlay.regions[0].proposed.tag.name == "rin"
    press(qtbot, viewer, "Y")
    qtbot.waitUntil(lambda: bool(regions.overlay.regions[0].tags))
    assert regions.overlay.regions[0].identity.tag.name == "rin"


def test_what_kind_of_thing_it_is_is_said_with_a_key(qtbot, viewer, regions):
    draw(qtbot, viewer, regions)
    for label in ("face", "head", "person", ""):
        press(qtbot, viewer, "L")
        qtbot.waitUntil(lambda label=label: regions.overlay.regions[0].place.label == label)


def test_leaving_the_field_says_nothing(qtbot, viewer, regions, library):
    draw(qtbot, viewer, regions)
    press(qtbot, viewer, "Return")
    qtbot.keyClicks(regions.field.edit, "rin")
    qtbot.waitUntil(lambda: regions.field.popup.isHidden())
    qtbot.keyClick(regions.field.edit, Qt.Key.Key_Escape)
    assert regions.field.isHidden()
    assert viewer.hasFocus()
    assert library.calls.count("name") == 1


def test_each_picture_has_its_own(qtbot, viewer, regions):
    draw(qtbot, viewer, regions)
    press(qtbot, viewer, "Escape", "Right")
    qtbot.waitUntil(lambda: viewer.name == "two.png" and not regions.overlay.regions)
    press(qtbot, viewer, "Left")
    qtbot.waitUntil(lambda: len(regions.overlay.regions) == 1)


def test_one_is_drawn_with_the_mouse(qtbot, viewer, regions):
    press(qtbot, viewer, "E")
    canvas = viewer.canvas
    place = canvas.picture_rect().toRect()
    corner, other = place.topLeft() + QPoint(40, 20), place.topLeft() + QPoint(100, 80)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=corner)
    qtbot.mouseMove(canvas, other)
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=other)
    qtbot.waitUntil(lambda: len(regions.overlay.regions) == 1)
    (box,) = boxes(regions)
    assert box.left == pytest.approx(40 / place.width(), abs=0.01)
    qtbot.waitUntil(regions.field.isVisible)
