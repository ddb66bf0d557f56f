"""What every inference backend offers: pictures in, scores and vectors out."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from anitag_desktop.domain.error import AnitagError
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


def run_in_batches(
    package: ModelPackage, run: "Callable[[Floats], list[Reading]]", pixels: "Floats"
) -> list[Reading]:
    """Return one reading for each picture, in as many runs as the package's ``max_batch`` wants.

    Raises:
        AnitagError: ``model_failed`` with the reason, whatever ``run`` raised.
        MemoryError: ``run`` raised it.
    """
    largest = package.manifest.max_batch or len(pixels)
    starts = range(0, len(pixels), largest)
    try:
        return [one for start in starts for one in run(pixels[start : start + largest])]
    except MemoryError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split())[:300]
        raise AnitagError("model_failed", model=package.key.model_id, reason=reason) from error
