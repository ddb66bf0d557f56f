"""Puts the weights of an earlier training into a network before a run begins."""

from pathlib import Path

from torch import nn

from anitag_desktop.domain.error import AnitagError
from training.checkpoint import Tensors, newest_checkpoint
from training.config import Config
from training.expanding import expanded
from training.networks.foreign import read_tensors
from training.networks.loading import LoadReport, load_weights
from training.networks.renaming import with_own_names
from training.progress import Progress
from training.saving import EXTRA

SHOWN = 8


def start_from(network: nn.Module, config: Config, progress: Progress) -> LoadReport | None:
    """Load what ``network.checkpoint`` names, as ``network.load`` says; tell what became of it."""
    if not config.network.checkpoint:
        return None
    found = read_weights(expanded(config.network.checkpoint, "the weights to begin with"))
    report = load_weights(network, found, config.network.load)
    counts = {name: len(names) for name, names in report.as_plain().items()}
    names = {"skipped_names": report.skipped[:SHOWN], "missing_names": report.missing[:SHOWN]}
    told = {name: list(some) for name, some in names.items() if some}
    progress.report("loaded_weights", **counts, **told)
    return report


def read_weights(path: Path) -> Tensors:
    """Read weights: a file of tensors, or of a run its best ones, otherwise its newest average.

    Weights of animesion and of BEiT get this project's names.

    Raises:
        AnitagError: ``no_such_file`` or ``bad_checkpoint``.
    """
    weights = with_own_names(read_tensors(weights_file(path)))
    return {name: value for name, value in weights.items() if not name.startswith(EXTRA)}


def weights_file(path: Path) -> Path:
    """Return the safetensors file that a path of a file, a checkpoint or a run means."""
    newest = newest_checkpoint(path / "checkpoints")
    candidates = [
        path,
        path / "weights.safetensors",
        path / "best" / "weights.safetensors",
        *([newest / "average.safetensors"] if newest else []),
    ]
    found = next((file for file in candidates if file.is_file()), None)
    if found is None:
        raise AnitagError("no_such_file", path=path)
    return found
