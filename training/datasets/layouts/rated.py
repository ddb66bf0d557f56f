"""Which pictures of a set are learnt from, by their ratings."""

from dataclasses import replace

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Rating
from training.datasets.layouts.read_set import ReadSet


def with_ratings(found: ReadSet, ratings: tuple[str, ...], name: str) -> ReadSet:
    """Leave out the pictures of a set that have another rating; those without one stay.

    Raises:
        AnitagError: ``bad_config`` for a rating that is none.
    """
    unknown = sorted(set(ratings) - set(Rating))
    if unknown:
        reason = f"{unknown[0]!r} is not a rating; known are {', '.join(Rating)}"
        raise AnitagError("bad_config", path=f"The set {name}", reason=reason)
    kept = [p for p in found.pictures if p.rating is None or p.rating in ratings]
    return replace(found, pictures=kept, left_out=len(found.pictures) - len(kept))
