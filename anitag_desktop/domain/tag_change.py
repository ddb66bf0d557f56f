"""Changes of tags: what is asked, and what it would do, told before it is done."""

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What can be done with tags."""

    ALIAS = "alias"
    IMPLY = "imply"
    RENAME = "rename"
    MERGE = "merge"
    DELETE = "delete"
    SILENCE = "silence"
    HEED = "heed"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True)
class TagChange:
    """Something to do with tags, named as people type them.

    ``second`` is what the first becomes, implies or counts as, or the category; some need none.
    """

    kind: ChangeKind
    first: str
    second: str = ""

    @property
    def label(self) -> str:
        """What it is called in the history."""
        return _LABELS[self.kind].format(self.first, self.second)


_LABELS = {
    ChangeKind.ALIAS: "Alias {} to {}",
    ChangeKind.IMPLY: "Let {} imply {}",
    ChangeKind.RENAME: "Rename {} to {}",
    ChangeKind.MERGE: "Merge {} into {}",
    ChangeKind.DELETE: "Delete {}",
    ChangeKind.SILENCE: "Let no model give {}",
    ChangeKind.HEED: "Let models give {}",
    ChangeKind.CATEGORY: "Make {} {}",
}


class EffectKind(StrEnum):
    """What happens to the tag of an effect; ``other`` is the tag or name that stands beside it."""

    RENAMED = "renamed"  # is called ``other`` from now on
    MERGED = "merged"  # counts as ``other``
    LOST = "lost"  # goes from pictures
    GAINED = "gained"  # comes to pictures
    FOUND = "found"  # finds more pictures, those with ``other``
    CATEGORY = "category"  # moves to the category ``other``
    ALIAS_ADDED = "alias_added"  # is found by the name ``other``, too
    ALIAS_REMOVED = "alias_removed"  # is not found by the name ``other`` any more
    IMPLICATION_ADDED = "implication_added"  # implies ``other``
    IMPLICATION_REMOVED = "implication_removed"  # does not imply ``other`` any more
    RESTORED = "restored"  # was deleted and is a tag again
    SILENCED = "silenced"  # no model gives it any more
    HEEDED = "heeded"  # models may give it again


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing that changes; ``pictures`` is on how many of them, where that can be told."""

    kind: EffectKind
    tag: str
    other: str = ""
    pictures: int = 0


@dataclass(frozen=True, slots=True)
class TagPreview:
    """What an action would change; nothing at all if everything is so already."""

    label: str
    effects: tuple[Effect, ...]
