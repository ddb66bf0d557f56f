"""Remembering searches: saved ones have a name, and show how many pictures they find now."""

from dataclasses import dataclass

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.search.errors import QueryError
from anitag_desktop.services.correcting import ActionView, perform
from anitag_desktop.services.searching import Searcher
from anitag_desktop.storage import saved_searches
from anitag_desktop.storage.commands import Command
from anitag_desktop.storage.interruptions import IsGivenUp
from anitag_desktop.storage.store import Store

LONGEST_NAME = 200
"""Characters."""


@dataclass(frozen=True, slots=True)
class SavedSearch:
    """A search with a name; ``count`` is None if the query is broken, and ``problem`` says why."""

    name: str
    query: str
    count: int | None = None
    problem: str | None = None


class SavedSearches:
    """Keeps searches by name; may be called from any thread. ``Corrector.undo`` takes back."""

    def __init__(self, store: Store, searching: Searcher) -> None:
        self._store = store
        self._searching = searching

    def names(self) -> list[tuple[str, str]]:
        """Return the name and the query of each, in the order in which they were saved."""
        with self._store.library.read() as conn:
            return saved_searches.every(conn)

    def counted(self, *, is_given_up: IsGivenUp | None = None) -> list[SavedSearch]:
        """Return each with the number of pictures that it finds now.

        ``is_given_up`` is asked now and then whether anybody still waits.

        Raises:
            GivenUpError: nobody does.
        """
        return [self._counted(name, query, is_given_up) for name, query in self.names()]

    def save(self, name: str, query: str) -> ActionView:
        """Save a query under a name, in place of what had that name.

        Raises:
            AnitagError: ``bad_value`` for the name.
            QueryError: the query is broken.
        """
        name = _checked(name)
        self._searching.explain(query)
        return perform(self._store, f"Save the search {name}", [_saving(name, query)])

    def rename(self, old: str, new: str) -> ActionView:
        """Give a saved search another name; it keeps its place.

        Raises:
            AnitagError: ``bad_value``: there is none of the old name, one of the new, or the new
                one is none.
        """
        new = _checked(new)
        with self._store.library.read() as conn:
            saved, taken = (saved_searches.of_name(conn, name) for name in (old, new))
        if saved.query is None or taken.query is not None:
            raise AnitagError("bad_value", reason=f"there is no search {old}, or one called {new}")
        commands = [_saving(old, None), _saving(new, saved.query) | {"position": saved.position}]
        return perform(self._store, f"Rename the search {old}", commands)

    def forget(self, name: str) -> ActionView:
        """Forget a saved search; nothing happens if there is none of this name."""
        return perform(self._store, f"Forget the search {name}", [_saving(name, None)])

    def _counted(self, name: str, query: str, is_given_up: IsGivenUp | None) -> SavedSearch:
        try:
            count = self._searching.count(query, is_given_up=is_given_up)
            return SavedSearch(name, query, count)
        except QueryError as error:  # an older or newer program may have known more words
            return SavedSearch(name, query, problem=str(error))


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise AnitagError("bad_value", reason="a saved search needs a short name")
    return name


def _saving(name: str, query: str | None) -> Command:
    return {"op": "search.save", "name": name, "query": query}
