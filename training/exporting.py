"""Exports a trained network to ONNX and proves that the file answers as the network does."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch

from anitag_desktop.domain.error import AnitagError
from training.checkpoint import load_average
from training.config import Config
from training.networks.lora import merge_lora
from training.networks.making import make_network
from training.networks.packaged import PackagedNetwork
from training.preprocessing import OWN, read_prepared
from training.runner import ExportedModel, Matrix
from training.views.preparation import Preparation

OPSET = 18
LARGEST_DIFFERENCE = 1e-4
BATCHES = (1, 2, 7)


@dataclass(frozen=True, slots=True)
class Parity:
    """The largest differences between network and file, and on how many pictures."""

    probabilities: float
    embedding: float
    pictures: int


def load_network(config: Config, labels: int, checkpoint: Path) -> PackagedNetwork:
    """Return the network with a checkpoint's averaged weights, ready to answer.

    Raises:
        AnitagError: ``bad_config`` for a network that reads words too.
    """
    if config.task.name == "multimodal":
        reason = "a network that reads words has two inputs; export knows pictures only"
        raise AnitagError("bad_config", path=checkpoint, reason=reason)
    network = make_network(config.network, labels, pretrained=False)
    network.load_state_dict(load_average(checkpoint))
    merge_lora(network)
    return PackagedNetwork(network, shares=config.task.name == "recognition").eval()


def export(
    network: PackagedNetwork,
    size: int,
    target: Path,
    pictures: Sequence[Path],
    preparation: Preparation = OWN,
) -> Parity:
    """Write the network as ONNX with a dynamic batch; the file appears only when it agrees.

    ``pictures`` are at least 7 files that are read through the app's own preprocessing.

    Raises:
        AnitagError: ``parity_failed``; then no file is left.
    """
    staging = target.with_name(f".tmp-{target.name}")
    try:
        _write(network, size, staging)
        parity = measure_parity(network, staging, pictures, preparation)
        worst = max(parity.probabilities, parity.embedding)
        if not worst <= LARGEST_DIFFERENCE:
            raise AnitagError("parity_failed", difference=worst, allowed=LARGEST_DIFFERENCE)
        staging.replace(target)
    finally:
        staging.unlink(missing_ok=True)
    return parity


def measure_parity(
    network: PackagedNetwork,
    path: Path,
    pictures: Sequence[Path],
    preparation: Preparation = OWN,
) -> Parity:
    """Compare network and file on picture files in batches of 1, 2 and 7."""
    model = ExportedModel(path)
    images = np.stack([read_prepared(p, preparation, model.size) for p in pictures])
    with torch.no_grad():
        wanted = [output.numpy() for output in network(torch.from_numpy(images))]
    worst = [0.0, 0.0]
    for batch in BATCHES:
        for start in range(0, len(images), batch):
            got = model.run(images[start : start + batch])
            for kind in (0, 1):
                gap = _gap(got[kind], wanted[kind][start : start + batch])
                worst[kind] = max(worst[kind], gap)
    return Parity(worst[0], worst[1], len(images))


def _gap(one: Matrix, other: Matrix) -> float:
    """Return the largest difference; not-a-number counts as infinitely far."""
    gap = float(np.abs(one - other).max())
    return gap if np.isfinite(gap) else float("inf")


def _write(network: PackagedNetwork, size: int, path: Path) -> None:
    sample = torch.zeros(2, 3, size, size)
    with warnings.catch_warnings():
        # The exporter warns about its own internals; parity decides whether the file is right.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            network,
            (sample,),
            str(path),
            input_names=["input"],
            output_names=["probabilities", "embedding"],
            dynamic_shapes={"images": {0: torch.export.Dim("batch")}},
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    _strip(path)


def _strip(path: Path) -> None:
    """Leave out what the exporter notes of the machine: source files, stack traces, comments."""
    model = onnx.load(path)
    graph = model.graph
    for noted in (model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output):
        noted.ClearField("metadata_props")
        noted.ClearField("doc_string")
    for tensor in graph.initializer:
        tensor.ClearField("doc_string")
    onnx.save(model, path)
