"""Retrainings: what a new model is trained for, and how it went."""

from dataclasses import dataclass
from enum import StrEnum

_BATCH = 32
_EPOCHS = 6.0
_LEAST, _MOST = 120, 4_000


LEAST_ADAPTED = 48
"""Of fewer pictures their look cannot be learnt: everybody would be everybody's neighbour."""


class TrainingMode(StrEnum):
    """What is learnt: corrections, or without any labels how the library's pictures look.

    ``LORA`` learns corrections with few weights of the network: the others stay. ``ADAPT`` changes
    the vectors only, by which pictures are compared: the tags stay.
    """

    FULL = "full"
    LORA = "lora"
    ADAPT = "adapt"


class RetrainingState(StrEnum):
    """How far a retraining is.

    ``waiting``: begun and not done. ``judged``: there is a new model, and nobody decided yet.
    """

    WAITING = "waiting"
    JUDGED = "judged"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    TAKEN_BACK = "taken_back"


@dataclass(frozen=True, slots=True)
class TrainingPlan:
    """What a retraining would take.

    ``taught`` pictures were corrected and are learnt from, ``tuned`` ones choose thresholds, those
    ``held_out``
    judge, ``replayed`` show what the old model says. ``disk`` is in bytes. ``seconds`` and
    ``memory`` (bytes) are measured on this machine, None where they were not.

    To adapt, ``replayed`` pictures are looked at, ``held_out`` ones show characters that the user
    named (``tags`` of them), and nothing else counts.
    """

    mode: TrainingMode
    model: str
    taught: int
    tuned: int
    held_out: int
    replayed: int
    tags: int
    steps: int
    disk: int
    is_ready: bool
    seconds: float | None = None
    memory: int | None = None


def steps_for(pictures: int) -> int:
    """Return how many steps of 32 pictures a training on so many takes: six epochs, in bounds."""
    return round(min(_MOST, max(_LEAST, _EPOCHS * pictures / _BATCH)))
