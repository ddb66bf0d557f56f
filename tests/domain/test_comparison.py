"""Which of two pictures is suggested, and why."""

import pytest

from anitag_desktop.domain.comparison import Reason, Suggestion, suggest
from anitag_desktop.domain.image import ImageFacts


def facts(width=1000, height=1000, size=5000):
    return ImageFacts("s", "m", "p", 0, width, height, "png", size)


@pytest.mark.parametrize(
    ("one", "other", "detail", "better", "reasons"),
    [
        (facts(2000, 2000), facts(), None, 0, [Reason.LARGER]),
        (facts(), facts(2000, 2000), None, 1, [Reason.LARGER]),
        (facts(2000, 2000), facts(), 1.6, 0, [Reason.DETAIL, Reason.LARGER]),
        (facts(2000, 2000), facts(), 0.6, 1, [Reason.DETAIL, Reason.ENLARGED]),
        (facts(), facts(2000, 2000), 1.7, 0, [Reason.DETAIL, Reason.ENLARGED]),
        (facts(2000, 2000), facts(), 1.0, 0, [Reason.LARGER]),
        (facts(), facts(), 0.5, 1, [Reason.DETAIL]),
        (facts(size=9), facts(size=8), 0.99, 0, [Reason.BYTES]),
        (facts(size=8), facts(size=9), None, 1, [Reason.BYTES]),
        (facts(1000, 1001, 8), facts(size=9), None, 1, [Reason.BYTES]),
        (facts(), facts(), 1.0, 1, [Reason.FIRST]),
    ],
)
def test_what_is_suggested(one, other, detail, better, reasons):
    added = (20.0, 10.0)
    assert suggest([one, other], added, detail) == Suggestion(better, tuple(reasons))


def test_the_first_of_two_that_came_at_once():
    assert suggest([facts(), facts()], (5.0, 5.0), None) == Suggestion(0, (Reason.FIRST,))
