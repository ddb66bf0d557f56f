"""The bibliography: every entry is whole and cited, every citation is in it and names a module."""

import re
from collections import Counter
from pathlib import Path

import training

FOLDER = Path(training.__file__).parent
SECTION = "## Where formulas come from"
NEEDED = {
    "inproceedings": {"title", "author", "year", "booktitle"},
    "article": {"title", "author", "year", "journal"},
    "misc": {"title", "author", "year"},
}
KNOWN = {
    *("title", "author", "year", "booktitle", "journal", "volume", "number", "pages", "doi"),
    *("url", "eprint", "archivePrefix", "howpublished", "note"),
}


def parsed(text):
    """Every entry as (kind, key, fields); raises where an entry is not closed."""
    entries, rest = [], re.sub(r"^%.*$", "", text, flags=re.MULTILINE).strip()
    while rest:
        head = re.match(r"@(\w+)\{([\w-]+),\s*", rest)
        assert head, rest[:80]
        body, rest = _until_closed(rest[head.end() :])
        entries.append((head[1], head[2], _fields(body)))
        rest = rest.lstrip()
    return entries


def _until_closed(text):
    """The text before the brace that closes what is open, and the text behind it."""
    depth = 1
    for place, letter in enumerate(text):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if depth == 0:
            return text[:place], text[place + 1 :]
    raise AssertionError(f"not closed: {text[:80]}")


def _fields(body):
    found, rest = {}, body.strip()
    while rest:
        head = re.match(r"(\w+) = \{", rest)
        assert head, rest[:80]
        value, rest = _until_closed(rest[head.end() :])
        assert head[1] not in found
        found[head[1]] = value
        assert rest.lstrip()[:1] in {"", ","}, rest[:80]
        rest = rest.lstrip().removeprefix(",").lstrip()
    return found


ENTRIES = parsed((FOLDER / "references.bib").read_text("utf-8"))


def rows():
    text = (FOLDER / "README.md").read_text("utf-8").split(SECTION)[1].split("\n## ")[0]
    return [line for line in text.splitlines() if line.startswith("| ") and "`[" in line]


def test_entries_are_whole():
    keys = Counter(key for _, key, _ in ENTRIES)
    assert max(keys.values()) == 1
    for kind, key, fields in ENTRIES:
        assert NEEDED[kind] <= set(fields) <= KNOWN, key
        assert all(value.strip() for value in fields.values()), key
        assert re.fullmatch(r"\d{4}|n\.d\.", fields["year"]), key


def test_numbers_of_arxiv_and_doi_have_their_form():
    for _, key, fields in ENTRIES:
        assert ("eprint" in fields) == (fields.get("archivePrefix") == "arXiv"), key
        assert re.fullmatch(r"\d{4}\.\d{4,5}", fields.get("eprint", "1234.5678")), key
        assert re.fullmatch(r"10\.\d{4,}/\S+", fields.get("doi", "10.1234/x")), key
        assert fields.get("url", "http").startswith("http"), key
        year = re.match(r"\d{4}", fields["year"])
        if "eprint" in fields and year:
            assert 2000 + int(fields["eprint"][:2]) <= int(year[0]), key


def test_every_citation_is_an_entry_and_every_entry_is_cited():
    cited = {key for row in rows() for key in re.findall(r"`\[([\w-]+)\]`", row)}
    assert cited == {key for _, key, _ in ENTRIES}


def test_every_row_names_where_it_is_used():
    for row in rows():
        where = row.split("|")[2]
        files = re.findall(r"`([\w/.*-]+)`", where)
        assert files, row
        assert all(list(FOLDER.glob(file)) for file in files), row


def test_the_numbers_that_docstrings_name_are_those_of_the_entries():
    known = {fields["eprint"] for _, _, fields in ENTRIES if "eprint" in fields}
    for path in FOLDER.rglob("*.py"):
        named = set(re.findall(r"arXiv:? ?(\d{4}\.\d{4,5})", path.read_text("utf-8")))
        assert named <= known, path
