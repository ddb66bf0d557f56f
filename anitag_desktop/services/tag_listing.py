"""Tag listing: taking in the tags, aliases and implications that a community has agreed upon."""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services.tag_list_reading import TagList
from anitag_desktop.storage import tag_lists
from anitag_desktop.storage.actions import OpenAction
from anitag_desktop.storage.listed_names import ListedNames
from anitag_desktop.storage.tag_lists import Admitted

MOST_TOLD = 1_000
"""So many problems, and conflicts, are told one by one."""


@dataclass(frozen=True, slots=True)
class TagListReport:
    """What tag lists came to: how much is new, and what was wrong or stayed as it was.

    ``problems`` and ``conflicts`` count all; ``told`` and ``kept`` are the first of them.
    """

    tags: int = 0
    categories: int = 0
    aliases: int = 0
    implications: int = 0
    problems: int = 0
    conflicts: int = 0
    told: tuple[AnitagError, ...] = ()
    kept: tuple[AnitagError, ...] = ()


@dataclass(slots=True)
class ReadLists:
    """Lists that are read, then let in; use it in ``with``."""

    names: ListedNames = field(default_factory=ListedNames)
    paths: list[str] = field(default_factory=list)
    problems: int = 0
    told: list[AnitagError] = field(default_factory=list)

    def __enter__(self) -> "ReadLists":
        return self

    def __exit__(self, *error: object) -> None:
        self.names.close()

    def read(self, listed: Iterable[TagList]) -> None:
        """Read all lines of lists; what is wrong with one is told with its number."""
        for one in listed:
            self.paths.append(one.path)
            for line, reason in self._wrong_in(one):
                self._tell(one.path, line, reason)
        for pair in self.names.settle():
            path, line = self._place(pair.place)
            self._tell(path, line, f"the alias {pair.first} leads back to itself")

    def let_in(self, action: OpenAction) -> TagListReport:
        """Make it part of the library."""
        done = tag_lists.let_in(action, self.names)
        return self._report(done)

    def _wrong_in(self, one: TagList) -> Iterator[tuple[int, str]]:
        try:
            for line, what in one.read(one.path):
                if isinstance(what, str):
                    yield line, what
                    continue
                for reason in self.names.add(what, f"{line} {len(self.paths) - 1}"):
                    yield line, reason.removesuffix(".")
        except (OSError, EOFError, zlib.error) as error:
            yield 0, f"it cannot be read to its end ({error})"

    def _tell(self, path: str, line: int, reason: str) -> None:
        self.problems += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(AnitagError("bad_sidecar", path=path, line=line, reason=reason))

    def _report(self, done: Admitted) -> TagListReport:
        kept = []
        for conflict in done.conflicts[:MOST_TOLD]:
            path, line = self._place(conflict.place)
            kept.append(AnitagError("bad_sidecar", path=path, line=line, reason=conflict.reason))
        return TagListReport(
            tags=done.tags,
            categories=done.categories,
            aliases=done.aliases,
            implications=done.implications,
            problems=self.problems,
            conflicts=len(done.conflicts),
            told=tuple(self.told),
            kept=tuple(kept),
        )

    def _place(self, text: str) -> tuple[str, int]:
        """Return the file and the line that a place stands for."""
        line, number = text.split()
        return self.paths[int(number)], int(line)
