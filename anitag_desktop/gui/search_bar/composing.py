"""Makes one search of another and a tag that was clicked."""

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory

# The search language is loaded with the first answer of the library, after the first paint.


def search_for(name: str, category: TagCategory | None = None) -> str:
    """Return the search for a tag."""
    from anitag_desktop.search.formatter import format_metatag, format_tag

    if category is TagCategory.RATING and ":" in name:
        metatag, value = name.split(":", 1)
        return format_metatag(metatag, value)
    return format_tag(name)


def with_term(text: str, term: str) -> str:
    """Return the search for both ``text`` and ``term``."""
    if not text.strip():
        return term
    return f"{_grouped(text.strip())} {term}"


def without_term(text: str, term: str) -> str:
    """Return the search for ``text`` without what ``term`` finds."""
    return with_term(text, f"-{term}")


def _grouped(text: str) -> str:
    from anitag_desktop.search.parser import parse
    from anitag_desktop.search.query import Or

    try:
        return f"({text})" if isinstance(parse(text), Or) else text
    except AnitagError:
        return text
