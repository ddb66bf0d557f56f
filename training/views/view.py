"""What serves views of pictures by their number."""

from dataclasses import dataclass
from typing import Protocol

import torch

from training.views.preparation import Preparation


@dataclass(frozen=True, slots=True)
class View:
    """A picture, 3 x S x S: uint8, or float32 and already normalised.

    ``replaced`` tells that its background is another one than the picture's.
    """

    image: torch.Tensor
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a run a sample is seen; everything random about it follows from this."""

    seed: int
    epoch: int
    position: int


class Views(Protocol):
    """Serves pictures by number, the same in every process."""

    preparation: Preparation

    def varied(self, row: int, place: Place, size: int, *, may_flip: bool) -> View:
        """Return a picture as it is seen at a place of the training.

        Raises:
            AnitagError: its file is no picture that the app would read.
        """

    def plain(self, row: int, size: int) -> View:
        """Return a picture as it is measured.

        Raises:
            AnitagError: its file is no picture that the app would read.
        """
