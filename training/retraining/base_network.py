"""The network of a package of this project, with its weights read back out of the ONNX file.

The exporter keeps the names of weights and folds each batch norm into the layer before it. So the
layer's weights come back by name, and the norm behind it gets the folded shift, with the mean and
variance that it really sees: in use it then changes nothing, and in training it behaves as the one
that was folded. What came back is proved against the file.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import nn

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.model_package import ModelPackage
from training.config import NetworkConfig
from training.networks.backbones import RESIDUAL
from training.networks.making import make_network
from training.networks.packaged import PackagedNetwork
from training.retraining.layer import PREFIX, read_layer
from training.runner import ExportedModel

DEFAULT_BACKBONE = "mobilenetv4_conv_small"
LARGEST_DIFFERENCE = 1e-3
_NECKS = {"neck.0.weight", "neck.colours.1.weight"}
_PREFIX, _FOLDED = "network.", "_bias"
_NORMS = (nn.BatchNorm1d, nn.BatchNorm2d)
_BATCH = 32

Weights = dict[str, torch.Tensor]


def read_base(package: ModelPackage, pictures: np.ndarray) -> tuple[NetworkConfig, nn.Module]:
    """Return the network of a package and its settings.

    ``pictures`` (N x 3 x S x S, at least 8) are prepared as the package wants them.

    Raises:
        AnitagError: ``not_trainable``: it is no network of this project, or cannot be read back.
    """
    weights = _weights(package.weights)
    if package.manifest.family != "anitag" or not _NECKS & set(weights):
        raise _refused(package, "only models that this project trained can be trained on")
    config = _config(package, weights)
    try:
        network = make_network(config, len(package.labels), pretrained=False)
        _fill(network, weights, torch.from_numpy(pictures))
    except (RuntimeError, KeyError, ValueError) as error:
        raise _refused(package, f"its weights do not fit {config.backbone} ({error})") from error
    _prove(package, network, pictures)
    return config, network


def with_labels(network: nn.Module, config: NetworkConfig, shares: Sequence[float]) -> nn.Module:
    """Return the network with rows for more labels, which at first say ``shares`` (0 to 1)."""
    known = network.state_dict()
    rows = len(known["head.weight"]) + len(shares)
    larger = make_network(config, rows, pretrained=False)
    width = known["head.weight"].shape[1]
    prior = torch.logit(torch.tensor(shares, dtype=torch.float32).clamp(1e-3, 0.5))
    known["head.weight"] = torch.cat([known["head.weight"], torch.zeros(len(shares), width)])
    known["head.bias"] = torch.cat([known["head.bias"], prior])
    larger.load_state_dict(known)
    return larger.eval()


def _weights(path: Path) -> Weights:
    model = onnx.load(str(path), load_external_data=False)
    found = {
        t.name: torch.from_numpy(numpy_helper.to_array(t).copy()) for t in model.graph.initializer
    }
    named = {n.removeprefix(_PREFIX): v for n, v in found.items() if n.startswith(_PREFIX)}
    if "neck.colours.1.weight" in named:
        others = [v for n, v in found.items() if not n.startswith((_PREFIX, PREFIX))]
        named |= _colour_words(others)
    return named


def _colour_words(others: Sequence[torch.Tensor]) -> Weights:
    """Return colour words (K x 3) and sharpness s, of which a file has 2 s words and s |word|^2."""
    scaled = next(v.T for v in others if v.ndim == 2 and len(v) == 3)
    lengths = next(v for v in others if v.shape == scaled.shape[:1])
    sharpness = (scaled.square().sum(1) / (4 * lengths)).median()
    return {
        "neck.placed.colours.words": scaled / (2 * sharpness),
        "neck.placed.colours.sharpness": sharpness.log(),
    }


def _config(package: ModelPackage, weights: Weights) -> NetworkConfig:
    """Return what the weights say of their network."""
    backbone, size = _backbone(package), package.manifest.input.size[0]
    embedding = weights["head.weight"].shape[1]
    if backbone != RESIDUAL:
        return NetworkConfig(backbone=backbone, embedding=embedding, size=size)
    words, maps = (
        len(weights[name])
        for name in ("neck.placed.colours.words", "neck.placed.attention.0.weight")
    )
    cells = weights["neck.colours.1.weight"].shape[1] // words - maps
    return NetworkConfig(
        backbone=backbone,
        head="colours",
        width=len(weights["backbone.stem.0.0.weight"]),
        embedding=embedding,
        size=size,
        colour_words=words,
        colour_grid=math.isqrt(cells),
        colour_maps=maps,
    )


def _backbone(package: ModelPackage) -> str:
    """Return the backbone that the manifest names; packages made before it did have one only."""
    import json

    return str(json.loads(package.manifest_json).get("backbone") or DEFAULT_BACKBONE)


@torch.no_grad()
def _fill(network: nn.Module, weights: Weights, images: torch.Tensor) -> None:
    network.eval()
    pairs = _norms_behind(network, images[:1])
    own = dict(network.named_parameters())
    for name, value in (*own.items(), *network.named_buffers()):
        if name in weights:
            _put(value, weights[name], name)
    for layer, norm in pairs.items():
        shift = weights[f"{layer}.weight{_FOLDED}"]
        module = network.get_submodule(norm)
        nn.init.ones_(module.weight)  # type: ignore[arg-type]
        module.running_mean.zero_()  # type: ignore[union-attr,operator]
        module.running_var.fill_(1 - module.eps)  # type: ignore[union-attr,operator]
        _put(module.bias, shift, norm)  # type: ignore[arg-type]
    folded = {f"{norm}.{part}" for norm in pairs.values() for part in ("weight", "bias")}
    if missing := set(own) - set(weights) - folded:
        raise KeyError(f"{len(missing)} weights are absent, {min(missing)} for one")
    _settle(network, list(pairs.values()), images)


def _put(parameter: torch.Tensor, value: torch.Tensor, name: str) -> None:
    if parameter.shape != value.shape:
        raise ValueError(f"{name} has another shape")
    parameter.copy_(value)


def _norms_behind(network: nn.Module, image: torch.Tensor) -> dict[str, str]:
    """Return by name of each layer the norm that gets what it gives."""
    given: dict[int, str] = {}
    kept: list[torch.Tensor] = []  # as long as they live, their ids are theirs alone
    pairs: dict[str, str] = {}

    def note(name: str) -> Callable[..., None]:
        def hook(module: nn.Module, inputs: tuple[torch.Tensor, ...], out: torch.Tensor) -> None:
            if isinstance(module, _NORMS):
                if id(inputs[0]) in given:  # any other norm stands in the file as it is
                    pairs[given[id(inputs[0])]] = name
            else:
                kept.append(out)
                given[id(out)] = name

        return hook

    kinds = (nn.Conv2d, nn.Linear, *_NORMS)
    hooks = [
        module.register_forward_hook(note(name))
        for name, module in network.named_modules()
        if isinstance(module, kinds)
    ]
    try:
        network(image)
    finally:
        for one in hooks:
            one.remove()
    return pairs


def _settle(network: nn.Module, norms: Sequence[str], images: torch.Tensor) -> None:
    """Give each norm the mean and variance of what it sees, without changing what it gives."""
    sums: dict[str, torch.Tensor] = {}

    def note(name: str) -> Callable[..., None]:
        def hook(_module: nn.Module, inputs: tuple[torch.Tensor, ...]) -> None:
            seen = inputs[0].transpose(0, 1).flatten(1).double()
            found = torch.stack([torch.full_like(seen[:, 0], seen.shape[1]), seen.sum(1)])
            found = torch.cat([found, seen.square().sum(1)[None]])
            sums[name] = sums.get(name, torch.zeros_like(found)) + found

        return hook

    hooks = [network.get_submodule(n).register_forward_pre_hook(note(n)) for n in norms]
    try:
        for start in range(0, len(images), _BATCH):
            network(images[start : start + _BATCH])
    finally:
        for one in hooks:
            one.remove()
    for name, (count, total, squares) in sums.items():
        module = network.get_submodule(name)
        mean = total / count
        variance = (squares / count - mean.square()).clamp(min=1e-6)
        module.running_mean.copy_(mean)  # type: ignore[union-attr,operator]
        module.running_var.copy_(variance)  # type: ignore[union-attr,operator]
        module.weight.copy_((variance + module.eps).sqrt())  # type: ignore[union-attr,operator]
        module.bias.add_(mean)  # type: ignore[union-attr,operator]


def _prove(package: ModelPackage, network: nn.Module, pictures: np.ndarray) -> None:
    some = pictures[:8]
    wanted = ExportedModel(package.weights).run(some)
    with torch.no_grad():
        got = [part.numpy() for part in PackagedNetwork(network).eval()(torch.from_numpy(some))]
    if layer := read_layer(package.weights):
        got[1] = layer.apply(got[1])
    worst = max(float(np.abs(one - other).max()) for one, other in zip(wanted, got, strict=True))
    if not worst <= LARGEST_DIFFERENCE:
        raise _refused(package, f"what came back answers otherwise (by {worst:.1e})")


def _refused(package: ModelPackage, reason: str) -> AnitagError:
    return AnitagError("not_trainable", model=package.key.model_id, reason=reason)
