"""Measures of a body: where its joints are and how thick its limbs. The head is at the origin."""

from dataclasses import dataclass
from random import Random

from training.pictures.attributes import Gender
from training.pictures.person import Face


@dataclass(frozen=True, slots=True)
class Head:
    """The outline of a head seen from the front; eye height is near y = 14, the chin below."""

    width: float
    """Half the width at the cheeks."""
    jaw: float
    """Half the width where the cheek turns to the chin."""
    chin: float
    """y of the chin."""
    chin_width: float
    eye_y: float = 15.0
    eye_x: float = 25.5
    """How far the middle of an eye is from the middle of the face."""
    mouth_y: float = 47.0
    top: float = -64.0


@dataclass(frozen=True, slots=True)
class Build:
    """The measures of the body below the head; lengths in figure units, widths are halves."""

    neck: float
    shoulder: float
    shoulder_y: float
    chest: float
    chest_y: float
    waist: float
    waist_y: float
    hip: float
    hip_y: float
    upper_arm: float
    forearm: float
    arm: float
    hand: float
    thigh: float
    knee: float
    calf: float
    upper_leg: float
    lower_leg: float
    bust: float

    @property
    def sole_y(self) -> float:
        """The y of the ground under straight legs."""
        return self.hip_y + self.upper_leg + self.lower_leg + 22.0 * self.knee / 16.0


def head_of(face: Face, gender: Gender, rng: Random) -> Head:
    """Return the head that a face describes; the places of the features vary a little."""
    boy = gender is Gender.BOY
    width = 47.0 + 7.0 * face.width - (1.0 if boy else 0.0)
    chin = 63.0 + 4.0 * face.chin + (5.0 if boy else 0.0)
    jaw = width * ((0.84 if boy else 0.83) - 0.15 * face.chin)
    return Head(
        width,
        jaw,
        chin,
        4.5 - 4.5 * face.chin + (3.0 if boy else 0.0),
        eye_y=rng.uniform(12.0, 20.0),
        eye_x=rng.uniform(23.4, 27.2),
        mouth_y=chin - rng.uniform(16.0, 20.0),
    )


def build_of(gender: Gender, rng: Random) -> Build:
    """Return an anime figure of about five and a half to six heads."""
    boy = gender is Gender.BOY
    leg = rng.uniform(134, 158)
    return Build(
        neck=17.0 if boy else 13.5,
        shoulder=rng.uniform(72, 80) if boy else rng.uniform(57, 63),
        shoulder_y=99.0,
        chest=56.0 if boy else 43.0,
        chest_y=145.0,
        waist=48.0 if boy else rng.uniform(32, 36),
        waist_y=200.0,
        hip=50.0 if boy else rng.uniform(48, 54),
        hip_y=256.0,
        upper_arm=86.0,
        forearm=80.0,
        arm=14.0 if boy else 10.5,
        hand=15.0 if boy else 12.5,
        thigh=27.0 if boy else 25.0,
        knee=17.0 if boy else 15.0,
        calf=17.0 if boy else 15.0,
        upper_leg=leg,
        lower_leg=leg + 4.0,
        bust=0.0 if boy else rng.uniform(0.1, 0.6),
    )


def chibi_build() -> Build:
    """Return a body one and a half heads high."""
    return Build(
        neck=11.0,
        shoulder=33.0,
        shoulder_y=78.0,
        chest=29.0,
        chest_y=98.0,
        waist=28.0,
        waist_y=122.0,
        hip=33.0,
        hip_y=148.0,
        upper_arm=33.0,
        forearm=30.0,
        arm=9.5,
        hand=10.0,
        thigh=15.0,
        knee=12.0,
        calf=11.5,
        upper_leg=38.0,
        lower_leg=38.0,
        bust=0.0,
    )
