import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.gui.gallery import view as view_module
from anitag_desktop.gui.gallery.view import GalleryView
from tests.gui.fakes import FakePicture

pytestmark = pytest.mark.gui

MILLION = 1_000_000


class Crowd:
    """A million pictures that are one."""

    def __len__(self) -> int:
        return MILLION

    def __getitem__(self, index: int) -> FakePicture:
        return FakePicture(f"/pictures/{index}.png")


@pytest.fixture
def view(qtbot, workspace, library):
    library.pictures = Crowd()
    made = GalleryView(workspace)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def drag(qtbot, view, start, end, modifier=Qt.KeyboardModifier.NoModifier):
    viewport = view.viewport()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, modifier, start)
    for part in (0.3, 0.7, 1.0):
        point = start + (end - start) * part
        from PySide6.QtCore import QEvent, QPointF
        from PySide6.QtGui import QMouseEvent

        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(point),
            QPointF(viewport.mapToGlobal(point)),
            Qt.MouseButton.NoButton,
            Qt.MouseButton.LeftButton,
            modifier,
        )
        QApplication.sendEvent(viewport, event)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton, modifier, end)


def test_only_visible_cells_are_painted_of_a_million(qtbot, view, monkeypatch):
    painted = []
    monkeypatch.setattr(view_module, "paint_cell", lambda painter, cell: painted.append(cell))
    view.show_images(range(MILLION))
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum() // 2)
    qtbot.waitUntil(lambda: bool(painted))
    painted.clear()
    view.viewport().repaint()
    visible = view.grid.visible(view.verticalScrollBar().value(), view.viewport().height())
    assert 0 < len(painted) <= len(visible) < 60


def test_only_rows_near_the_view_are_asked_for(qtbot, view, library, workspace):
    asked = []
    rows = library.showing._service.rows
    library.showing._service.rows = lambda ids: (asked.extend(ids), rows(ids))[1]
    view.show_images(range(MILLION))
    qtbot.waitUntil(lambda: view.pictures.row(0) is not None)
    assert len(set(asked)) < 200
    view.verticalScrollBar().setValue(view.verticalScrollBar().maximum())
    qtbot.waitUntil(lambda: view.pictures.row(MILLION - 1) is not None)
    assert len(set(asked)) < 400


def test_clicks_select(qtbot, view):
    view.show_images(range(100))
    centre = lambda index: view.cell_rect(index).center()  # noqa: E731
    press = lambda index, modifier=Qt.KeyboardModifier.NoModifier: qtbot.mouseClick(  # noqa: E731
        view.viewport(), Qt.MouseButton.LeftButton, modifier, centre(index)
    )
    press(2)
    assert view.selected_ids() == [2]
    press(4, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_ids() == [2, 3, 4]
    press(3, Qt.KeyboardModifier.ControlModifier)
    assert view.selected_ids() == [2, 4]
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert view.selected_ids() == []


def test_a_right_click_outside_the_selection_selects(qtbot, view):
    view.show_images(range(100))
    view.select_only(1)
    point = view.cell_rect(3).center()
    qtbot.mouseClick(view.viewport(), Qt.MouseButton.RightButton, pos=point)
    assert view.selected_ids() == [3]


def test_a_rubber_band_selects_what_it_touches(qtbot, view):
    view.show_images(range(100))
    drag(qtbot, view, QPoint(3, 3), view.cell_rect(1).center())
    assert view.selected_ids() == [0, 1]
    below = view.grid.columns
    start = view.cell_rect(below).topLeft() - QPoint(6, 6)
    drag(qtbot, view, start, view.cell_rect(below).center(), Qt.KeyboardModifier.ControlModifier)
    assert view.selected_ids() == [0, 1, below]


def test_keys_move_extend_and_open(qtbot, view):
    view.show_images(range(MILLION))
    view.setFocus()
    opened = []
    view.opened.connect(opened.append)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.selected_ids() == [1]
    qtbot.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_ids() == [1, 2]
    qtbot.keyClick(view, Qt.Key.Key_End)
    assert view.selected_ids() == [MILLION - 1]
    assert view.cell_rect(MILLION - 1).bottom() <= view.viewport().height()
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened == [MILLION - 1]
    qtbot.keyClick(view, Qt.Key.Key_Escape)
    assert view.selected_ids() == []


def test_selecting_a_million_is_one_range(qtbot, view):
    view.show_images(range(MILLION))
    view.select_all()
    assert len(view.selection.chosen) == MILLION
    assert view.selected_ids(3) == [0, 1, 2]
    view.invert_selection()
    assert view.selected_ids() == []


def test_ctrl_and_the_wheel_zoom_and_keep_the_place(qtbot, view):
    view.show_images(range(MILLION))
    view.verticalScrollBar().setValue(1_000_000)
    first = view.grid.visible(view.verticalScrollBar().value(), 1).start
    side = view.grid.side
    wheel = QWheelEvent(
        QPoint(100, 100),
        view.viewport().mapToGlobal(QPoint(100, 100)),
        QPoint(0, 0),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.ControlModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    for _ in range(3):
        QApplication.sendEvent(view.viewport(), wheel)
    assert view.grid.side > side
    now = view.grid.visible(view.verticalScrollBar().value(), 1)
    assert abs(now.start - first) <= 2 * view.grid.columns


def test_a_refresh_keeps_place_and_selection(qtbot, view):
    view.show_images(range(1000))
    view.verticalScrollBar().setValue(500)
    view.select_only(40)
    place = view.verticalScrollBar().value()
    view.replace_images((5000, *range(1000)), (41,))
    assert view.selected_ids() == [40]
    assert view.verticalScrollBar().value() == place
    view.show_images(range(1000))
    assert view.verticalScrollBar().value() == 0
    assert view.selected_ids() == []


def test_changed_pictures_are_asked_for_again_and_stand_meanwhile(qtbot, view, library, workspace):
    view.show_images(range(20))
    qtbot.waitUntil(lambda: view.pictures.row(3) is not None)
    library.calls.clear()
    workspace.signals.changed.emit(LibraryChange(images=frozenset({3})))
    assert view.pictures.row(3) is not None
    qtbot.waitUntil(lambda: "rows" in library.calls)


def test_it_paints_states_without_rows_thumbnails_or_pictures(qtbot, view):
    view.show_images(())
    view.grab()
    view.show_images(range(3))
    view.select_only(1)
    view.setFocus()
    assert not view.grab().isNull()


def test_a_view_at_rest_does_nothing(qtbot, view, library, monkeypatch):
    view.show_images(range(100))
    qtbot.waitUntil(lambda: view.pictures.row(0) is not None)
    qtbot.wait(300)
    painted, asked = [], []
    monkeypatch.setattr(view_module, "paint_cell", lambda painter, cell: painted.append(cell))
    monkeypatch.setattr(view.pictures, "want", lambda *args: asked.append(args))
    qtbot.wait(300)
    assert painted == []
    assert asked == []
