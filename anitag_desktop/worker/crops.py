"""The parts of a picture that embedders look at: which ones, and how much around them."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from anitag_desktop.domain.image import Box
from anitag_desktop.domain.region import Place, clipped

if TYPE_CHECKING:
    from PIL.Image import Image

    from anitag_desktop.recognition.decoding import Picture

MOST = 32
"""So many regions of a picture are looked at; of a crowd that is more, the surest."""

_FACES = frozenset({"face", "head"})
"""What tells who somebody is. Persons are looked at where none of these was found."""

_GROWTH = 1.3
"""How much wider and higher a crop is than its region: hair belongs to a face."""


class Candidate(NamedTuple):
    """A region that may be looked at; ``is_given``: the user wants it to be."""

    place: Place
    score: float
    is_given: bool = False


def chosen(candidates: Sequence[Candidate]) -> set[int]:
    """Return the positions of the regions to look at."""
    faces = any(one.place.label in _FACES for one in candidates)
    wanted = [
        number
        for number, one in enumerate(candidates)
        if one.is_given or not faces or one.place.label in _FACES
    ]
    wanted.sort(key=lambda number: (not candidates[number].is_given, -candidates[number].score))
    return set(wanted[:MOST])


def crop(picture: "Picture", box: Box) -> "Image":
    """Return a region of a decoded picture with what is around it, in whole pixels."""
    width, height = picture.extent[:2]
    across, down = (_GROWTH - 1) / 2 * box.width, (_GROWTH - 1) / 2 * box.height
    around = Box(box.left - across, box.top - down, box.width + 2 * across, box.height + 2 * down)
    part = clipped(around) or box
    right, bottom = part.left + part.width, part.top + part.height
    return picture.image.crop(
        (
            math.floor(part.left * width),
            math.floor(part.top * height),
            min(picture.image.width, math.ceil(right * width)),
            min(picture.image.height, math.ceil(bottom * height)),
        )
    )
