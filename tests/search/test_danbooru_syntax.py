"""The facts of danbooru's own parser tests; their origin stands in the data file."""

import json
import re
from pathlib import Path

import pytest

from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.formatter import format_query
from anitag_desktop.search.parser import parse
from tests.search.cnf import cnf

DATA = Path(__file__).parents[1] / "data" / "search_syntax_danbooru.json"
CASES = [
    (case["in"], case["cnf"]) for case in json.loads(DATA.read_text(encoding="utf-8"))["cases"]
]

# The cases use metatags of a site, so the parser gets that site's names and synonyms here.
SITE = {name: name for name in ("fav", "pool", "source", "note", "order")} | {
    f"{prefix}{plural}": f"{prefix}{plural.removesuffix('s').replace('ren', '')}_count"
    for plural in ("notes", "children", "pools", "appeals", "approvals")
    for prefix in ("", "deleted_", "active_", "collection_")
}

# danbooru's parser replaces these two values; here values stay raw until the second step.
RAW_VALUES = {"order:flag_count": "order:flags", "order:replacement_count": "order:replacements"}


def expected(text: str) -> str:
    """Without danbooru's note of which values were quoted: quotes change no meaning here."""
    bare = re.sub(r':"([^"]*)"', r":\1", text)
    return RAW_VALUES.get(bare, bare)


@pytest.mark.parametrize(("text", "form"), CASES)
def test_fact(text: str, form: str) -> None:
    if form == "none":
        with pytest.raises(QueryError):
            parse(text, SITE)
    else:
        assert cnf(parse(text, SITE)) == expected(form)


# The two with note: hold a parenthesis too many once note: is no metatag.
@pytest.mark.parametrize(
    "text", [text for text, form in CASES if form != "none" and not text.startswith("(note:")]
)
def test_formatting_keeps_the_meaning(text: str) -> None:
    query = parse(text)
    assert parse(format_query(query)) == query


def test_all_facts_are_here() -> None:
    assert len(CASES) == 141
