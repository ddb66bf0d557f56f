from hypothesis import given, settings
from hypothesis import strategies as st

from anitag_desktop.gui.gallery.index_ranges import IndexRanges

STEPS = st.lists(
    st.tuples(st.sampled_from(["add", "remove", "toggle"]), st.integers(0, 30), st.integers(0, 30))
)


@settings(deadline=None)
@given(STEPS)
def test_it_behaves_like_a_set(steps):
    ranges, expected = IndexRanges(), set()
    for name, one, other in steps:
        start, stop = sorted((one, other))
        if name == "add":
            ranges.add(start, stop)
            expected |= set(range(start, stop))
        elif name == "remove":
            ranges.remove(start, stop)
            expected -= set(range(start, stop))
        else:
            ranges.toggle(one)
            expected ^= {one}
        assert list(ranges) == sorted(expected)
        assert len(ranges) == len(expected)
        assert all((index in ranges) == (index in expected) for index in range(32))
        pairs = list(ranges.ranges())
        assert all(a < b for a, b in pairs)
        assert all(pairs[i][1] < pairs[i + 1][0] for i in range(len(pairs) - 1))


@settings(deadline=None)
@given(STEPS, st.integers(0, 40))
def test_inverting_gives_what_is_missing(steps, count):
    ranges = IndexRanges()
    for _, one, other in steps:
        ranges.add(*sorted((one, other)))
    assert list(ranges.inverted(count)) == [i for i in range(count) if i not in ranges]


def test_a_copy_is_independent_and_a_million_is_one_range():
    ranges = IndexRanges([(0, 1_000_000)])
    other = ranges.copy()
    other.remove(500_000, 500_001)
    assert len(ranges) == 1_000_000
    assert list(other.ranges()) == [(0, 500_000), (500_001, 1_000_000)]
