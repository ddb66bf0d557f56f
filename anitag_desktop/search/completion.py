"""What may be typed next: tags, names of metatags, and their values."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.formatter import format_metatag, format_tag
from anitag_desktop.search.index import KnownTag
from anitag_desktop.search.metatags import KINDS
from anitag_desktop.search.tag_finder import FoundTag, TagFinder
from anitag_desktop.search.typed_term import TypedTerm, term_at

MOST = 20
"""How many completions are offered."""


class CompletionKind(StrEnum):
    """What a completion completes to."""

    TAG = "tag"
    ALIAS = "alias"
    METATAG = "metatag"
    VALUE = "value"


@dataclass(frozen=True, slots=True)
class Completion:
    """One offer: put ``insert`` in place of the text from ``start`` to ``end``.

    ``text`` is what to show, ``count`` the number of images with the tag (0 for other kinds) and
    ``alias_of`` the tag that an alias stands for.
    """

    text: str
    insert: str
    start: int
    end: int
    kind: CompletionKind
    category: TagCategory | None = None
    count: int = 0
    alias_of: str | None = None


class Completer:
    """Completes searches over the tags of a library.

    ``values`` are what else is in it: by metatag, the models and the folders that can be named.
    """

    def __init__(
        self, known: Iterable[KnownTag], values: Mapping[str, Sequence[str]] | None = None
    ) -> None:
        known = list(known)
        self._named = values or {}
        self._ratings = {
            one.tag.name: one.count for one in known if one.tag.category is TagCategory.RATING
        }
        self._finder = TagFinder(one for one in known if one.tag.category is not TagCategory.RATING)

    def complete(self, text: str, cursor: int) -> list[Completion]:
        """Return what the term at the cursor (a place in ``text``) may become, best first."""
        term = term_at(text, cursor)
        if term is None:
            return []
        if term.metatag is not None:
            return self._values(term, term.metatag)
        tags = [_offer_tag(found, term) for found in self._finder.find(term.typed, MOST)]
        return (tags + list(_metatag_names(term)))[:MOST]

    def nearest(self, name: str) -> list[KnownTag]:
        """Return the tags that a name without a tag may have meant, likeliest first."""
        return self._finder.nearest(name)

    def _values(self, term: TypedTerm, metatag: str) -> list[Completion]:
        kind = KINDS[metatag]
        if kind.category is not None or kind.takes_tags:
            found = self._finder.find(kind.prefix + term.typed, MOST, kind.category)
            tags = [
                _offer_tag(one, term, metatag)
                for one in found
                if one.known.tag.name.startswith(kind.prefix)
            ]
            if kind.category:  # takes one name, in which a comma parts nothing
                words = () if "," in term.typed else self._choices(term, metatag, kind.choices)
                return [*tags, *words][:MOST]
            return [*self._choices(term, metatag, kind.choices), *tags][:MOST]
        choices = kind.choices or tuple(self._named.get(metatag, ()))
        return list(self._choices(term, metatag, choices))[:MOST]

    def _choices(
        self, term: TypedTerm, metatag: str, choices: tuple[str, ...]
    ) -> Iterator[Completion]:
        """Yield the words that a metatag takes, after the ones that stand before a comma."""
        before, comma, last = term.typed.rpartition(",")
        for word in choices:
            if word.lower().startswith(last.lower()):
                text = f"{metatag}:{word}"
                insert = format_metatag(metatag, f"{before}{comma}{word}")
                count = self._ratings.get(text, 0)
                yield Completion(
                    text, insert, term.start, term.end, CompletionKind.VALUE, count=count
                )


def _offer_tag(found: FoundTag, term: TypedTerm, metatag: str | None = None) -> Completion:
    tag = found.known.tag
    prefix = KINDS[metatag].prefix if metatag else ""
    value = tag.name.removeprefix(prefix)
    insert = format_metatag(metatag, value) if metatag else format_tag(tag.name)
    return Completion(
        text=found.alias or tag.name,
        insert=insert,
        start=term.start,
        end=term.end,
        kind=CompletionKind.ALIAS if found.alias else CompletionKind.TAG,
        category=tag.category,
        count=found.known.count,
        alias_of=tag.name if found.alias else None,
    )


def _metatag_names(term: TypedTerm) -> Iterator[Completion]:
    typed = term.typed.lower()
    for name in KINDS:
        if typed and name.startswith(typed):
            text = f"{name}:"
            yield Completion(text, text, term.start, term.end, CompletionKind.METATAG)
