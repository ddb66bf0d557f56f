from hypothesis import given, settings
from hypothesis import strategies as st

from anitag_desktop.gui.gallery.grid import Grid

GRIDS = st.builds(
    Grid,
    count=st.integers(0, 1_000_000),
    width=st.integers(1, 4000),
    wished=st.integers(72, 384),
)


@settings(deadline=None)
@given(GRIDS)
def test_cells_fill_the_width_and_stay_near_the_wished_side(grid):
    used = grid.columns * grid.pitch - grid.gap + 2 * grid.margin
    if grid.width > grid.wished + 2 * grid.margin:
        assert grid.width - grid.columns < used <= grid.width
        assert 0.6 * grid.wished <= grid.side <= 1.6 * grid.wished


@settings(deadline=None)
@given(GRIDS, st.data())
def test_a_point_in_a_cell_finds_the_cell_and_a_gap_finds_none(grid, data):
    if not grid.count:
        assert grid.at(grid.margin, grid.margin) is None
        return
    index = data.draw(st.integers(0, grid.count - 1))
    left, top = grid.corner(index)
    assert grid.at(left, top) == index
    assert grid.at(left + grid.side - 1, top + grid.side - 1) == index
    assert grid.at(left - 1, top) is None
    assert grid.at(left, top + grid.side) is None


@settings(deadline=None)
@given(GRIDS, st.integers(0, 5000), st.data())
def test_visible_cells_are_those_that_meet_the_view_and_few(grid, height, data):
    top = data.draw(st.integers(0, max(0, grid.height)))
    seen = grid.visible(top, height)
    assert len(seen) <= grid.columns * (height // grid.pitch + 3)
    for index in {0, grid.count // 2, grid.count - 1} & set(range(grid.count)):
        _, cell_top = grid.corner(index)
        meets = cell_top < top + height and cell_top + grid.side > top
        assert not meets or index in seen


@settings(deadline=None)
@given(
    st.builds(
        Grid, count=st.integers(0, 60), width=st.integers(40, 900), wished=st.integers(72, 200)
    ),
    st.tuples(*[st.integers(-50, 1500)] * 4),
)
def test_a_rectangle_touches_what_a_search_of_all_cells_finds(grid, corners):
    left, right = sorted(corners[:2])
    top, bottom = sorted(corners[2:])
    expected = set()
    for index in range(grid.count):
        x, y = grid.corner(index)
        if x <= right and x + grid.side >= left and y <= bottom and y + grid.side >= top:
            expected.add(index)
    found = {i for start, stop in grid.within(left, top, right, bottom) for i in range(start, stop)}
    assert found == expected


@settings(deadline=None)
@given(GRIDS)
def test_the_height_ends_with_the_last_row(grid):
    if grid.count:
        _, top = grid.corner(grid.count - 1)
        assert grid.height == top + grid.side + grid.margin
    else:
        assert grid.height == 0
