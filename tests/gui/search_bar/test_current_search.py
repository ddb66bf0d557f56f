"""Where the selected pictures stand in an answer, however long it is."""

import numpy as np
import pytest

from anitag_desktop.gui.search_bar.current_search import _positions
from anitag_desktop.storage.found_ids import FoundIds

pytestmark = pytest.mark.gui


@pytest.mark.parametrize("ids", [[7, 3, 9, 1], (7, 3, 9, 1), np.array([7, 3, 9, 1])])
def test_positions_of_the_selected(ids):
    assert list(_positions(ids, (1, 3, 8))) == [1, 3]
    assert list(_positions(ids, ())) == []


def test_positions_beyond_what_is_in_order_already():
    rest = np.arange(100, 0, -1, dtype=np.uint32)
    found = FoundIds(rest[:10], 100, lambda: rest)
    assert list(_positions(found, (100, 1))) == [0, 99]
    assert list(_positions(range(5), (4,))) == [4]
