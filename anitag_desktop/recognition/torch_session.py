"""Running timm checkpoints with torch, where that is installed; only ever inside a worker process.

torch and timm are imported inside functions, and nowhere else in the app.
"""

from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.outputs import read_outputs
from anitag_desktop.recognition.recognizer import Reading, run_in_batches
from anitag_desktop.recognition.timm_file import EMBEDDING, LOGITS, read_checkpoint

if TYPE_CHECKING:
    from anitag_desktop.recognition.recognizer import Floats

CPU, CUDA = "CPUExecutionProvider", "CUDAExecutionProvider"
"""Called as in ONNX Runtime, so that people read one name for one device."""


class TorchRecognizer:
    """A checkpoint in torch on one device, there in half precision if that is a GPU's."""

    def __init__(self, package: ModelPackage, model: Any, device: str, *, half: bool) -> None:
        self._package = package
        self._model = model
        self._device = device
        self._half = half
        self._specs = tuple(o for o in package.manifest.outputs if o.role != "unused")

    @property
    def package(self) -> ModelPackage:
        """The package that was loaded."""
        return self._package

    @property
    def provider(self) -> str:
        """The device that it runs on, by the name of ONNX Runtime's provider for it."""
        return CUDA if self._device == "cuda" else CPU

    def recognise(self, pixels: "Floats") -> list[Reading]:
        """Return one reading for each picture of a batch, in as many runs as it needs."""
        return run_in_batches(self._package, self._run, pixels)

    def _run(self, pixels: "Floats") -> list[Reading]:
        found = self._outputs(pixels)
        pairs = [(spec, found[spec.name or ""]) for spec in self._specs]
        return read_outputs(self._package.manifest, pairs)

    def _outputs(self, pixels: "Floats") -> dict[str, Any]:
        """Return logits and vectors; these are what the last layer of weights is applied to."""
        import torch

        with torch.inference_mode(), torch.autocast(self._device, torch.float16, self._half):
            batch = torch.from_numpy(pixels).to(self._device)
            features = self._model.forward_features(batch)
            vectors = self._model.forward_head(features, pre_logits=True)
            logits = self._model.get_classifier()(vectors)
        found = {LOGITS: logits, EMBEDDING: vectors.flatten(1)}
        return {name: tensor.float().cpu().numpy() for name, tensor in found.items()}


def open_checkpoint(
    package: ModelPackage, device: str = "cpu", *, half: bool = False
) -> TorchRecognizer:
    """Load a checkpoint on a device of torch; its hashes are checked first.

    Raises:
        AnitagError: ``model_refused`` with the reason.
    """
    try:
        package.check_hashes(without=("weights",))
        model = _build(package).to(device).eval()
    except (AnitagError, MemoryError):
        raise
    except ImportError as error:
        raise _refused(package, "it needs torch and timm, which are not installed here") from error
    except Exception as error:
        raise _refused(package, " ".join(str(error).split())[:300]) from error
    return TorchRecognizer(package, model, device, half=half)


def has_cuda() -> bool:
    """Tell whether torch is there and sees a GPU."""
    try:
        import torch
    except ImportError:
        return False
    return bool(torch.cuda.is_available())


def _build(package: ModelPackage) -> Any:
    """Make the architecture and fill it with exactly the tensors of the file, hashed as read."""
    import hashlib

    import timm
    import torch
    from safetensors.torch import load

    torch.set_num_threads(1)  # each thread of the worker runs a picture of its own
    checkpoint = read_checkpoint(package.weights.parent)
    if not timm.is_model(checkpoint.architecture):
        raise ManifestError(f'timm knows no architecture "{checkpoint.architecture}"')
    content = package.weights.read_bytes()
    stated = package.manifest.weights.sha256
    if stated is not None and hashlib.sha256(content).hexdigest() != stated:
        raise ManifestError("the sha256 of its weights is not the one in the manifest")
    model = timm.create_model(
        checkpoint.architecture,
        pretrained=False,
        num_classes=checkpoint.classes,
        **checkpoint.arguments,
    )
    model.load_state_dict(load(content), strict=True)
    return model


def _refused(package: ModelPackage, reason: str) -> AnitagError:
    return AnitagError("model_refused", path=str(package.folder), reason=reason)
