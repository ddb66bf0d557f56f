"""One figure made ready for drawing: its measures, its colours and its chances."""

from dataclasses import dataclass
from functools import cached_property
from random import Random

from training.pictures.attributes import ArtStyle, HairMix
from training.pictures.build import Build, Head, build_of, chibi_build, head_of
from training.pictures.easel import Easel
from training.pictures.palette import (
    Colour,
    cloth_colour,
    eye_colour,
    hair_colour,
    skin_colour,
)
from training.pictures.person import Person


@dataclass(frozen=True)
class Figure:
    """A person with the easel it is drawn on; ``bottom`` is the lowest y that is seen."""

    person: Person
    easel: Easel
    seed: str
    art: ArtStyle
    bottom: float

    def chance(self, part: str) -> Random:
        """Return the random numbers of one part in this picture."""
        return Random(f"{self.seed}/{part}")

    def trait(self, part: str) -> Random:
        """Return the random numbers of one part that belong to the identity."""
        return Random(f"{self.person.traits.hair.seed}/{part}")

    @cached_property
    def chibi(self) -> bool:
        """Whether the figure has a large head on a small body."""
        return self.art is ArtStyle.CHIBI

    @cached_property
    def head(self) -> Head:
        """The outline of the head."""
        traits = self.person.traits
        return head_of(traits.face, traits.gender, self.trait("proportions"))

    @cached_property
    def build(self) -> Build:
        """The measures of the body."""
        if self.chibi:
            return chibi_build()
        return build_of(self.person.traits.gender, self.trait("build"))

    @cached_property
    def skin(self) -> Colour:
        """The colour of the skin in the light."""
        return skin_colour(self.person.traits.face.skin, self.trait("skin"))

    @cached_property
    def skin_shade(self) -> Colour:
        """The colour of the skin in the shade; always warm."""
        warm = self.skin.times(Colour(0.97, 0.80, 0.78))
        return self.easel.style.shade(self.skin).mix(warm, 0.65)

    @cached_property
    def hair(self) -> Colour:
        """The main colour of the hair."""
        return hair_colour(self.person.traits.hair.colour, self.trait("hair colour"))

    @cached_property
    def second_hair(self) -> Colour:
        """The second colour of the hair, or the main one."""
        hair = self.person.traits.hair
        if hair.second is None or hair.mix is HairMix.PLAIN:
            return self.hair
        return hair_colour(hair.second, self.trait("second hair colour"))

    @cached_property
    def irises(self) -> tuple[Colour, Colour]:
        """The colours of the irises, the viewer's left first."""
        eyes = self.person.traits.eyes
        left = eye_colour(eyes.left, self.trait("eye"))
        return left, left if eyes.right is eyes.left else eye_colour(eyes.right, self.trait("eye2"))

    @cached_property
    def accent(self) -> Colour:
        """The colour of bows, hairbands and the like."""
        return cloth_colour(self.person.traits.accent, self.trait("accent"))

    @cached_property
    def cloth(self) -> Colour:
        """The main colour of the upper garment."""
        return cloth_colour(self.person.outfit.colour, self.chance("cloth"))

    @cached_property
    def second_cloth(self) -> Colour:
        """The colour of collars, shirts under jackets, aprons and trims."""
        return cloth_colour(self.person.outfit.second, self.chance("second cloth"))

    @cached_property
    def lower_cloth(self) -> Colour:
        """The colour of skirt, shorts or trousers."""
        return cloth_colour(self.person.outfit.lower_colour, self.chance("lower cloth"))

    @cached_property
    def neck_cloth(self) -> Colour:
        """The colour of tie, bow or scarf."""
        return cloth_colour(self.person.outfit.neckwear_colour, self.chance("neck cloth"))

    @property
    def turn_shift(self) -> float:
        """How far the features of the face move sideways because the head is turned."""
        return self.person.pose.turn * 19.0

    @property
    def nod_shift(self) -> float:
        """How far they move down because the head is bowed."""
        return self.person.pose.nod * 6.0
