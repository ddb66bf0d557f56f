"""What a self-test of an accelerator has shown, and for what exactly it holds."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """What was tested: another driver, runtime or revision has to prove itself anew.

    ``provider`` is ONNX Runtime's name, ``model`` is id and revision with the beginning of the
    weights' sha256, ``runtime`` the package with its version, ``machine`` cards and drivers.
    """

    provider: str
    model: str
    runtime: str
    machine: str


@dataclass(frozen=True, slots=True)
class Proof:
    """The outcome: ``reason`` says why it is not used, empty if it is.

    ``gap`` is the largest difference from the CPU's scores (0 to 1), ``speed`` how many pictures
    it takes while all the CPU's cores take one; both are 0 where nothing was measured. ``day`` is
    when (ISO 8601).
    """

    subject: Subject
    reason: str
    gap: float = 0.0
    speed: float = 0.0
    day: str = ""


def find_proof(proofs: Iterable[Proof], subject: Subject) -> Proof | None:
    """Return the last proof that holds for exactly this."""
    found = [proof for proof in proofs if proof.subject == subject]
    return found[-1] if found else None
