"""Brings a tree into conjunctive normal form, spelt as the danbooru cases spell it."""

import re
from itertools import product

from anitag_desktop.search.query import (
    And,
    Everything,
    Metatag,
    Not,
    Or,
    Query,
    TagName,
    TagPattern,
)

Literal = tuple[bool, str]
Clauses = frozenset[frozenset[Literal]]


def cnf(query: Query) -> str:
    if isinstance(query, Everything):
        return "all"
    clauses = sorted((_clause(clause) for clause in _clauses(query, True)), key=_not_first)
    return clauses[0] if len(clauses) == 1 else f"(and {' '.join(clauses)})"


def _clauses(query: Query, is_positive: bool) -> Clauses:
    if isinstance(query, Not):
        return _clauses(query.part, not is_positive)
    if isinstance(query, And | Or):
        parts = [_clauses(part, is_positive) for part in query.parts]
        if isinstance(query, And) is is_positive:
            return frozenset().union(*parts)
        return frozenset(frozenset().union(*choice) for choice in product(*parts))
    return frozenset({frozenset({(is_positive, _leaf(query))})})


def _leaf(leaf: Query) -> str:
    if isinstance(leaf, Metatag):
        return f"{leaf.name}:{leaf.value}"
    if isinstance(leaf, TagPattern):
        return f"(wildcard {'*'.join(leaf.pieces)})"
    assert isinstance(leaf, TagName)
    return leaf.name


def _clause(clause: frozenset[Literal]) -> str:
    literals = sorted((text if sign else f"(not {text})" for sign, text in clause), key=_not_first)
    return literals[0] if len(literals) == 1 else f"(or {' '.join(literals)})"


def _not_first(text: str) -> tuple[int, str]:
    """NOT sorts first, then groups, metatags, tags and wildcards."""
    prefixes = (r"\(not ", r"\(or ", r"\w+:", r"(?!\(wildcard )")
    rank = next((i for i, prefix in enumerate(prefixes) if re.match(prefix, text)), len(prefixes))
    return rank, text
