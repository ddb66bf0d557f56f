"""What every inference backend offers: pictures in, scores and vectors out."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from anitag_desktop.recognition.detection import Box
from anitag_desktop.recognition.model_package import ModelPackage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model says of one picture.

    ``scores`` has a probability (0 to 1) for each label, None where there are none;
    ``embedding`` is the picture's vector, of length 1 where the manifest asks for that;
    ``boxes`` are what a detector found, the surest first, None of other models.
    """

    scores: "Floats | None"
    embedding: "Floats | None"
    boxes: tuple[Box, ...] | None = None


class Recognizer(Protocol):
    """A loaded model; may be called from several threads at once."""

    @property
    def package(self) -> ModelPackage:
        """The package that was loaded."""
        ...

    def recognise(self, pixels: "Floats") -> list[Reading]:
        """Return one reading for each picture of a batch in the model's own layout.

        The last plane of a picture is its mask where the preprocessing makes one.

        Raises:
            AnitagError: ``model_failed`` with the reason.
        """
        ...
