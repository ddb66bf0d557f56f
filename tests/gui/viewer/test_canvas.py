import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QImage

from anitag_desktop.gui.viewer.canvas import Canvas

pytestmark = pytest.mark.gui


@pytest.fixture
def canvas(qtbot):
    made = Canvas()
    qtbot.addWidget(made)
    made.resize(400, 300)
    image = QImage(200, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    made.show_image(image, 2000, 1000)
    made.show()
    return made


def test_it_fits_by_the_real_size_whatever_was_decoded(canvas):
    assert canvas.is_fitted
    assert canvas.scale == pytest.approx(0.2)
    shot = canvas.grab().toImage()
    assert shot.pixelColor(200, 150) == QColor("red")
    assert shot.pixelColor(200, 20) != QColor("red")


def test_a_small_picture_is_not_blown_up(canvas):
    canvas.show_image(None, 10, 10)
    canvas.fit()
    assert canvas.scale == 2.0


def test_the_point_under_the_pointer_stays_when_zooming(canvas):
    at = QPointF(120, 140)
    before = canvas._to_picture(at)
    canvas.zoom_to(1.0, at)
    after = canvas._to_picture(at)
    assert (after - before).manhattanLength() < 1e-6
    assert not canvas.is_fitted


def test_dragging_pans_and_stops_at_the_edge(qtbot, canvas):
    canvas.zoom_to(1.0)
    left = canvas._target().left()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=QPoint(200, 150))
    qtbot.mouseMove(canvas, QPoint(150, 150))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=QPoint(150, 150))
    assert canvas._target().left() <= left
    canvas._middle = QPointF(9.0, 9.0)
    canvas._keep_inside()
    assert canvas._target().right() >= 400 - 1e-6
    assert canvas._target().bottom() >= 300 - 1e-6


def test_toggling_goes_to_real_size_and_back(canvas):
    canvas.toggle()
    assert canvas.scale == 1.0
    canvas.toggle()
    assert canvas.is_fitted


def test_nothing_to_show_is_painted_too(canvas):
    canvas.show_image(None, 0, 0)
    canvas.fit()
    assert not canvas.grab().isNull()
