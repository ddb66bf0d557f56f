"""Looking into the file of a network of any kind that is run."""

from pathlib import Path

from anitag_desktop.recognition.checkpoint_reading import read_checkpoint_signature
from anitag_desktop.recognition.onnx_file import OnnxSignature, read_signature

SAFETENSORS = ".safetensors"


def read_network(path: Path) -> OnnxSignature:
    """Return the inputs and outputs of a network.

    Raises:
        ManifestError: it is not what its name says, or is damaged.
    """
    is_checkpoint = path.name.lower().endswith(SAFETENSORS)
    return read_checkpoint_signature(path) if is_checkpoint else read_signature(path)
