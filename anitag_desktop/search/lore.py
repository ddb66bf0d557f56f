"""What names of tags mean: aliases, implications, categories."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.query import TagName, TagPattern


@dataclass(frozen=True, slots=True)
class TagLore:
    """The tags of a library by name: their categories, their aliases and what they imply.

    ``scorers`` are the active models that have given a tag a score, on any image.
    """

    categories: Mapping[str, TagCategory] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    parents: Mapping[str, frozenset[str]] = field(default_factory=dict)
    scorers: Mapping[str, frozenset[str]] = field(default_factory=dict)

    def resolve(self, name: str) -> str | None:
        """Return the tag that a name, or an alias, stands for."""
        name = name if name in self.categories else self.aliases.get(name, name)
        return name if name in self.categories else None

    def meant(self, tag: TagName | TagPattern, category: TagCategory | None) -> set[str]:
        """Return the tags that a term names. Only a category brings up the ratings."""
        if isinstance(tag, TagName):
            name = self.resolve(tag.name)
            found = set() if name is None else {name}
        else:
            found = {
                name
                for name, own in self.categories.items()
                if fits(name, tag.pieces) and own is not TagCategory.RATING
            }
        return {name for name in found if category in (None, self.categories[name])}

    def implied_by(self, names: Iterable[str]) -> set[str]:
        """Return the tags with everything that they imply, however far."""
        found = set(names)
        waiting = list(found)
        while waiting:
            more = self.parents.get(waiting.pop(), frozenset()) - found
            found |= more
            waiting.extend(more)
        return found


def fits(name: str, pieces: tuple[str, ...]) -> bool:
    """Tell whether a name is the pieces in their order, with anything between them."""
    first, *inner, last = pieces
    if not name.startswith(first) or len(name) < len(first) + len(last) or not name.endswith(last):
        return False
    at, end = len(first), len(name) - len(last)
    for piece in inner:
        found = name.find(piece, at, end)
        if found < 0:
            return False
        at = found + len(piece)
    return True
