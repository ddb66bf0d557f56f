"""What ``anitag characters show`` says of how well a character is known."""

import io
from argparse import Namespace
from types import SimpleNamespace

import pytest

from anitag_desktop.cli import character_portraits
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.services.portraying import Portrait


@pytest.mark.parametrize(
    ("references", "known", "words"),
    [
        (2, None, "too few references to tell"),
        (3, None, "not learnt with the model in use yet"),
        (3, 2, "2 of 3 are known without themselves"),
    ],
)
def test_how_sure_a_character_is_known(references, known, words) -> None:
    miku = Tag("uid", "hatsune_miku", TagCategory.CHARACTER)
    some = tuple(range(references))
    found = Portrait(miku, some, (), known, (), (), (), (), None)
    library = SimpleNamespace(
        portraying=SimpleNamespace(portrait=lambda _name: found),
        showing=SimpleNamespace(rows=lambda _ids: []),
    )
    out = io.StringIO()
    args = Namespace(name="hatsune_miku", json=False)
    assert character_portraits.COMMAND.run(library, args, out, out) == 0
    assert words in out.getvalue()
