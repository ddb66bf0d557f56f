"""Looking into a checkpoint: what it is built as, and its input and outputs once it runs."""

from pathlib import Path

from anitag_desktop.recognition.checkpoint import (
    CONFIG,
    EMBEDDING,
    LOGITS,
    PIXELS,
    Checkpoint,
    config_of,
)
from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.jtp_file import GATED_HEAD, read_named
from anitag_desktop.recognition.onnx_file import FLOAT32, OnnxSignature, TensorInfo
from anitag_desktop.recognition.safetensors_file import read_tensors
from anitag_desktop.recognition.side_files import read_json
from anitag_desktop.recognition.timm_file import read_timm
from anitag_desktop.recognition.transformers_file import MODEL_TYPE, is_read, read_transformers

_HEADS = (
    *("head.weight", "head.fc.weight", "head.fc2.weight", "fc.weight", "classifier.weight"),
    GATED_HEAD,
)


def read_checkpoint(weights: Path) -> Checkpoint:
    """Return what lies beside the weights of a checkpoint, or their name, says of its network.

    Raises:
        ManifestError: a field is missing or wrong, or is not allowed.
    """
    path = config_of(weights)
    if path is None:
        return read_named(weights)
    config = Fields(read_json(path), CONFIG)
    if "architecture" in config.raw:
        return read_timm(config)
    if not is_read(config):
        raise ManifestError(f'{CONFIG} is of the kind "{config.text(MODEL_TYPE, "?"):.50}"')
    return read_transformers(config)


def read_checkpoint_signature(path: Path) -> OnnxSignature:
    """Return the input and the outputs that a checkpoint has once it runs.

    Raises:
        ManifestError: the checkpoint and its config do not belong together, or one is wrong.
    """
    checkpoint = read_checkpoint(path)
    tensors = read_tensors(path)
    heads = [tensors[name] for name in _HEADS if name in tensors]
    shape = heads[0].shape if heads else ()
    rows = checkpoint.classes * (2 if checkpoint.is_gated else 1)
    if len(shape) < 2 or shape[0] != rows:
        raise ManifestError(f"{path.name} has no last layer of {checkpoint.classes} classes")
    width, height = checkpoint.size
    source = TensorInfo(PIXELS, FLOAT32, (None, 3, height, width))
    outputs = ((LOGITS, checkpoint.classes), (EMBEDDING, shape[1]))
    return OnnxSignature(
        inputs=(source,),
        outputs=tuple(TensorInfo(name, FLOAT32, (None, count)) for name, count in outputs),
        external=frozenset(),
        domains=frozenset(),
        metadata={},
    )
