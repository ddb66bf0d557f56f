"""Tags that say nothing beside a more exact one."""

import pytest

from anitag_desktop.domain.overlap import overlapping


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["1girl", "solo", "long_hair", "very_long_hair", "red_hair"], {"long_hair"}),
        (["hair", "blonde_hair"], {"hair"}),
        (["hair", "long_hair", "very_long_hair"], {"hair", "long_hair"}),
        (["hair", "hair_bow"], set()),
        (["hat", "hatsune", "chat"], set()),
        (["^_^", "^", "_"], {"^"}),
        ([], set()),
    ],
)
def test_the_last_words_of_another(names, wanted):
    assert overlapping(names) == wanted
