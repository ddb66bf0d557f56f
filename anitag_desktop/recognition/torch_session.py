"""Running checkpoints with torch where that is installed; only ever inside a worker process.

torch and timm are imported inside functions, and nowhere else in the app.
"""

from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.accelerator import CPU, CUDA
from anitag_desktop.recognition.checkpoint import EMBEDDING, LOGITS, Checkpoint
from anitag_desktop.recognition.checkpoint_reading import read_checkpoint
from anitag_desktop.recognition.device_failure import DeviceError, diagnose
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.outputs import read_outputs
from anitag_desktop.recognition.recognizer import Reading, run_in_batches
from anitag_desktop.recognition.transformers_file import timm_name

if TYPE_CHECKING:
    from anitag_desktop.recognition.recognizer import Floats

PRECISIONS = ("fp16", "bf16", "fp32")
"""In the order in which a GPU is asked for them: the first two are as fast as each other on most,
and fp16 is eight times as exact as bf16, which in turn never overflows."""


class TorchRecognizer:
    """A checkpoint in torch on one device; ``precision`` is what its layers calculate in there.

    Sums that need more, as those of a softmax, torch makes in float32 whatever the precision.
    """

    def __init__(self, package: ModelPackage, model: Any, device: str, precision: str) -> None:
        self._package = package
        self._is_gated = read_checkpoint(package.weights).is_gated
        self._model = model
        self._device = device
        self._precision = precision
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
        """Return one reading for each picture of a batch, in as many runs as it needs.

        Raises:
            DeviceError: the GPU failed, or it gave what is no answer.
            AnitagError: ``model_failed``: the CPU failed, so it is the model's fault.
        """
        try:
            return run_in_batches(self._package, self._run, pixels)
        except AnitagError as error:
            if self._device == "cpu":
                raise
            diagnosis = diagnose(error.__cause__ or error)
        # Outside: an exception that is being handled would keep what it failed with in memory.
        raise DeviceError(diagnosis)

    def _run(self, pixels: "Floats") -> list[Reading]:
        found = self._outputs(pixels)
        pairs = [(spec, found[spec.name or ""]) for spec in self._specs]
        return read_outputs(self._package.manifest, pairs)

    def _outputs(self, pixels: "Floats") -> dict[str, Any]:
        """Return logits and vectors; these are what the last layer of weights is applied to."""
        import torch

        kind = torch.float16 if self._precision == "fp16" else torch.bfloat16
        with torch.inference_mode(), torch.autocast(self._device, kind, self._precision != "fp32"):
            batch = torch.from_numpy(pixels).to(self._device)
            features = self._model.forward_features(batch)
            vectors = self._model.forward_head(features, pre_logits=True)
            logits = self._model.get_classifier()(vectors)
            if self._is_gated:
                values, gates = logits.float().sigmoid().chunk(2, dim=1)
                logits = values * gates
        found = {LOGITS: logits, EMBEDDING: vectors.flatten(1)}
        return {name: tensor.float().cpu().numpy() for name, tensor in found.items()}


def open_checkpoint(
    package: ModelPackage, device: str = "cpu", precision: str = ""
) -> TorchRecognizer:
    """Load a checkpoint on a device of torch; its hashes are checked first.

    ``precision`` is one of ``PRECISIONS``, by default the manifest's.

    Raises:
        AnitagError: ``model_refused`` with the reason.
        DeviceError: the model does not fit the GPU, or that failed.
    """
    try:
        package.check_hashes(without=("weights",))
        model = _on_device(_build(package).eval(), device)
    except (AnitagError, DeviceError, MemoryError):
        raise
    except ImportError as error:
        raise _refused(package, "it needs torch and timm, which are not installed here") from error
    except Exception as error:
        raise _refused(package, " ".join(str(error).split())[:300]) from error
    return TorchRecognizer(package, model, device, precision or package.manifest.precision)


def has_cuda() -> bool:
    """Tell whether torch is there and sees a GPU."""
    try:
        import torch
    except ImportError:
        return False
    return bool(torch.cuda.is_available())


def torch_version() -> str:
    """Return which torch is loaded, its build included: ``torch 2.13.0+cu130``."""
    import torch

    return f"torch {torch.__version__}"


def _on_device(model: Any, device: str) -> Any:
    """Move a model; what fails there is the device's fault."""
    if device == "cpu":
        return model
    try:
        return model.to(device)
    except RuntimeError as error:
        diagnosis = diagnose(error)
    raise DeviceError(diagnosis)


def _build(package: ModelPackage) -> Any:
    """Make the architecture and fill it with exactly the tensors of the file, hashed as read."""
    import hashlib

    import timm
    import torch
    from safetensors.torch import load

    torch.set_num_threads(1)  # each thread of the worker runs a picture of its own
    checkpoint = read_checkpoint(package.weights)
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
    _change(model, checkpoint)
    tensors = load(content)
    model.load_state_dict(
        _as_timm_has_them(tensors) if checkpoint.is_transformers else tensors, strict=True
    )
    return model


def _change(model: Any, checkpoint: Checkpoint) -> None:
    """Give a model what timm's own has not: a gate at its end, other norms."""
    from torch import nn

    if checkpoint.is_gated:
        model.head = nn.Sequential()
        model.head.add_module("linear", nn.Linear(model.num_features, 2 * checkpoint.classes))
    if checkpoint.epsilon is not None:
        for part in model.modules():
            if isinstance(part, nn.LayerNorm):
                part.eps = checkpoint.epsilon


def _as_timm_has_them(tensors: dict[str, Any]) -> dict[str, Any]:
    """Return the tensors of a checkpoint of transformers under timm's names."""
    import torch

    named = {own: tensor for name, tensor in tensors.items() if (own := timm_name(name))}
    for layer in [n.removesuffix("query.weight") for n in named if n.endswith(".query.weight")]:
        parts = [f"{layer}{part}" for part in ("query", "key", "value")]
        named[f"{layer}qkv.weight"] = torch.cat([named.pop(f"{part}.weight") for part in parts])
        biases = [named.pop(f"{part}.bias", None) for part in parts]
        if all(bias is not None for bias in biases):
            named[f"{layer}qkv.bias"] = torch.cat(biases)
        else:  # of BEiT: the keys have none, and timm keeps the others apart
            pairs = zip(("q_bias", "v_bias"), biases[::2], strict=True)
            named |= {f"{layer}{name}": bias for name, bias in pairs if bias is not None}
    return named


def _refused(package: ModelPackage, reason: str) -> AnitagError:
    return AnitagError("model_refused", path=str(package.folder), reason=reason)
