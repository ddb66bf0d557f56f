"""Every error has a sentence that can be filled."""

import re
import string

import pytest

from anitag_desktop.domain.error import MESSAGES, AnitagError


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_the_sentence_is_filled_and_ends(code):
    fields = {name: form for _, name, form, _ in string.Formatter().parse(MESSAGES[code]) if name}
    error = AnitagError(code, **{name: 1.5 if form else "x" for name, form in fields.items()})
    assert "{" not in str(error)
    # A sentence, or one that ends with the command that helps.
    assert re.search(r"(\.|: (anitag|make) [\w -]+)$", str(error)), str(error)
