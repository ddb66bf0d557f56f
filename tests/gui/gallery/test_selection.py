from anitag_desktop.gui.gallery.selection import Selection


def test_shift_selects_from_the_anchor_in_both_directions():
    selection = Selection()
    selection.only(5)
    selection.extend_to(8)
    assert list(selection.chosen) == [5, 6, 7, 8]
    selection.extend_to(3)
    assert list(selection.chosen) == [3, 4, 5]
    assert selection.current == 3


def test_ctrl_adds_and_takes_away_and_moves_the_anchor():
    selection = Selection()
    selection.only(1)
    selection.toggle(7)
    assert list(selection.chosen) == [1, 7]
    selection.toggle(1)
    assert list(selection.chosen) == [7]
    selection.extend_to(3)
    assert list(selection.chosen) == [1, 2, 3]


def test_a_band_adds_to_what_was_selected_only_if_asked():
    selection = Selection()
    selection.only(1)
    selection.begin_band(keeps=True)
    selection.stretch_band([(4, 6)])
    selection.stretch_band([(4, 5)])
    assert list(selection.chosen) == [1, 4]
    selection.begin_band(keeps=False)
    selection.stretch_band([(8, 9)])
    assert list(selection.chosen) == [8]


def test_everything_and_its_inverse():
    selection = Selection()
    selection.everything(1_000_000)
    assert len(selection.chosen) == 1_000_000
    selection.invert(1_000_000)
    assert len(selection.chosen) == 0
    assert selection.current == 0


def test_these_selects_positions_and_makes_the_first_current():
    selection = Selection()
    selection.these([9, 2])
    assert list(selection.chosen) == [2, 9]
    assert selection.current == 2
    selection.these([])
    assert selection.current is None
