"""Every error has a sentence that can be filled."""

import errno
import re
import string

import pytest

from anitag_desktop.domain.error import MESSAGES, AnitagError, write_failure


@pytest.mark.parametrize("code", sorted(MESSAGES))
def test_the_sentence_is_filled_and_ends(code):
    fields = {name: form for _, name, form, _ in string.Formatter().parse(MESSAGES[code]) if name}
    error = AnitagError(code, **{name: 1.5 if form else "x" for name, form in fields.items()})
    assert "{" not in str(error)
    # A sentence, or one that ends with the command that helps.
    assert re.search(r"(\.|: (anitag|make|python) [\w -]+)$", str(error)), str(error)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk_full"),
        (OSError(errno.EACCES, "Permission denied"), "cannot_write"),
        (OSError("AF_UNIX path too long"), "cannot_write"),
    ],
)
def test_what_the_system_says_of_writing_is_told(error, code):
    told = write_failure("/place", error)
    assert told.code == code
    assert "/place" in str(told)
    assert "None" not in str(told)
