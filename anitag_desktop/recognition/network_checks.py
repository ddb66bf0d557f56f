"""Whether a network is what its manifest says, from what its ONNX file says of itself."""

from pathlib import Path

from anitag_desktop.recognition import operations
from anitag_desktop.recognition.checkpoint import CONFIG, config_of
from anitag_desktop.recognition.exposing import Exposure, find_exposure
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.manifest import Manifest, OutputSpec
from anitag_desktop.recognition.network_file import SAFETENSORS, read_network
from anitag_desktop.recognition.onnx_file import BOOL, FLOAT32, OnnxSignature, TensorInfo


def check_network(folder: Path, manifest: Manifest) -> None:
    """Compare the inputs, outputs and outside weights of a package's network with its manifest.

    Raises:
        ManifestError: naming the check that failed.
    """
    weights = folder / manifest.weights.path
    if (manifest.backend == "torch") != weights.name.lower().endswith(SAFETENSORS):
        raise ManifestError(f"{weights.name} is not run by {manifest.backend}")
    is_named = any(file.path == CONFIG for file in manifest.files)
    if manifest.backend == "torch" and config_of(weights) is not None and not is_named:
        raise ManifestError(f'"files" does not name {CONFIG}')
    signature = read_network(weights)
    listed = {file.path for file in manifest.files if file.role == "external_data" and file.sha256}
    if unlisted := sorted(signature.external - listed):
        raise ManifestError(
            f'its weights lie in "{unlisted[0]:.100}", which the manifest does not name and hash'
        )
    if any("/" in path for path in signature.external):
        raise ManifestError("its outside weights do not lie beside the ONNX file")
    found = {tensor.name: tensor for tensor in signature.inputs}
    wanted = [manifest.input.name, *filter(None, [manifest.input.mask])]
    if set(found) != set(wanted):
        raise ManifestError(
            f'the network\'s inputs are "{", ".join(found):.100}", not "{", ".join(wanted)}"'
        )
    _check_input(manifest, found[manifest.input.name])
    _check_mask(manifest, found)
    _check_outputs(manifest, signature.outputs)
    _check_exposed(weights, manifest, signature)


def _check_input(manifest: Manifest, source: TensorInfo) -> None:
    (width, height), layout = manifest.input.size, manifest.input.layout
    if source.type != FLOAT32:
        raise ManifestError("the network's input is not float32")
    wanted = (height, width, 3) if layout == "NHWC" else (3, height, width)
    if len(source.dims) != 4:
        raise ManifestError(f"the network's input has rank {len(source.dims)} instead of 4")
    if any(d is not None and d != w for d, w in zip(source.dims[1:], wanted, strict=True)):
        found = " x ".join(str(d or "?") for d in source.dims)
        raise ManifestError(f"the network's input is {found}, not {layout} of {width} x {height}")
    if operations.output_size(manifest.preprocess) != (width, height):
        raise ManifestError("its preprocessing does not end in the size of its input")
    if operations.layout_of(manifest.preprocess) != layout:
        raise ManifestError("its preprocessing does not end in the layout of its input")
    if operations.is_dynamic(manifest.preprocess) and None not in source.dims[1:]:
        raise ManifestError("its preprocessing gives any shape and its input has only one")


def _check_mask(manifest: Manifest, found: dict[str, TensorInfo]) -> None:
    mask = manifest.input.mask
    if (mask is not None) != operations.has_mask(manifest.preprocess):
        raise ManifestError('"mask" is either its input and in its preprocessing, or neither')
    if mask is None:
        return
    if manifest.input.layout != "NCHW" or found[mask].type != BOOL:
        raise ManifestError("its mask is not made of truth values beside an NCHW input")
    width, height = manifest.input.size
    if found[mask].dims[-2:] != (height, width) or len(found[mask].dims) != 3:
        raise ManifestError(f"its mask is not {width} x {height}")


def _check_outputs(manifest: Manifest, outputs: tuple[TensorInfo, ...]) -> None:
    for spec in manifest.outputs:
        if spec.is_exposed:
            continue
        found = _output(spec, outputs)
        if found is None:
            wanted = spec.name if spec.name is not None else f"number {spec.index}"
            raise ManifestError(f'the network has no output "{wanted}"')
        if spec.role == "unused":
            continue
        _check_output(spec, found)
    if any(o.role == "boxes" for o in manifest.outputs) and not operations.keeps_fractions(
        manifest.preprocess
    ):
        raise ManifestError("its boxes cannot be laid over a picture that was padded or cropped")


def _check_exposed(weights: Path, manifest: Manifest, signature: OnnxSignature) -> None:
    """Only what the scores are computed from is looked at inside a network."""
    exposed = next((o for o in manifest.outputs if o.is_exposed), None)
    if exposed is None:
        return
    if signature.external or manifest.backend != "onnx":
        raise ManifestError("a network with outside weights cannot be looked into")
    named = [_output(o, signature.outputs) for o in manifest.outputs if o.role == "scores"]
    found = find_exposure(weights, named[0].name) if named and named[0] is not None else None
    if found != Exposure(exposed.name or "", exposed.width):
        raise ManifestError(f'its scores do not come from a tensor "{exposed.name}"')


def _check_output(spec: OutputSpec, found: TensorInfo) -> None:
    boxes = spec.role == "boxes"
    if found.type != FLOAT32 or len(found.dims) != (3 if boxes else 2):
        raise ManifestError(f'its output "{found.name}" is not a table of float32')
    width = found.dims[1 if spec.form == "centres" else -1]
    if width is not None and width != spec.width:
        raise ManifestError(
            f'its output "{found.name}" is {width} wide; the manifest says {spec.width}'
        )


def _output(spec: OutputSpec, outputs: tuple[TensorInfo, ...]) -> TensorInfo | None:
    if spec.name is not None:
        return next((t for t in outputs if t.name == spec.name), None)
    index = spec.index or 0
    return outputs[index] if index < len(outputs) else None
