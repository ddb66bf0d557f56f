"""Loading the models of a worker process, and saying what they run on."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.operations import is_dynamic
from anitag_desktop.worker.batching import Batcher, run_alone
from anitag_desktop.worker.workbench import LoadedModel


@dataclass(frozen=True, slots=True)
class LoadedModels:
    """Models that have each run once; ``provider`` is the first one's, measured (empty if none)."""

    models: tuple[LoadedModel, ...]
    provider: str
    reason: str
    is_batched: bool


def load(folders: Sequence[Path], largest_batch: int) -> LoadedModels:
    """Load and run the packages in ``folders``.

    Raises:
        AnitagError: one of them cannot be used.
    """
    if not folders:
        return LoadedModels((), "", "", is_batched=False)
    from anitag_desktop.recognition.providers import open_model, short
    from anitag_desktop.recognition.session import CPU

    chosen = [open_model(ModelPackage.load(folder)) for folder in folders]
    models = tuple(
        LoadedModel(
            found.recognizer,
            run_alone(found.recognizer)
            # Pictures of different shapes make no batch.
            if found.provider == CPU or is_dynamic(found.recognizer.package.manifest.preprocess)
            else Batcher(found.recognizer, largest_batch),
        )
        for found in chosen
    )
    return LoadedModels(
        models=models,
        provider=short(chosen[0].provider),
        reason=chosen[0].reason,
        is_batched=any(found.provider != CPU for found in chosen),
    )
