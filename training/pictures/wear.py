"""What happened to a picture after it was drawn: the light on it, and a life on the internet."""

from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Wear:
    """The traces on one picture; the default is none."""

    noise: float = 0.0
    """Standard deviation in 0..1 of full scale."""
    jpeg: int = 0
    """JPEG quality 1..95; 0 leaves the pixels alone."""
    blur: float = 0.0
    """Radius in pixels at a longest side of 256."""
    fade: float = 0.0
    """How far the colours are paled, 0..1."""
    glow: float = 0.0
    """How strongly light falls in from a corner, 0..1."""
    veil: float = 0.0
    """How strongly a coloured light lies on one side of the picture, 0..1."""
    cast: float = 0.0
    """How strongly all colours lean to one hue, 0..1; 0.1 still leaves white hair white."""
    shrink: float = 1.0
    """The share of its size at which the picture was once kept; 1 for never."""
    colours: int = 0
    """To how many colours it was reduced; 0 for all."""
    sharpen: float = 0.0
    """How strongly edges were sharpened, 0..1."""


UNWORN = Wear()


def sample_wear(rng: Random) -> Wear:
    """Return chance traces; most pictures have none or few."""
    return Wear(
        noise=rng.choice((0.0, 0.0, 0.0, rng.uniform(0.005, 0.02))),
        jpeg=rng.choice((0, 0, rng.randint(30, 92))),
        blur=rng.choice((0.0, 0.0, 0.0, 0.0, rng.uniform(0.3, 0.9))),
        fade=rng.choice((0.0, 0.0, rng.uniform(0.05, 0.3))),
        glow=rng.choice((0.0, 0.0, rng.uniform(0.1, 0.45))),
        veil=rng.choice((0.0, 0.0, rng.uniform(0.1, 0.45))),
        cast=rng.choice((0.0, 0.0, rng.uniform(0.02, 0.12))),
        shrink=rng.choice((1.0, 1.0, rng.uniform(0.35, 0.9))),
        colours=rng.choice((0, *[0] * 18, rng.choice((32, 64, 128)))),
        sharpen=rng.choice((0.0, 0.0, 0.0, rng.uniform(0.2, 1.0))),
    )
