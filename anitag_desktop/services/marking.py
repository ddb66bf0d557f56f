"""Marking whole pictures: favourites and stars, for any selection, each time one action to undo."""

import time
from collections.abc import Iterable, Sequence

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import MOST_STARS
from anitag_desktop.services.correcting import ActionView, perform
from anitag_desktop.storage import marks
from anitag_desktop.storage.marks import Mark
from anitag_desktop.storage.selection import chunks
from anitag_desktop.storage.store import Store

_CHUNK = 1_000
"""Pictures in one command: its line in the journal stays short."""


class Marker:
    """Marks pictures; may be called from any thread. ``Corrector.undo`` takes back.

    The ``id`` of the action is None when everything was so already.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def favour(self, image_ids: Iterable[int]) -> ActionView:
        """Make pictures favourites; those that are stay so since when they were."""
        with self._store.library.read() as conn:
            others = marks.unmarked(conn, Mark.FAVOURITE, image_ids)
        label = f"Make {_pictures(others)} favourite"
        return self._mark(label, Mark.FAVOURITE, others, time.time())

    def unfavour(self, image_ids: Iterable[int]) -> ActionView:
        """Make pictures no favourites any longer."""
        return self._take_off(Mark.FAVOURITE, image_ids, "Make {} no longer favourite")

    def toggle_favourite(self, image_ids: Iterable[int]) -> ActionView:
        """Make pictures favourites; if all of them are, they are none any longer."""
        ids = tuple(image_ids)
        done = self.favour(ids)
        return self.unfavour(ids) if done.id is None else done

    def give_stars(self, image_ids: Iterable[int], count: int | None) -> ActionView:
        """Give pictures 1 to 5 stars; None takes them away.

        Raises:
            AnitagError: ``bad_value``.
        """
        if count is None:
            return self._take_off(Mark.STARS, image_ids, "Take the stars off {}")
        if not 1 <= count <= MOST_STARS:
            raise AnitagError("bad_value", reason=f"a picture has 1 to {MOST_STARS} stars")
        with self._store.library.read() as conn:
            others = marks.without(conn, Mark.STARS, image_ids, count)
        stars = "1 star" if count == 1 else f"{count} stars"
        return self._mark(f"Give {stars} to {_pictures(others)}", Mark.STARS, others, count)

    def _take_off(self, mark: Mark, image_ids: Iterable[int], words: str) -> ActionView:
        with self._store.library.read() as conn:
            marked = marks.without(conn, mark, image_ids)
        return self._mark(words.format(_pictures(marked)), mark, marked, None)

    def _mark(
        self, label: str, mark: Mark, sha256s: Sequence[str], value: float | None
    ) -> ActionView:
        some = chunks(sha256s, _CHUNK)
        commands = [{"op": mark.value, "images": list(one), "value": value} for one in some]
        return perform(self._store, label, commands)


def _pictures(sha256s: Sequence[str]) -> str:
    return "1 picture" if len(sha256s) == 1 else f"{len(sha256s)} pictures"
