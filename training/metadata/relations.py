"""Aliases and implications of tags: what a tag stands for."""

from collections.abc import Iterable, Mapping

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import normalize_tag_name


class Relations(dict[str, tuple[str, ...]]):
    """What a tag stands for: its own name or the one it is an alias of, then what that implies.

    Each name is worked out once; looking it up again costs nothing.
    """

    def __init__(self, aliases: Mapping[str, str], implications: Iterable[tuple[str, str]]) -> None:
        """Take relations of normalised names; chains of aliases are followed.

        Raises:
            AnitagError: ``bad_tag_relation`` for aliases that lead in a circle.
        """
        self.aliases = {name: _end(name, aliases) for name in sorted(aliases)}
        self._parents: dict[str, list[str]] = {}
        for child, parent in implications:
            children = self._parents.setdefault(self.aliases.get(child, child), [])
            children.append(self.aliases.get(parent, parent))

    def __missing__(self, name: str) -> tuple[str, ...]:
        """Work out what a name stands for, as it stands in the metadata."""
        normal = normalize_tag_name(name)
        found = dict.fromkeys([self.aliases.get(normal, normal)] if normal else [])
        waiting = list(found)
        while waiting:
            parents = [p for p in self._parents.get(waiting.pop(), ()) if p not in found]
            found.update(dict.fromkeys(parents))
            waiting += parents
        self[name] = tuple(found)
        return self[name]

    def implied(self, name: str) -> tuple[str, ...]:
        """Return what a tag implies, directly and through others."""
        return self[name][1:]


def _end(name: str, aliases: Mapping[str, str]) -> str:
    end = name
    for _ in range(len(aliases) + 1):
        if end not in aliases or aliases[end] == end:
            return end
        end = aliases[end]
        if end == name:
            break
    raise AnitagError(
        "bad_tag_relation",
        first=name,
        relation="be an alias of",
        second=aliases[name],
        reason="the aliases lead in a circle",
    )
