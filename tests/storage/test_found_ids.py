"""The sequence that puts itself in order late is like the list of the same ids."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.storage.found_ids import FoundIds

some_ids = st.lists(st.integers(1, 99), unique=True, max_size=9)
places = st.none() | st.integers(-12, 12)


def found(ids: list[int], ready: int) -> FoundIds:
    array = np.array(ids, np.uint32)
    return FoundIds(array[:ready], len(ids), lambda: array)


@given(some_ids, st.integers(0, 9), places, places, st.sampled_from([None, 1, 2, -1, -3]))
def test_slices(
    ids: list[int], ready: int, start: int | None, stop: int | None, step: int | None
) -> None:
    assert found(ids, ready)[start:stop:step] == ids[start:stop:step]


@given(some_ids, st.integers(0, 9))
def test_it_is_like_a_list(ids: list[int], ready: int) -> None:
    one = found(ids, ready)
    assert len(one) == len(ids)
    assert [one[place] for place in range(-len(ids), len(ids))] == ids + ids
    assert list(one) == ids
    assert one == ids
    assert one == found(ids, 0)
    assert one == tuple(ids)
    assert one != [*ids, 1]
    assert all(image in one for image in ids)
    assert 100 not in one
    assert "1" not in one
    assert [one.index(image) for image in ids] == list(range(len(ids)))


def test_the_rest_is_put_in_order_once_and_only_if_asked_for() -> None:
    calls = []

    def put_in_order() -> np.ndarray:
        calls.append(1)
        return np.array([5, 4, 3], np.uint32)

    one = FoundIds(np.array([5], np.uint32), 3, put_in_order)
    assert (len(one), one[0], one[:1], repr(one)) == (3, 5, [5], "<3 ids: 5>")
    assert not calls
    assert one[-1] == 3
    assert list(one) == [5, 4, 3]
    assert len(calls) == 1


def test_a_place_beyond_the_end_is_an_error() -> None:
    with pytest.raises(IndexError):
        found([1, 2], 1)[2]
