"""The threshold that the scores of one picture have by themselves."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.domain.correction import Prediction
from anitag_desktop.domain.mcut import LEAST, cut, mcut
from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.domain.tag import Tag, TagCategory

_SCORES = st.lists(st.floats(0, 1))


@pytest.mark.parametrize(
    ("scores", "wanted"),
    [
        ([0.99, 0.97, 0.9, 0.3, 0.2, 0.01], 0.6),
        ([0.01, 0.2, 0.9, 0.3, 0.99, 0.97], 0.6),
        ([0.9], 0.475),
        ([0.9, 0.85, 0.8], 0.425),
        ([0.02, 0.01, 0.005], LEAST),
        ([0.3, 0.3, 0.3], 0.175),
        ([0.2, 0.1], LEAST),
        ([], LEAST),
    ],
)
def test_the_middle_of_the_widest_gap(scores, wanted):
    assert mcut(scores) == pytest.approx(wanted)


def test_no_cut_is_lower_than_what_is_asked():
    assert mcut([0.9, 0.3, 0.2], 0.7) == 0.7
    assert mcut([0.2], 0.05) == pytest.approx(0.125)


@given(_SCORES)
def test_what_is_surest_is_kept_unless_it_is_faint(scores):
    threshold = mcut(scores)
    assert LEAST <= threshold <= 1
    if scores and max(scores) > 0.3:
        assert max(scores) >= threshold


@given(_SCORES, st.floats(0, SCORE_FLOOR))
def test_scores_that_are_not_kept_change_nothing(scores, lost):
    assert mcut([*scores, lost]) == mcut(scores)


def test_only_the_categories_asked_for_are_cut_and_no_settled_tag():
    general = [Tag(name, name, TagCategory.GENERAL) for name in ("hat", "cat", "sky")]
    miku = Tag("miku", "miku", TagCategory.CHARACTER)
    said = [
        *(Prediction(tag, score, 0.5) for tag, score in zip(general, (0.9, 0.4, 0.1), strict=True)),
        Prediction(miku, 0.4, 0.5),
    ]
    found = cut(said, {TagCategory.GENERAL: 0.15}, {"sky"})
    assert [one.threshold for one in found] == pytest.approx([0.65, 0.65, 0.5, 0.5])
