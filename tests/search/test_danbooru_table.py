"""docs/danbooru.md marks each known fact of danbooru's search as kept or departed, and says why."""

import json
from collections.abc import Iterator
from pathlib import Path

from tests.search.test_completion import CASES
from tests.search.test_danbooru_semantics import KEPT, SEMANTICS

TESTS = Path(__file__).parents[1]
TABLE = TESTS.parent / "docs" / "danbooru.md"
FACTS = json.loads((TESTS / "data" / "search_semantics_danbooru.json").read_text(encoding="utf-8"))


def facts() -> Iterator[tuple[str, str]]:
    """Yield what each fact is about, and what stands in the table for it."""
    for kind, value, meaning in FACTS["danbooru_ranges"]["cases"]:
        yield "range", f"{kind} {value} = {meaning}"
    for fact in FACTS["danbooru_search_semantics"]["facts"]:
        yield "search", fact
    for _, typed, offered in FACTS["danbooru_autocomplete"]["cases"]:
        yield "autocomplete", f"{typed} -> {_listed(offered)}"
    for fact in FACTS["danbooru_tag_relations"]["facts"]:
        yield "relation", fact
    for fact in FACTS["danbooru_automatic_tags"]["facts"]:
        yield "automatic tag", fact


def _listed(offered: object) -> str:
    return ", ".join(offered) if isinstance(offered, list) else str(offered)


def rows() -> list[list[str]]:
    lines = TABLE.read_text(encoding="utf-8").splitlines()
    cells = [line.replace("\\|", "\0").split("|")[1:-1] for line in lines if line.startswith("| ")]
    return [[cell.replace("\0", "|").strip() for cell in row] for row in cells[1:]]


def test_every_fact_stands_in_the_table_once_with_its_mark_and_reason() -> None:
    assert [(about, fact) for about, fact, _, _ in rows()] == [
        (about, f"`{fact}`") for about, fact in facts()
    ]
    for _, fact, mark, reason in rows():
        assert mark in ("kept", "departed"), fact
        assert mark == "kept" or reason, fact


def test_the_table_says_what_the_tests_show() -> None:
    marks = [(about, mark) for about, _, mark, _ in rows()]
    kept = [mark == "kept" for about, mark in marks if about == "range"]
    cases = FACTS["danbooru_ranges"]["cases"]
    assert kept == [(kind, value) in KEPT for kind, value, _ in cases]
    searches = [mark == "departed" for about, mark in marks if about == "search"]
    for departed, fact in zip(searches, SEMANTICS, strict=True):
        assert departed or fact.kept
        assert not departed or fact.departed
    offers = [mark == "departed" for about, mark in marks if about == "autocomplete"]
    for departed, (_, typed, offered) in zip(
        offers, FACTS["danbooru_autocomplete"]["cases"], strict=True
    ):
        if isinstance(offered, list):
            assert departed == (CASES.get(typed, offered) != offered), typed
