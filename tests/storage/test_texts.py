"""Many texts in one array answer what each alone would."""

import random
import re

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from anitag_desktop.storage import texts as texts_module
from anitag_desktop.storage.interruptions import GivenUpError, interruptible
from anitag_desktop.storage.texts import Texts

ALPHABET = "ab日é."
texts = st.lists(st.text(ALPHABET, max_size=20).map(str.encode), max_size=12)
globs = st.text(ALPHABET + "**??", max_size=8).map(str.encode)


def regex(glob: bytes) -> re.Pattern[str]:
    wild = {"*": ".*", "?": "."}
    pieces = (wild.get(char) or re.escape(char) for char in glob.decode())
    return re.compile("".join(pieces), re.DOTALL)


@settings(max_examples=100, deadline=None)
@given(texts, globs)
@example([b"a", b"b"], b"*ab*")  # a piece across two texts is in neither
@example([b"ab", b"abab"], b"ab*ab")
@example(["日".encode()], b"??")
@example([b"", b"a"], b"*")
@example([b"", b"a"], b"")
def test_globs(some: list[bytes], glob: bytes) -> None:
    wanted = [place for place, text in enumerate(some) if regex(glob).fullmatch(text.decode())]
    assert Texts.of(some).fitting(glob).tolist() == wanted
    with pytest.MonkeyPatch.context() as patch:  # as if there were many
        patch.setattr(texts_module, "_FEW", -1)
        assert Texts.of(some).fitting(glob).tolist() == wanted
        odd = np.arange(1, len(some), 2)
        assert Texts.of(some).fitting(glob, odd).tolist() == [one for one in wanted if one % 2]


@settings(max_examples=100, deadline=None)
@given(texts)
@example([b"abcdefgh", b"abcdefghi", b"abcdefgh", b"abcdefgg"])
@example([b"abcdefgh" * 2, b"abcdefgh", b"abcdefgh" * 2 + b"\xff", b""])
def test_ranks(some: list[bytes]) -> None:
    wanted = [sum(other < text for other in some) for text in some]
    assert Texts.of(some).ranks().tolist() == wanted


@given(texts, texts)
def test_joining(some: list[bytes], more: list[bytes]) -> None:
    both = Texts.joined([Texts.of(some), Texts.of(more)])
    assert [both[place] for place in range(len(both))] == some + more
    assert len(both) == len(some) + len(more)


def test_many_names_that_begin_alike() -> None:
    draw = random.Random(3)
    some = [b"picture of %d on a day in %d" % (draw.randrange(90), place) for place in range(5000)]
    ranks = Texts.of(some).ranks()
    assert sorted(range(5000), key=lambda place: ranks[place]) == sorted(
        range(5000), key=lambda place: some[place]
    )


@pytest.mark.parametrize("glob", [b"*a*", b"?"])
def test_nobody_waits(glob: bytes) -> None:
    some = Texts.of([b"a", b"ba"])
    with interruptible(lambda: True):
        with pytest.raises(GivenUpError):
            some.fitting(glob)
        with pytest.raises(GivenUpError):
            some.ranks()
