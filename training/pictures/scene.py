"""The room that a backdrop is drawn in."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

import skia

from training.pictures.curves import box
from training.pictures.easel import Easel
from training.pictures.palette import Colour, cloth_colour
from training.pictures.picture import PictureSpec


@dataclass(frozen=True)
class Scene:
    """A picture's room: 100 units high, ``wide`` units wide, the origin at the upper left."""

    spec: PictureSpec
    easel: Easel
    wide: float

    def chance(self, part: str) -> Random:
        """Return the random numbers of one part of the backdrop."""
        return Random(f"{self.spec.seed}/backdrop/{part}")

    @cached_property
    def colour(self) -> Colour:
        """The main colour of simple backdrops."""
        return cloth_colour(self.spec.backdrop_colour, self.chance("colour"))

    @cached_property
    def room(self) -> skia.Path:
        """The whole room as a path."""
        return box(-1.0, -1.0, self.wide + 1.0, 101.0)
