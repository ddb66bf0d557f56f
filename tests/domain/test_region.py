import math

from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.domain.correction import EffectiveTag, Source
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.region import Place, Region, clipped, match, shared, unite
from anitag_desktop.domain.tag import Tag, TagCategory

MIKU = Tag("m", "hatsune_miku", TagCategory.CHARACTER)
RIN = Tag("r", "kagamine_rin", TagCategory.CHARACTER)
HAT = Tag("h", "hat", TagCategory.GENERAL)
SAFE = Tag("s", "rating:general", TagCategory.RATING)

part = st.floats(-0.5, 1.5, allow_nan=False)
boxes = st.builds(Box, part, part, part, part)


def place(left: float, top: float, side: float, label: str = "face") -> Place:
    return Place(label, Box(left, top, side, side))


def test_what_two_boxes_share() -> None:
    assert shared(Box(0, 0, 0.5, 0.5), Box(0, 0, 0.5, 0.5)) == 1
    assert math.isclose(shared(Box(0, 0, 0.4, 0.2), Box(0.2, 0, 0.4, 0.2)), 1 / 3)
    assert shared(Box(0, 0, 0.2, 0.2), Box(0.2, 0, 0.2, 0.2)) == 0
    assert shared(Box(0, 0, 0, 0), Box(0, 0, 0, 0)) == 0


@given(boxes)
def test_a_clipped_box_lies_in_the_picture(box: Box) -> None:
    found = clipped(box)
    if found is not None:
        assert min(found.left, found.top) >= 0
        assert max(found.left + found.width, found.top + found.height) <= 1 + 1e-9
        assert clipped(found) == found


def test_boxes_that_cannot_be() -> None:
    nan = math.nan
    for box in (Box(0, 0, 0, 1), Box(1.2, 0, 1, 1), Box(0, 0, -1, 1), Box(nan, 0, 1, nan)):
        assert clipped(box) is None


def test_the_nearest_pairs_match_first_and_each_once() -> None:
    known = [place(0.1, 0.1, 0.2), place(0.5, 0.5, 0.2)]
    found = [place(0.52, 0.5, 0.2), place(0.5, 0.5, 0.2), place(0.11, 0.1, 0.2)]
    assert match(found, known) == {1: 1, 2: 0}


def test_different_things_do_not_match_and_an_unnamed_one_matches_any() -> None:
    here = place(0.1, 0.1, 0.2)
    assert match([here], [here._replace(label="person")]) == {}
    assert match([here], [here._replace(label="")]) == {0: 0}
    assert match([here], [place(0.25, 0.1, 0.2)]) == {}


def test_a_picture_has_what_its_regions_have() -> None:
    whole = [EffectiveTag(HAT, Source.MODEL, 0.9), EffectiveTag(MIKU, Source.MODEL, 0.6)]
    parts = [
        EffectiveTag(MIKU, Source.USER, 0.4),
        EffectiveTag(RIN, Source.MODEL, 0.8),
        EffectiveTag(SAFE, Source.MODEL, 1.0),
    ]
    assert set(unite(whole, (), parts)) == {
        whole[0],
        EffectiveTag(MIKU, Source.USER, 0.6),
        EffectiveTag(RIN, Source.MODEL, 0.8),
    }
    assert unite(whole[:1], {MIKU, RIN}, parts) == (whole[0],)


def test_the_identity_is_the_surest_character_and_people_come_first() -> None:
    seen = EffectiveTag(MIKU, Source.MODEL, 0.99)
    said = EffectiveTag(RIN, Source.USER, None)
    hat = EffectiveTag(HAT, Source.USER, None)
    assert Region("u", place(0, 0, 1), 0.9, "m", (hat, seen, said)).identity == said
    assert Region("u", place(0, 0, 1), 0.9, "m", (hat,)).identity is None
