"""Overlap: a tag that says nothing beside one that says the same more exactly."""

from collections.abc import Collection, Iterator


def overlapping(names: Collection[str]) -> frozenset[str]:
    """Return the names whose words are the last ones of another name among these.

    ``hair`` and ``long_hair`` overlap with ``very_long_hair``; ``hair`` does not with
    ``hair_bow``, which is a bow, nor ``hat`` with ``hatsune``, which is no word of it.
    """
    endings = {ending for name in names for ending in _endings(name)}
    return frozenset(endings.intersection(names))


def _endings(name: str) -> Iterator[str]:
    rest = name
    while (at := rest.find("_")) >= 0:
        rest = rest[at + 1 :]
        yield rest
