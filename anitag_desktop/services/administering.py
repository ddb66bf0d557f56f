"""Administering tags: other names, implications, renaming, merging, deleting, categories.

Each change is one logged action that ``Corrector.undo`` takes back. None rewrites what was said
of pictures: a merged or deleted tag keeps its row, and the pictures' tags are derived anew.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.services.correcting import ActionView
from anitag_desktop.storage import actions, tag_administration, tag_views
from anitag_desktop.storage.commands import Command
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.tag_views import TagView

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection

__all__ = ["TagAdministration", "TagView"]


class TagAdministration:
    """Lists and changes tags; may be called from any thread. Names may be in any spelling.

    What is so already is accepted and does nothing: the ``id`` of the action is None then.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def list_tags(self, category: TagCategory | None = None, prefix: str = "") -> list[TagView]:
        """Return the tags in use, the most frequent ones first."""
        with self._store.library.read() as conn:
            return tag_views.list_views(conn, category, prefix)

    def show(self, name: str) -> TagView:
        """Return the tag that a name or alias stands for.

        Raises:
            AnitagError: ``unknown_tag``.
        """
        with self._store.library.read() as conn:
            found = tag_views.view_of(conn, name)
        if found is None:
            raise AnitagError("unknown_tag", name=name)
        return found

    def alias(self, alias: str, name: str) -> ActionView:
        """Let another name stand for a tag; pictures that had a tag of that name have this one.

        The tag is made if it is missing. Of a general tag and one of another category, the other
        category stays.

        Raises:
            AnitagError: ``bad_tag_name``, or ``bad_tag_relation`` where a name stands for
                another tag already.
        """
        return self._perform(
            f"Alias {alias} to {name}", lambda conn: tag_administration.alias(conn, alias, name)
        )

    def imply(self, child: str, parent: str) -> ActionView:
        """Let pictures with ``child`` be found by ``parent`` too; missing tags are made.

        Raises:
            AnitagError: ``bad_tag_name``, ``implication_cycle``, or ``bad_tag_relation`` where
                an end is an alias.
        """
        return self._perform(
            f"Let {child} imply {parent}",
            lambda conn: tag_administration.imply(conn, child, parent),
        )

    def rename(self, old: str, new: str) -> ActionView:
        """Give a tag another name; the old one becomes an alias.

        Raises:
            AnitagError: ``unknown_tag``, ``bad_tag_name``, or ``tag_exists``.
        """
        return self._perform(
            f"Rename {old} to {new}", lambda conn: tag_administration.rename(conn, old, new)
        )

    def merge(self, old: str, into: str) -> ActionView:
        """Make one tag of two; the old name becomes an alias.

        Raises:
            AnitagError: ``unknown_tag``.
        """
        return self._perform(
            f"Merge {old} into {into}", lambda conn: tag_administration.merge(conn, old, into)
        )

    def delete(self, name: str) -> ActionView:
        """Take a tag off every picture and every list; models cannot bring it back.

        Raises:
            AnitagError: ``unknown_tag``.
        """
        return self._perform(f"Delete {name}", lambda conn: tag_administration.delete(conn, name))

    def set_category(self, name: str, category: TagCategory) -> ActionView:
        """Move a tag to another category.

        Raises:
            AnitagError: ``unknown_tag``, or ``bad_tag_relation`` for ratings.
        """
        return self._perform(
            f"Make {name} {category.value}",
            lambda conn: tag_administration.categorise(conn, name, category),
        )

    def _perform(self, label: str, plan: Callable[["Connection"], list[Command]]) -> ActionView:
        row = self._store.library.write(lambda conn: actions.perform(conn, label, plan(conn)))
        if row is None:
            return ActionView(None, label, datetime.now(UTC))
        return ActionView(row.action_id, row.label, datetime.fromtimestamp(row.at, UTC))
