"""Paths: what lies below a folder, as a test and as a span of sorted paths."""

import os

import pytest

from anitag_desktop.domain.file import is_below, span_below

pytestmark = pytest.mark.skipif(os.sep != "/", reason="spelt for POSIX")


@pytest.mark.parametrize("folder", [b"/a", b"/a/"])
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (b"/a/b", True),
        (b"/a/\xff/c", True),
        (b"/a", False),
        (b"/ab", False),
        (b"/a-b/c", False),
        (b"/b", False),
    ],
)
def test_below_and_span_agree(folder: bytes, path: bytes, expected: bool) -> None:
    first, after = span_below(folder)
    assert is_below(path, folder) is expected
    assert (first <= path < after) is expected


def test_everything_lies_below_the_root() -> None:
    assert is_below(b"/a", b"/")
    first, after = span_below(b"/")
    assert first <= b"/a" < after
