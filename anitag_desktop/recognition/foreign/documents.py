"""From what a family says of a folder to the whole manifest: names, sizes, widths and hashes."""

from pathlib import Path
from typing import Any

from anitag_desktop.recognition.catalogue import CatalogueModel
from anitag_desktop.recognition.exposing import find_exposure
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.foreign.description import Description, Family, Step
from anitag_desktop.recognition.foreign.model_folder import ModelFolder
from anitag_desktop.recognition.foreign.published import known_weights
from anitag_desktop.recognition.model_files import check_name, sha256_of
from anitag_desktop.recognition.network_file import SAFETENSORS
from anitag_desktop.recognition.onnx_file import OnnxSignature, TensorInfo

_SIZED = ("resize", "pad_to", "center_crop")


def document(folder: ModelFolder, family: Family, found: Description) -> dict[str, Any]:
    """Return the manifest of a folder that a family has described.

    Raises:
        ManifestError: the network's input or outputs are not those of the family.
    """
    network = folder.network(found.weights)
    source = _picture_input(network, found)
    size = _size(source, found)
    sha256 = sha256_of(folder.path / found.weights)
    published = known_weights().get(sha256)
    return {
        "schema": 1,
        **_identity(folder.path, sha256, published),
        "kind": found.kind,
        "family": family.name,
        "licence": {"spdx": published.licence if published else found.licence},
        "files": _files(folder, found, network, sha256),
        "runtime": {"backend": _backend(found), "fixed_batch": source.dims[0]},
        "input": {"name": source.name, "layout": found.layout, "size": size, "mask": found.mask},
        "preprocess": [_sized(step, size) for step in found.preprocess],
        "outputs": _outputs(folder, found, network),
        "labels": None if found.labels is None else dict(found.labels),
        "decode": _decode(found, published),
        "provenance": "detected",
    }


def _backend(found: Description) -> str:
    return "torch" if found.weights.lower().endswith(SAFETENSORS) else "onnx"


def _identity(path: Path, sha256: str, published: CatalogueModel | None) -> dict[str, Any]:
    if published is not None:
        return {"id": published.id, "revision": published.revision, "title": published.title}
    name = "".join(c if c.isalnum() or c in "-_." else "-" for c in path.resolve().name)
    return {"id": f"local/{name.lower()}", "revision": sha256[:12], "title": path.name}


def _picture_input(network: OnnxSignature, found: Description) -> TensorInfo:
    pictures = [tensor for tensor in network.inputs if tensor.name != found.mask]
    if len(pictures) != 1:
        raise ManifestError(f"the network has {len(network.inputs)} inputs instead of one")
    dims = pictures[0].dims
    if len(dims) != 4 or dims[1 if found.layout == "NCHW" else 3] not in (3, None):
        shape = " x ".join(str(d or "?") for d in dims)
        raise ManifestError(f"its input is {shape} and not {found.layout}, as its family has it")
    return pictures[0]


def _size(source: TensorInfo, found: Description) -> list[int]:
    """Return (width, height) of the input; the family's own side where the network takes any."""
    height, width = source.dims[2:] if found.layout == "NCHW" else source.dims[1:3]
    height, width = height or found.side, width or found.side
    if height is None or width is None:
        raise ManifestError("its input has no fixed size")
    return [width, height]


def _sized(step: Step, size: list[int]) -> dict[str, Any]:
    return {**({"size": size} if step["op"] in _SIZED else {}), **step}


def _outputs(
    folder: ModelFolder, found: Description, network: OnnxSignature
) -> list[dict[str, Any]]:
    """Return the outputs; a tagger without a vector gives the one that it computes anyway."""
    outputs = [_output(network, output) for output in found.outputs]
    roles = {output["role"]: output["name"] for output in outputs}
    if found.kind != "tagger" or "embedding" in roles or network.external:
        return outputs
    inner = find_exposure(folder.path / found.weights, roles["scores"])
    if inner is None:
        return outputs
    vector = {"name": inner.tensor, "role": "embedding", "width": inner.width}
    return [*outputs, {**vector, "normalise": True, "exposed": True}]


def _output(network: OnnxSignature, output: Step) -> dict[str, Any]:
    """Return an output with its own name, and its width if that is not said."""
    tensors = network.outputs
    named = [t for t in tensors if t.name == output.get("name")]
    if "index" in output:
        named = list(tensors[output["index"] : output["index"] + 1])
    if not named:
        wanted = output.get("name", f"number {output.get('index')}")
        raise ManifestError(f'the network has no output "{wanted}"')
    dims = named[0].dims
    across = 1 if output.get("form") == "centres" else -1
    width = dims[across] if len(dims) > 1 else None
    if width is None:
        raise ManifestError(f'its output "{named[0].name}" has no fixed width')
    rest = {key: value for key, value in output.items() if key != "index"}
    return {**rest, "name": named[0].name, "width": width}


def _files(
    folder: ModelFolder, found: Description, network: OnnxSignature, sha256: str
) -> list[dict[str, Any]]:
    labels = found.labels or {}
    named = [("labels", labels.get("file")), ("labels", labels.get("starts_file"))]
    named += [("external_data", name) for name in sorted(network.external)]
    named += [("paper", name) for name in found.papers]
    hashes = {found.weights: ("weights", sha256)}
    for role, name in named:
        if name is not None and name not in hashes:
            check_name(name)
            if not (folder.path / name).is_file():
                raise ManifestError(f"{name} cannot be found")
            hashes[name] = (role, sha256_of(folder.path / name))
    return [
        {"role": role, "path": name, "size": (folder.path / name).stat().st_size, "sha256": sha}
        for name, (role, sha) in hashes.items()
    ]


def _decode(found: Description, published: CatalogueModel | None) -> dict[str, Any]:
    thresholds, presets = dict(found.thresholds), dict(found.presets)
    if published is not None and published.balance is not None:
        thresholds = dict.fromkeys(thresholds, published.balance)
        presets = {"balanced": thresholds, **presets}
    return {"thresholds": thresholds, "presets": presets, **found.decode}
