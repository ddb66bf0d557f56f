import pytest
from PySide6.QtCore import Qt

from anitag_desktop.gui.gallery.grid import Grid
from anitag_desktop.gui.gallery.steps import step_to

K = Qt.Key
# Ten cells in four columns: rows of 4, 4 and 2.
GRID = Grid(10, 4 * 100 + 3 * 12 + 32, 100)


@pytest.mark.parametrize(
    ("key", "current", "target"),
    [
        (K.Key_Right, 3, 4),
        (K.Key_Right, 9, 9),
        (K.Key_Left, 0, 0),
        (K.Key_Down, 1, 5),
        (K.Key_Down, 6, 9),
        (K.Key_Down, 9, 9),
        (K.Key_Up, 2, 2),
        (K.Key_Up, 6, 2),
        (K.Key_PageDown, 1, 9),
        (K.Key_PageUp, 9, 1),
        (K.Key_Home, 7, 0),
        (K.Key_End, 0, 9),
        (K.Key_Right, None, 0),
        (K.Key_X, 3, None),
    ],
)
def test_keys_lead_where_expected(key, current, target):
    assert GRID.columns == 4
    assert step_to(key, current, GRID, page_rows=2) == target


def test_an_empty_grid_leads_nowhere():
    assert step_to(K.Key_Down, None, Grid(0, 500, 100), 2) is None
