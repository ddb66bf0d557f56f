"""Running a model package with ONNX Runtime; only ever inside a worker process.

Whoever imports this starts with ``ORT_DISABLE_TELEMETRY=1`` in the environment: ONNX Runtime
reads it when it is imported, never later.
"""

import hashlib
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.accelerator import CPU, open_session
from anitag_desktop.recognition.device_failure import DeviceError, diagnose
from anitag_desktop.recognition.exposing import Exposure, suffix
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.giving_back import memory_given_back
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.outputs import check_classes, read_outputs
from anitag_desktop.recognition.recognizer import Reading, run_in_batches

if TYPE_CHECKING:
    from anitag_desktop.recognition.recognizer import Floats

_PART = 1 << 22
"""Bytes that are read at a time."""


class OnnxRecognizer:
    """A package in an ONNX Runtime session on one provider."""

    def __init__(self, package: ModelPackage, session: Any) -> None:
        self._package = package
        self._session = session
        self._input = package.manifest.input
        names = [output.name for output in session.get_outputs()]
        used = [spec for spec in package.manifest.outputs if spec.role != "unused"]
        self._specs = tuple(used)
        self._names = [spec.name or names[spec.index or 0] for spec in used]

    @property
    def package(self) -> ModelPackage:
        """The package that was loaded."""
        return self._package

    @property
    def provider(self) -> str:
        """The execution provider that the session really uses."""
        return str(self._session.get_providers()[0])

    def recognise(self, pixels: "Floats") -> list[Reading]:
        """Return one reading for each picture of a batch, in as many runs as it needs.

        Raises:
            DeviceError: an accelerator failed, or it gave what is no answer.
            AnitagError: ``model_failed``: the CPU failed, so it is the model's fault.
        """
        try:
            return run_in_batches(self._package, self._run, pixels)
        except AnitagError as error:
            if self.provider == CPU:
                raise
            diagnosis = diagnose(error.__cause__ or error)
        # Outside: an exception that is being handled would keep what it failed with in memory.
        raise DeviceError(diagnosis)

    def _run(self, pixels: "Floats") -> list[Reading]:
        raw = self._session.run(self._names, self._feed(pixels))
        found = read_outputs(self._package.manifest, list(zip(self._specs, raw, strict=True)))
        check_classes(found, len(self._package.labels))
        return found

    def _feed(self, pixels: "Floats") -> dict[str, Any]:
        if self._input.mask is None:
            return {self._input.name: pixels}
        return {self._input.name: pixels[:, :3], self._input.mask: pixels[:, 3] > 0.5}


def open_on(
    package: ModelPackage, providers: Sequence[str], more: Mapping[str, str] | None = None
) -> OnnxRecognizer:
    """Load a package on the first of ``providers`` that works; its hashes are checked first.

    ``more`` are options of the first one.

    Raises:
        AnitagError: ``model_refused`` with the reason.
        DeviceError: an accelerator, which is the first of them, failed.
    """
    import onnxruntime

    try:
        with memory_given_back():
            options = _options(onnxruntime)
            session = _open(_weights(package), options, list(providers), more or {})
            session._model_bytes = None  # noqa: SLF001 (it keeps them, for other providers)
    except (AnitagError, DeviceError, MemoryError):
        raise
    except ManifestError as error:
        raise AnitagError("model_refused", path=str(package.folder), reason=str(error)) from error
    except Exception as error:
        reason = _in_words(" ".join(str(error).split()))
        raise AnitagError("model_refused", path=str(package.folder), reason=reason) from error
    return OnnxRecognizer(package, session)


def _open(model: str | bytes, options: Any, providers: list[str], more: Mapping[str, str]) -> Any:
    """Make the session; what fails on an accelerator is the accelerator's fault until shown."""
    if providers[0] == CPU:
        return open_session(model, options, providers, more)
    try:
        return open_session(model, options, providers, more)
    except Exception as error:  # noqa: BLE001 (whatever a driver raises)
        diagnosis = diagnose(error)
    raise DeviceError(diagnosis)


def _weights(package: ModelPackage) -> str | bytes:
    """Check all hashes; return the very bytes that were hashed, so that nothing can be swapped.

    A path is returned only where weights lie beside the file, which bytes cannot refer to.
    """
    if package.manifest.file("external_data") is not None:
        package.check_hashes()
        return str(package.weights)
    package.check_hashes(without=("weights",))
    digest, content = hashlib.sha256(), io.BytesIO()
    with package.weights.open("rb") as file:
        while part := file.read(_PART):
            digest.update(part)
            content.write(part)
    weights = package.manifest.weights
    if weights.sha256 is not None and digest.hexdigest() != weights.sha256:
        raise ManifestError(f"the sha256 of {weights.path} is not the one in the manifest")
    embedding = package.embedding
    if embedding is not None and embedding.is_exposed:
        content.write(suffix(Exposure(embedding.name or "", embedding.width)))
    return content.getvalue()


def _options(onnxruntime: Any) -> Any:
    """One thread for each run: several runs share a session, and threads of two would collide."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    return options


def _in_words(text: str) -> str:
    """Return what ONNX Runtime says, in plain words where they are known."""
    if "Protobuf parsing failed" in text or "INVALID_PROTOBUF" in text:
        return "the ONNX file is damaged or cut off (it cannot be parsed)"
    if "External data path does not exist" in text:
        return "the file with its outside weights is missing"
    return f"ONNX Runtime cannot load it: {text[:300]}"
