from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage

from anitag_desktop.gui.gallery import thumbnails
from anitag_desktop.gui.gallery.thumbnails import Thumbnails, covering_square, square_thumbnail

pytestmark = pytest.mark.gui


def write_bands(path: Path, width: int, height: int) -> Path:
    """A picture whose upper half is red and whose lower half is blue."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    for y in range(height // 2, height):
        for x in range(width):
            image.setPixelColor(x, y, QColor("blue"))
    assert image.save(str(path))
    return path


def test_a_high_picture_is_cut_mostly_below(qapp, tmp_path):
    square = square_thumbnail(write_bands(tmp_path / "high.png", 60, 180), 60)
    assert (square.width(), square.height()) == (60, 60)
    assert square.pixelColor(30, 30) == QColor("red")
    rect = covering_square(60, 180)
    assert rect.y() < (180 - 60) - rect.y()


def test_a_wide_picture_is_cut_evenly(qapp):
    rect = covering_square(300, 100)
    assert (rect.x(), rect.y(), rect.width()) == (100, 0, 100)


def test_corners_are_see_through(qapp, tmp_path):
    square = square_thumbnail(write_bands(tmp_path / "a.png", 100, 100), 100)
    assert square.pixelColor(0, 0).alpha() == 0
    assert square.pixelColor(50, 0).alpha() == 255


@pytest.mark.qt_log_ignore("JPEG datastream")
@pytest.mark.parametrize("content", [b"", b"no picture", b"\xff\xd8\xff\xe0garbage"])
def test_a_broken_file_gives_a_null_image(qapp, tmp_path, content):
    path = tmp_path / "broken.jpg"
    path.write_bytes(content)
    assert square_thumbnail(path, 50).isNull()
    assert square_thumbnail(tmp_path / "absent.jpg", 50).isNull()


def test_wanted_thumbnails_arrive_and_broken_ones_are_known(qtbot, tasks, tmp_path):
    store = Thumbnails(tasks)
    good = write_bands(tmp_path / "good.png", 40, 40)
    arrived, damaged = [], []
    store.arrived.connect(arrived.append)
    store.damaged.connect(damaged.append)
    store.want({1: good, 2: tmp_path / "absent.png"}, 32)
    qtbot.waitUntil(lambda: set(arrived) == {1, 2})
    assert store.find(1).width() == 32
    assert store.find(2) is None
    assert store.is_unreadable(2)
    assert damaged == [2]
    store.forget([2])
    assert not store.is_unreadable(2)


def test_the_cache_forgets_the_oldest(qtbot, tasks, tmp_path, monkeypatch):
    monkeypatch.setattr(thumbnails, "CACHE_BYTES", 3 * 32 * 32 * 4)
    store = Thumbnails(tasks)
    path = write_bands(tmp_path / "a.png", 40, 40)
    for image_id in range(6):
        with qtbot.waitSignal(store.arrived):
            store.want({image_id: path}, 32)
    assert [i for i in range(6) if store.find(i) is not None] == [3, 4, 5]


def test_another_size_is_read_again_while_the_old_one_stands(qtbot, tasks, tmp_path):
    store = Thumbnails(tasks)
    path = write_bands(tmp_path / "a.png", 64, 64)
    with qtbot.waitSignal(store.arrived):
        store.want({1: path}, 32)
    store.want({1: path}, 48)
    assert store.find(1).width() == 32
    qtbot.waitUntil(lambda: store.find(1).width() == 48)
