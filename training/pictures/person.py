"""What a person in a picture looks like, wears, feels and does: plain frozen values."""

from dataclasses import dataclass, field

from training.pictures.attributes import (
    Accessory,
    ArmPose,
    Bangs,
    Brow,
    EyeColour,
    EyeShape,
    EyeState,
    Gaze,
    Gender,
    HairColour,
    HairLength,
    HairMix,
    HairStyle,
    Held,
    Mood,
    Mouth,
    Skin,
)
from training.pictures.garments import (
    Cloth,
    ClothPattern,
    Footwear,
    Legwear,
    Lower,
    Neckwear,
    Sleeves,
    Top,
)

HATS = frozenset(
    {Accessory.WITCH_HAT, Accessory.BERET, Accessory.STRAW_HAT, Accessory.BASEBALL_CAP}
)
"""Headgear that hides what is on top of the head."""


@dataclass(frozen=True, slots=True)
class Hair:
    """Hair; ``seed`` fixes its locks and its exact shade, so that it stays the same person's."""

    colour: HairColour
    length: HairLength
    style: HairStyle
    bangs: Bangs
    seed: int
    mix: HairMix = HairMix.PLAIN
    second: HairColour | None = None
    ahoge: bool = False
    sidelocks: float = 0.5
    """How far the locks before the ears reach: 0 none, 0.5 the chin, 1 the chest."""
    wave: float = 0.0
    """0 straight, 1 strongly waved."""
    volume: float = 0.5
    """0 close to the skull, 1 full."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """The eyes; ``left`` and ``right`` are the viewer's and differ in heterochromia."""

    left: EyeColour
    right: EyeColour
    shape: EyeShape = EyeShape.ROUND
    size: float = 0.5
    """0 small, 1 very large."""
    height: float = 0.5
    """0 wide and low, 1 tall."""


@dataclass(frozen=True, slots=True)
class Face:
    """The shape of the head; all numbers are in 0..1 with 0.5 in the middle."""

    skin: Skin = Skin.LIGHT
    width: float = 0.5
    chin: float = 0.5
    """0 round, 1 pointed."""
    mole: bool = False
    freckles: bool = False
    fang: bool = False


@dataclass(frozen=True, slots=True)
class Outfit:
    """Clothes and their colours."""

    top: Top
    colour: Cloth
    second: Cloth
    sleeves: Sleeves
    lower: Lower = Lower.NONE
    lower_colour: Cloth = Cloth.BLACK
    legwear: Legwear = Legwear.BARE
    legwear_colour: Cloth = Cloth.BLACK
    footwear: Footwear = Footwear.SHOES
    footwear_colour: Cloth = Cloth.BROWN
    neckwear: Neckwear = Neckwear.NONE
    neckwear_colour: Cloth = Cloth.RED
    pattern: ClothPattern = ClothPattern.PLAIN
    frills: bool = False

    @property
    def covers_neck(self) -> bool:
        """Whether nothing worn at the neck below it can be seen."""
        high = self.top in (Top.TURTLENECK, Top.GAKURAN, Top.ARMOR)
        return high or self.neckwear is Neckwear.SCARF


@dataclass(frozen=True, slots=True)
class Expression:
    """What the face does."""

    mood: Mood = Mood.CALM
    eyes: EyeState = EyeState.OPEN
    brow: Brow = Brow.ARCHED
    mouth: Mouth = Mouth.SMILE
    blush: float = 0.0
    """0 none; tagged from 0.5 on."""
    tears: bool = False
    sweat: bool = False


@dataclass(frozen=True, slots=True)
class Pose:
    """How the body is held; angles are in degrees, turns in -1..1 (the viewer's left to right)."""

    arms: ArmPose = ArmPose.SIDES
    held: Held = Held.NOTHING
    gaze: Gaze = Gaze.VIEWER
    turn: float = 0.0
    nod: float = 0.0
    tilt: float = 0.0
    lean: float = 0.0
    mirrored: bool = False
    stance: float = 0.3
    """0 the legs closed, 1 wide apart."""


@dataclass(frozen=True, slots=True)
class Traits:
    """What stays the same in every picture of one identity."""

    gender: Gender
    hair: Hair
    eyes: Eyes
    face: Face
    accessories: frozenset[Accessory]
    accent: Cloth
    """The colour of bows, hairbands and other accessories."""
    outfit: Outfit
    """What this person usually wears."""
    name: str = ""
    """The character tag; empty for nobody in particular."""

    @property
    def hatted(self) -> bool:
        """Whether a hat covers the crown of the head."""
        return not HATS.isdisjoint(self.accessories)


@dataclass(frozen=True, slots=True)
class Person:
    """One figure: who it is, and what it wears, feels and does in this picture."""

    traits: Traits
    outfit: Outfit
    expression: Expression = field(default_factory=Expression)
    pose: Pose = field(default_factory=Pose)
