"""Counting many sets at once gives what counting each gives."""

from hypothesis import given
from hypothesis import strategies as st
from pyroaring import BitMap

from anitag_desktop.storage.small_sets import SmallSets

ids = st.sets(st.integers(1, 60), max_size=12).map(BitMap)


@given(st.dictionaries(st.integers(1, 9), ids, max_size=6), ids)
def test_counts(sets: dict[int, BitMap], among: BitMap) -> None:
    counted = SmallSets(sets).count(among)
    assert counted == {key: len(members & among) for key, members in sets.items() if members}
