"""Correcting: what the user says of pictures' tags, and taking any action back.

Each call is one action: logged with the model and the score that were seen, in the journal before
the call returns, shown by search at once, and undone as a whole.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from anitag_desktop.domain.correction import Verdict
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import normalize_tag_name
from anitag_desktop.services.completing import complete, speaking
from anitag_desktop.storage import actions, corrections, full_reviews
from anitag_desktop.storage.actions import ActionRow
from anitag_desktop.storage.commands import Command
from anitag_desktop.storage.corrections import Wish
from anitag_desktop.storage.store import Store

_NAMES_IN_LABEL = 3


@dataclass(frozen=True, slots=True)
class ActionView:
    """Something the user did. ``id`` is None when everything was so already."""

    id: int | None
    label: str
    at: datetime
    is_undone: bool = False


def perform(store: Store, label: str, what: Iterable[Command]) -> ActionView:
    """Do commands as one action that ``Corrector.undo`` takes back."""
    row = store.library.write(lambda conn: actions.perform(conn, label, what))
    return view_of(row, label)


def view_of(row: ActionRow | None, label: str) -> ActionView:
    """Return what an action came to; None: everything was so already."""
    return _view(row) if row else ActionView(None, label, datetime.now(UTC))


class Corrector:
    """Records what the user says; may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def correct(
        self,
        image_ids: Iterable[int],
        confirm: Iterable[str] = (),
        reject: Iterable[str] = (),
        add: Iterable[str] = (),
        label: str = "",
    ) -> ActionView:
        """Say which tags are right, wrong and missing on pictures, as one action.

        ``label`` is what the action is called, if it is not only that.

        Names may be aliases and may have a category in front (``char:name``); an unknown name
        becomes a tag. Of ratings (``rating:general``) a picture keeps one.

        Raises:
            AnitagError: ``bad_tag_name``, ``bad_value`` (a tag both right and wrong),
                ``disk_full``, ``cannot_write``. Nothing was changed.
        """
        right, wrong, missing = tuple(confirm), tuple(reject), tuple(add)
        _expect_apart({*right, *missing}, set(wrong))
        wishes = [Wish(name, Verdict.CONFIRMED) for name in (*right, *missing)]
        wishes += [Wish(name, Verdict.REJECTED) for name in wrong]
        parts = (("Confirm", right), ("Reject", wrong), ("Add", missing))
        return self._say(tuple(image_ids), wishes, label or _label(parts))

    def complete(self, image_ids: Iterable[int], within: ActionView | None = None) -> ActionView:
        """Say that pictures are fully reviewed: what they have is right, and nothing is missing.

        What models suggest beside it is rejected, but for what the pictures' tags imply. One
        action, or a part of ``within``.

        Raises:
            AnitagError: ``disk_full``, ``cannot_write``. Nothing was changed.
        """
        chosen = tuple(image_ids)
        label = f"Review {len(chosen)} picture{'s' * (len(chosen) != 1)} fully"
        joined = None if within is None else within.id
        with self._store.library.read() as conn:
            reviews = full_reviews.read(conn, chosen)
        row = self._store.library.write(
            lambda conn: full_reviews.note(conn, reviews, label, joined)
        )
        return within if within is not None and joined is not None else view_of(row, label)

    def clear(self, image_ids: Iterable[int], tags: Iterable[str], label: str = "") -> ActionView:
        """Take back what the user said of tags on pictures, so that the models decide again.

        ``label`` is what the action is called, if it is not only that.
        """
        names = tuple(tags)
        wishes = [Wish(name, None) for name in names]
        return self._say(tuple(image_ids), wishes, label or _label((("Clear", names),)))

    def undo(self, n: int = 1) -> list[ActionView]:
        """Take back the last ``n`` actions of any kind, newest first; fewer if there are fewer.

        Raises:
            AnitagError: ``nothing_to_undo``.
        """
        with self._following_head():
            done = self._store.library.write(lambda conn: actions.undo_last(conn, n))
        return [_view(row) for row in done]

    def undo_only(self, action_id: int) -> ActionView | None:
        """Take back one action, if nothing was done since; None if it is undone already.

        Raises:
            AnitagError: ``newer_action``.
        """
        with self._following_head():
            done = self._store.library.write(lambda conn: actions.undo_only(conn, action_id))
        return None if done is None else _view(done)

    def redo(self, n: int = 1) -> list[ActionView]:
        """Do again the last ``n`` actions that were undone, if nothing else was done since.

        Raises:
            AnitagError: ``nothing_to_redo``.
        """
        with self._following_head():
            done = self._store.library.write(lambda conn: actions.redo_last(conn, n))
        return [_view(row) for row in done]

    def history(self, limit: int) -> list[ActionView]:
        """Return the last actions, newest first, undone ones included."""
        with self._store.library.read() as conn:
            return [_view(row) for row in actions.history(conn, limit)]

    @contextmanager
    def _following_head(self) -> Iterator[None]:
        """Let another personal head, if one speaks afterwards, look at what it has not seen."""
        before = speaking(self._store)
        yield
        now = speaking(self._store)
        if now is not None and now != before:
            complete(self._store)

    def _say(self, image_ids: Sequence[int], wishes: Sequence[Wish], label: str) -> ActionView:
        with self._store.library.read() as conn:
            seen = corrections.read_seen(conn, image_ids, wishes)
        row = self._store.library.write(
            lambda conn: corrections.correct(conn, image_ids, wishes, seen, label)
        )
        return view_of(row, label)


def _expect_apart(right: set[str], wrong: set[str]) -> None:
    both = {normalize_tag_name(n) for n in right} & {normalize_tag_name(n) for n in wrong}
    if both:
        raise AnitagError("bad_value", reason=f"{min(both)} cannot be both right and wrong")


def _label(parts: Iterable[tuple[str, Sequence[str]]]) -> str:
    """Return ``Confirm hat, reject a, b, c and 2 more``."""
    said = ", ".join(f"{verb.lower()} {_few(names)}" for verb, names in parts if names)
    return said[:1].upper() + said[1:]


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(names[:_NAMES_IN_LABEL])
    rest = len(names) - _NAMES_IN_LABEL
    return f"{shown} and {rest} more" if rest > 0 else shown


def _view(row: ActionRow) -> ActionView:
    return ActionView(row.action_id, row.label, datetime.fromtimestamp(row.at, UTC), row.is_undone)
