"""One row of a completion list."""

from dataclasses import dataclass

from anitag_desktop.domain.tag import TagCategory


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What may be taken: ``insert`` replaces ``start`` to ``end`` of the text.

    ``alias_of`` is the tag that an alias stands for, ``count`` None where counting means nothing,
    ``kind`` says in a word what it is where no category does,
    ``is_known`` marks tags that the picture has already, ``is_past`` whole searches of before.
    """

    text: str
    insert: str
    start: int
    end: int
    category: TagCategory | None = None
    count: int | None = None
    alias_of: str | None = None
    kind: str = ""
    is_known: bool = False
    is_past: bool = False
