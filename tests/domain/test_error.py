"""Every error has a sentence that can be filled."""

import string

import pytest

from anitag_desktop.domain.error import MESSAGES, AnitagError


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_the_sentence_is_filled_and_ends(code):
    fields = {name for _, name, _, _ in string.Formatter().parse(MESSAGES[code]) if name}
    error = AnitagError(code, **dict.fromkeys(fields, "x"))
    assert "{" not in str(error)
    assert str(error).endswith(".") or "with: anitag" in str(error)
