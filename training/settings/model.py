"""The section [model]: how the packaged model is called."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """How the packaged model is called and what its card says."""

    id: str = "anitag/trained"
    title: str = "Trained model"
    licence: str = "MIT"
    notice: str = ""
    description: str = ""
    limits: tuple[str, ...] = ()
    reproduce: tuple[str, ...] = ()
