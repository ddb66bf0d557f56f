"""Random names and random trees in canonical form."""

from hypothesis import strategies as st

from anitag_desktop.domain.tag import normalize_tag_name
from anitag_desktop.search.query import (
    Everything,
    Metatag,
    Query,
    TagName,
    TagPattern,
    all_of,
    any_of,
    negate,
)

ODD = "ab_()-~|\"'\\*:;>< \u3000éÉ東"
odd_text = st.text(
    st.sampled_from(ODD) | st.characters(exclude_categories=["Cs", "Cc"]), max_size=8
)

names = odd_text.map(normalize_tag_name).filter(bool) | st.sampled_from(
    ["and", "or", "not", "rating:g", "re:zero", "(o)_(o)", ":)", ">:(", "|_|", "saber_(fate)"]
)


def _canonical(pieces: list[str]) -> tuple[str, ...]:
    first, *inner, last = pieces
    return (first, *(piece for piece in inner if piece), last)


patterns = (
    st.lists(odd_text.map(normalize_tag_name), min_size=2, max_size=4)
    .map(_canonical)
    .map(TagPattern)
)
metatags = st.builds(Metatag, st.sampled_from(["rating", "folder", "score"]), odd_text)
leaves = names.map(TagName) | patterns | metatags


def trees(leaf: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    def grow(part: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
        several = st.lists(part, min_size=2, max_size=4)
        return several.map(all_of) | several.map(any_of) | part.map(negate)

    return st.just(Everything()) | st.recursive(leaf, grow, max_leaves=8)
