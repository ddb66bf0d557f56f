"""Whether a network is what its manifest says, from what its ONNX file says of itself."""

from pathlib import Path

from anitag_desktop.recognition import operations
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.manifest import Manifest, OutputSpec
from anitag_desktop.recognition.onnx_file import FLOAT32, TensorInfo, read_signature


def check_network(folder: Path, manifest: Manifest) -> None:
    """Compare the inputs, outputs and outside weights of a package's network with its manifest.

    Raises:
        ManifestError: naming the check that failed.
    """
    signature = read_signature(folder / manifest.weights.path)
    listed = {file.path for file in manifest.files if file.role == "external_data" and file.sha256}
    if unlisted := sorted(signature.external - listed):
        raise ManifestError(
            f'its weights lie in "{unlisted[0]:.100}", which the manifest does not name and hash'
        )
    if any("/" in path for path in signature.external):
        raise ManifestError("its outside weights do not lie beside the ONNX file")
    source = next((t for t in signature.inputs if t.name == manifest.input.name), None)
    if source is None or len(signature.inputs) != 1:
        names = ", ".join(t.name for t in signature.inputs)
        raise ManifestError(
            f'the network\'s inputs are "{names:.100}", not "{manifest.input.name}"'
        )
    _check_input(manifest, source)
    _check_outputs(manifest, signature.outputs)


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


def _check_outputs(manifest: Manifest, outputs: tuple[TensorInfo, ...]) -> None:
    for spec in manifest.outputs:
        found = _output(spec, outputs)
        if found is None:
            wanted = spec.name if spec.name is not None else f"number {spec.index}"
            raise ManifestError(f'the network has no output "{wanted}"')
        if spec.role == "unused":
            continue
        width = found.dims[-1] if found.dims else None
        if found.type != FLOAT32 or len(found.dims) != 2:
            raise ManifestError(f'its output "{found.name}" is not a table of float32')
        if width is not None and width != spec.width:
            raise ManifestError(
                f'its output "{found.name}" is {width} wide; the manifest says {spec.width}'
            )


def _output(spec: OutputSpec, outputs: tuple[TensorInfo, ...]) -> TensorInfo | None:
    if spec.name is not None:
        return next((t for t in outputs if t.name == spec.name), None)
    index = spec.index or 0
    return outputs[index] if index < len(outputs) else None
