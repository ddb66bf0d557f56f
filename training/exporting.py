"""Exports a trained network to ONNX and proves that the file answers as the network does."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
import torch
from safetensors.torch import save_file

from anitag_desktop.domain.error import AnitagError
from training.checkpoint import Tensors
from training.config import Config
from training.networks.lora import merge_lora
from training.networks.making import make_network
from training.networks.packaged import HiddenTagsNetwork, PackagedNetwork
from training.networks.vision_language import VisionLanguageNetwork
from training.preprocessing import OWN, read_prepared
from training.runner import ExportedModel, Matrix
from training.tokens.masking import hidden_prompt
from training.tokens.tokenizer import Tokenizer
from training.views.preparation import Preparation

OPSET = 18
LARGEST_DIFFERENCE = 1e-4
BATCHES = (1, 2, 7)
VECTOR = "embedding_of_picture"
"""What the exporter calls the second output."""


@dataclass(frozen=True, slots=True)
class Parity:
    """The largest differences between network and file, and on how many pictures."""

    probabilities: float
    embedding: float
    pictures: int


def load_network(
    config: Config, labels: int, weights: Tensors, tokenizer: Tokenizer | None = None
) -> PackagedNetwork:
    """Return the network with some weights, ready to answer; what LoRA added is merged.

    One that reads tags too (and therefore comes with its ``tokenizer``) is shown none.
    """
    if tokenizer is None:
        network = make_network(config.network, labels, pretrained=False)
        network.load_state_dict(weights)
        merge_lora(network)
        return PackagedNetwork(network, shares=config.task.name == "recognition").eval()
    length = config.task.length
    reader = VisionLanguageNetwork(config.network, labels, tokenizer.size, length, pretrained=False)
    reader.load_state_dict(weights)
    merge_lora(reader)
    prompt = hidden_prompt(1, length, tokenizer, config.task.masking)
    return PackagedNetwork(HiddenTagsNetwork(reader, prompt), shares=True).eval()


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
        AnitagError: ``bad_config`` for a side that the network does not take, ``parity_failed``;
            then no file is left.
    """
    _demand_side(network, size)
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


def save_tensors(network: PackagedNetwork, path: Path) -> None:
    """Write the weights of a network as safetensors, under the names that ``load`` knows."""
    inner = network.network
    trained = inner.network if isinstance(inner, HiddenTagsNetwork) else inner
    tensors = {name: value.contiguous() for name, value in trained.state_dict().items()}
    staging = path.with_name(f".tmp-{path.name}")
    try:
        save_file(tensors, staging)
        staging.replace(path)
    finally:
        staging.unlink(missing_ok=True)


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


def _demand_side(network: PackagedNetwork, size: int) -> None:
    """Refuse a side of the input, in pixels, that only torch's exporter would trip over."""
    try:
        with torch.no_grad():
            network(torch.zeros(1, 3, size, size))
    except (RuntimeError, AssertionError) as error:
        reason = f"the network takes no pictures of {size} pixels ({error})"
        raise AnitagError("bad_config", path="network.size", reason=reason) from error


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
            output_names=["probabilities", VECTOR],
            dynamic_shapes={"images": {0: torch.export.Dim("batch")}},
            opset_version=OPSET,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
    model = onnx.load(path)
    # Inside, a network that reads tags already has a value of the output's name.
    _rename(model.graph, {"embedding": "inner_embedding", VECTOR: "embedding"})
    _strip(model)
    onnx.save(model, path)


def _rename(graph: onnx.GraphProto, names: Mapping[str, str]) -> None:
    """Rename values of a graph wherever they stand."""
    for node in graph.node:
        for ends in (node.input, node.output):
            ends[:] = [names.get(end, end) for end in ends]
    for value in (*graph.value_info, *graph.output):
        value.name = names.get(value.name, value.name)


def _strip(model: onnx.ModelProto) -> None:
    """Leave out what the exporter notes of the machine: source files, stack traces, comments."""
    graph = model.graph
    for noted in (model, graph, *graph.node, *graph.value_info, *graph.input, *graph.output):
        noted.ClearField("metadata_props")
        noted.ClearField("doc_string")
    for tensor in graph.initializer:
        tensor.ClearField("doc_string")
