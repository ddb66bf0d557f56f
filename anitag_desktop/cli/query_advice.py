"""What is said of a query that is broken, or names a tag that nobody knows."""

from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.printing import say, width

if TYPE_CHECKING:
    from anitag_desktop.search.errors import QueryError
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.searching import SearchResult


def say_unknown(library: "Library", name: str, err: TextIO) -> None:
    """Say that nobody knows a tag, and what it may have meant."""
    from anitag_desktop.search.names import metatag_meant

    near = [known.tag.name for known in library.searching.did_you_mean(name)]
    if (metatag := metatag_meant(name)) is not None:
        near.insert(0, metatag)
    meant = f" Did you mean {' or '.join(near)}?" if near else ""
    say(err, f"anitag: there is no tag {name}.{meant}")


def say_hints(library: "Library", found: "SearchResult", err: TextIO) -> None:
    """Say which tags of a query nobody knows, and which of its terms no picture fits."""
    for name in found.unknown:
        say_unknown(library, name, err)
    for term in found.vain:
        say(err, f"anitag: {term} fits no picture.")


def say_where(error: "QueryError", text: str, err: TextIO) -> None:
    """Say what is wrong, and mark the place in the query (there is none for ``--order``)."""
    if error.end <= error.position:
        say(err, f"anitag: {error.reason}")
        return
    say(err, f"anitag: {error}")
    say(err, f"  {text}")
    marks = "^" * max(1, width(text[error.position : error.end]))
    say(err, "  " + " " * width(text[: error.position]) + marks)
