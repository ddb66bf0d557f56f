"""Where a key leads from the current cell."""

from PySide6.QtCore import Qt

from anitag_desktop.gui.gallery.grid import Grid

_K = Qt.Key


def step_to(key: Qt.Key, current: int | None, grid: Grid, page_rows: int) -> int | None:
    """Return the cell that ``key`` leads to, None if it is no moving key or there is no cell."""
    steps = {
        _K.Key_Left: -1,
        _K.Key_Right: 1,
        _K.Key_Up: -grid.columns,
        _K.Key_Down: grid.columns,
        _K.Key_PageUp: -grid.columns * page_rows,
        _K.Key_PageDown: grid.columns * page_rows,
        _K.Key_Home: -grid.count,
        _K.Key_End: grid.count,
    }
    if key not in steps or not grid.count:
        return None
    if current is None:
        return 0
    return _kept_inside(current, steps[key], grid)


def _kept_inside(current: int, step: int, grid: Grid) -> int:
    target = current + step
    if abs(step) in (1, grid.count):
        return min(max(target, 0), grid.count - 1)
    if target < 0:
        return current % grid.columns if abs(step) > grid.columns else current
    if target < grid.count:
        return target
    # The last row may be short: stepping into it from above ends on its last cell.
    is_in_last_row = current // grid.columns == grid.rows - 1
    return current if is_in_last_row else grid.count - 1
