"""Loading the models of a worker process, and saying what they run on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Semaphore

from anitag_desktop.recognition import operations
from anitag_desktop.recognition.accelerator import CPU, short
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.proof import Proof
from anitag_desktop.recognition.providers import Chosen, Means, open_model
from anitag_desktop.worker.batching import Batcher, Notice, Run, beside, run_alone, run_in_turn
from anitag_desktop.worker.looking import LoadedModel


@dataclass(frozen=True, slots=True)
class LoadedModels:
    """Models that have each run once.

    ``providers`` are what each of them was measured on, ``reason`` says why one is not faster.
    """

    models: tuple[LoadedModel, ...]
    providers: tuple[str, ...]
    reason: str
    is_batched: bool
    proofs: tuple[Proof, ...]


@dataclass(frozen=True, slots=True)
class Batches:
    """How an accelerator is fed: ``largest`` pictures at once, ``notice`` hears if it gets less.

    ``gate`` lets as many threads decode as there are cores for it.
    """

    largest: int
    notice: Notice
    gate: Semaphore


def load(folders: Sequence[Path], means: Means, batches: Batches) -> LoadedModels:
    """Load and run the packages in ``folders``.

    Raises:
        AnitagError: one of them cannot be used.
    """
    chosen = [open_model(ModelPackage.load(folder), means) for folder in folders]
    return LoadedModels(
        models=tuple(LoadedModel(one.recognizer, _run(one, batches)) for one in chosen),
        providers=tuple(short(one.provider) for one in chosen),
        reason=next((one.reason for one in chosen if one.reason), ""),
        is_batched=any(one.provider != CPU for one in chosen),
        proofs=tuple(proof for one in chosen for proof in one.proofs),
    )


def _run(chosen: Chosen, batches: Batches) -> Run:
    recognizer = chosen.recognizer
    if chosen.provider == CPU:
        return run_alone(recognizer)
    # Pictures of different shapes make no batch.
    is_dynamic = operations.is_dynamic(recognizer.package.manifest.preprocess)
    run = (
        run_in_turn(recognizer)
        if is_dynamic
        else Batcher(recognizer, batches.largest, batches.notice)
    )
    return beside(run, batches.gate)
