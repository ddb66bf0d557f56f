"""Administering tags: other names, implications, renaming, merging, deleting, categories.

Each change is one logged action that ``Corrector.undo`` takes back. None rewrites what was said
of pictures: a merged or deleted tag keeps its row, and the pictures' tags are derived anew.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.domain.tag_change import ChangeKind, TagChange, TagPreview
from anitag_desktop.services.correcting import ActionView, view_of
from anitag_desktop.storage import actions, tag_administration, tag_previews, tag_views
from anitag_desktop.storage.commands import Command
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.tag_views import TagView

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection

__all__ = ["TagAdministration", "TagChange", "TagPreview", "TagView"]


class TagAdministration:
    """Lists and changes tags; may be called from any thread. Names may be in any spelling.

    What is so already is accepted and does nothing: the ``id`` of the action is None then.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def list_tags(
        self,
        category: TagCategory | None = None,
        prefix: str = "",
        counts: Mapping[str, int] | None = None,
    ) -> list[TagView]:
        """Return the tags in use, the most frequent ones first.

        ``counts`` (pictures by uid, see ``Searcher.counts``) saves counting them once more.
        """
        with self._store.library.read() as conn:
            return tag_views.list_views(conn, category, prefix, counts)

    def show(self, name: str, counts: Mapping[str, int] | None = None) -> TagView:
        """Return the tag that a name or alias stands for; ``counts`` as above.

        Raises:
            AnitagError: ``unknown_tag``.
        """
        with self._store.library.read() as conn:
            found = tag_views.view_of(conn, name, counts)
        if found is None:
            raise AnitagError("unknown_tag", name=name)
        return found

    def preview(self, change: TagChange) -> TagPreview:
        """Return what a change would do, without doing it.

        Raises:
            AnitagError: as the change itself would.
        """
        commands = self._planned(change)
        with self._store.library.read() as conn:
            return TagPreview(change.label, tag_previews.effects(conn, commands))

    def apply(self, change: TagChange) -> ActionView:
        """Do a change as one action that can be undone.

        Raises:
            AnitagError: why it cannot be; see the methods of its name below.
        """
        row = self._store.library.write(
            lambda conn: actions.perform(conn, change.label, _plan(conn, change))
        )
        return view_of(row, change.label)

    def alias(self, alias: str, name: str) -> ActionView:
        """Let another name stand for a tag; pictures that had a tag of that name have this one.

        The tag is made if it is missing. Of a general tag and one of another category, the other
        category stays.

        Raises:
            AnitagError: ``bad_tag_name``, or ``bad_tag_relation`` where a name stands for
                another tag already.
        """
        return self.apply(TagChange(ChangeKind.ALIAS, alias, name))

    def imply(self, child: str, parent: str) -> ActionView:
        """Let pictures with ``child`` be found by ``parent`` too; missing tags are made.

        Raises:
            AnitagError: ``bad_tag_name``, ``implication_cycle``, or ``bad_tag_relation`` where
                an end is an alias.
        """
        return self.apply(TagChange(ChangeKind.IMPLY, child, parent))

    def rename(self, old: str, new: str) -> ActionView:
        """Give a tag another name; the old one becomes an alias. A prefix sets the category.

        Raises:
            AnitagError: ``unknown_tag``, ``bad_tag_name``, or ``tag_exists``.
        """
        return self.apply(TagChange(ChangeKind.RENAME, old, new))

    def merge(self, old: str, into: str) -> ActionView:
        """Make one tag of two; the old name becomes an alias.

        Raises:
            AnitagError: ``unknown_tag``.
        """
        return self.apply(TagChange(ChangeKind.MERGE, old, into))

    def delete(self, name: str) -> ActionView:
        """Take a tag off every picture and every list; models cannot bring it back.

        Raises:
            AnitagError: ``unknown_tag``.
        """
        return self.apply(TagChange(ChangeKind.DELETE, name))

    def silence(self, name: str) -> ActionView:
        """Take a tag off the pictures that only models gave it, now and in time to come.

        Raises:
            AnitagError: ``unknown_tag``.
        """
        return self.apply(TagChange(ChangeKind.SILENCE, name))

    def heed(self, name: str) -> ActionView:
        """Let models give a tag again that was silenced.

        Raises:
            AnitagError: ``unknown_tag``.
        """
        return self.apply(TagChange(ChangeKind.HEED, name))

    def set_category(self, name: str, category: TagCategory) -> ActionView:
        """Move a tag to another category.

        Raises:
            AnitagError: ``unknown_tag``, or ``bad_value`` for ratings.
        """
        return self.apply(TagChange(ChangeKind.CATEGORY, name, category.value))

    def _planned(self, change: TagChange) -> list[Command]:
        """Return the commands of a change. Planning may make tags: those are taken back."""
        try:
            self._store.library.write(lambda conn: _give_up(_plan(conn, change)))
        except _Planned as planned:
            return planned.commands
        return []


class _Planned(Exception):  # noqa: N818 - no error: it takes back what planning wrote
    """Carries commands out of a transaction that is rolled back."""

    def __init__(self, commands: list[Command]) -> None:
        super().__init__()
        self.commands = commands


def _give_up(commands: list[Command]) -> None:
    raise _Planned(commands)


def _plan(conn: "Connection", change: TagChange) -> list[Command]:
    return _PLANS[change.kind](conn, change.first, change.second)


_PLANS: dict[ChangeKind, Callable[["Connection", str, str], list[Command]]] = {
    ChangeKind.ALIAS: tag_administration.alias,
    ChangeKind.IMPLY: tag_administration.imply,
    ChangeKind.RENAME: tag_administration.rename,
    ChangeKind.MERGE: tag_administration.merge,
    ChangeKind.DELETE: lambda conn, name, _: tag_administration.delete(conn, name),
    ChangeKind.SILENCE: lambda conn, name, _: tag_administration.heed(conn, name, False),
    ChangeKind.HEED: lambda conn, name, _: tag_administration.heed(conn, name, True),
    ChangeKind.CATEGORY: lambda conn, name, category: tag_administration.categorise(
        conn, name, TagCategory(category)
    ),
}
"""How each kind of change is turned into commands."""
