"""Lists that are searched at once find what a search name by name finds."""

from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.index import KnownTag
from anitag_desktop.search.lore import fits
from anitag_desktop.search.name_lists import JoinedNames, SortedNames
from anitag_desktop.search.spelling import Speller, allowed_slips, slips_between
from anitag_desktop.search.tag_finder import TagFinder

some_names = st.lists(st.text("ab_東é", min_size=1, max_size=6), max_size=12, unique=True)
part = st.text("ab_東é", max_size=3)


@given(some_names, part, st.integers(1, 4))
def test_beginning(names: list[str], prefix: str, most: int) -> None:
    found = SortedNames((name, place) for place, name in enumerate(names)).beginning(prefix, most)
    assert found == [pair for pair in enumerate(names) if pair[1].startswith(prefix)][:most]


@given(some_names, part.filter(bool))
def test_holding(names: list[str], held: str) -> None:
    expected = [pair for pair in enumerate(names) if held in pair[1]]
    assert list(JoinedNames(names).holding(held)) == expected
    odd = [(place * 2 + 1, name) for place, name in expected]
    places = [place * 2 + 1 for place in range(len(names))]
    assert list(JoinedNames(names, places).holding(held)) == odd


@given(some_names, st.lists(part, min_size=2, max_size=3).map(tuple))
def test_fitting(names: list[str], pieces: tuple[str, ...]) -> None:
    expected = [pair for pair in enumerate(names) if fits(pair[1], pieces)]
    assert list(JoinedNames(names).fitting(pieces)) == expected


@given(st.lists(st.text("abc_", min_size=1, max_size=8), max_size=12, unique=True), st.data())
def test_spelling(names: list[str], data: st.DataObject) -> None:
    typed = data.draw(st.text("abc_", max_size=8))
    slips = allowed_slips(typed)
    near = sorted((slips_between(typed, name, slips), at) for at, name in enumerate(names))
    expected = [place for distance, place in near if 0 < distance <= slips]
    assert Speller(names).nearest(typed, 99) == expected


@given(some_names, part.filter(bool), st.sampled_from([None, *TagCategory][:3]))
def test_every_way_finds_only_its_category(
    names: list[str], typed: str, category: TagCategory | None
) -> None:
    kinds = (TagCategory.GENERAL, TagCategory.ARTIST)
    known = [KnownTag(Tag(name, name, kinds[place % 2]), place) for place, name in enumerate(names)]
    found = TagFinder(known).find(typed, 99, category)
    assert all(category in (None, one.known.tag.category) for one in found)
    held = {one.tag.name for one in known if typed in one.tag.name}
    wanted = {
        one.tag.name
        for one in known
        if one.tag.name in held and category in (None, one.tag.category)
    }
    assert wanted <= {one.known.tag.name for one in found}
