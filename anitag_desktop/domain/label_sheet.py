"""A label sheet: which one class each of some pictures was given."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from anitag_desktop.domain.tag import normalize_tag_name

CLASS_KEYS = "123456789ACDEFGHIJKLMNOPQRSTVWXY"
"""The keys of the classes, in their order: B, U and Z mean something else."""


@dataclass(slots=True)
class LabelSheet:
    """Classes in the order of their keys, and the class of each picture by its absolute path."""

    classes: list[str] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)

    @property
    def is_full(self) -> bool:
        """Whether every key has its class."""
        return len(self.classes) >= len(CLASS_KEYS)

    def add_class(self, text: str) -> bool:
        """Give the next key to a class, spelt like a tag; False if it has one or none is left."""
        name = normalize_tag_name(text)
        if not name or name in self.classes or self.is_full:
            return False
        self.classes.append(name)
        return True

    def drop_class(self, name: str) -> bool:
        """Let a class go; False if a picture has it."""
        if name not in self.classes or name in self.labels.values():
            return False
        self.classes.remove(name)
        return True

    def rename_class(self, name: str, text: str) -> bool:
        """Call a class otherwise, with its key and its pictures; False if the name is taken.

        A name of nothing but spaces is none, and changes nothing either.
        """
        new = normalize_tag_name(text)
        if name not in self.classes or not new or new in self.classes:
            return False
        self.classes[self.classes.index(name)] = new
        for path in [path for path, own in self.labels.items() if own == name]:
            self.labels[path] = new
        return True

    def take_up(self, known: Iterable[str]) -> None:
        """Let classes have the first keys, in their order; the sheet's others follow.

        Those without pictures are left out where the keys would not suffice for all.
        """
        spelt = [name for name in known if name and normalize_tag_name(name) == name]
        room = len(CLASS_KEYS) - len(self.classes)
        empty = [name for name in dict.fromkeys(spelt) if name not in self.classes][:room]
        kept = {*self.classes, *empty}
        self.classes = list(dict.fromkeys((*(n for n in spelt if n in kept), *self.classes)))

    def counts(self) -> dict[str, int]:
        """Return how many pictures each class has."""
        found = Counter(self.labels.values())
        return {name: found[name] for name in self.classes}

    def copy(self) -> "LabelSheet":
        """Return one that changes by itself."""
        return LabelSheet(list(self.classes), dict(self.labels))
