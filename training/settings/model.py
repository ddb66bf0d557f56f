"""The section [model]: how the packaged model is called."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """How the packaged model is called and what its card says.

    ``category`` is that of the tags that the classes of a recognition run become.
    """

    id: str = "anitag/trained"
    title: str = "Trained model"
    category: str = "character"
    licence: str = "MIT"
    notice: str = ""
    description: str = ""
    limits: tuple[str, ...] = ()
    reproduce: tuple[str, ...] = ()
