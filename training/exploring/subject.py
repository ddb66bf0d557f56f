"""What is explored: the pictures of a set, a config or a run, and how they are looked at."""

import random
from dataclasses import dataclass
from pathlib import Path

from training.config import Config
from training.datasets.divided import DividedPictures
from training.run_folder import RunFolder

UNDIVIDED = ""
PARTS = ("train", "validation", "test", "unused", UNDIVIDED)


@dataclass(frozen=True, slots=True)
class Looking:
    """How thoroughly: at most ``limit`` pictures are opened, ``mapped`` of them are on the map.

    ``model`` is a package or a run whose embedding is drawn; ``minutes`` end the loss landscape.
    """

    limit: int
    mapped: int
    seed: int
    model: Path
    minutes: float


@dataclass(frozen=True, slots=True)
class Subject(DividedPictures):
    """Pictures with their parts ("" where nothing divides them), and what is known of the whole.

    ``config`` is that of the run or the config, of a set a preset; ``is_bare_set`` tells which.
    """

    name: str
    layout: str
    classes: tuple[str, ...]
    config: Config
    looking: Looking
    run: RunFolder | None = None
    is_bare_set: bool = True
    missing: int = 0
    left_out: int = 0

    def drawn(self, most: int) -> list[int]:
        """Return the numbers of at most ``most`` pictures, drawn at random, in their order."""
        everything = range(len(self.pictures))
        if most >= len(self.pictures):
            return list(everything)
        return sorted(random.Random(self.looking.seed).sample(everything, most))

    def of(self, count: int) -> str:
        """Return "1,000 of 20,000 pictures", or "all 20 pictures"."""
        whole = len(self.pictures)
        return f"all {whole:,} pictures" if count >= whole else f"{count:,} of {whole:,} pictures"

    @property
    def is_divided(self) -> bool:
        """Whether anything says to which part pictures belong."""
        return any(self.parts)
