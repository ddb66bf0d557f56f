"""From a network's raw outputs to probabilities and vectors, refused where they are neither."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from anitag_desktop.recognition.detection import Box, read_boxes
from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.manifest import Manifest, OutputSpec
from anitag_desktop.recognition.recognizer import Reading

if TYPE_CHECKING:
    from anitag_desktop.recognition.recognizer import Floats

_SLACK = 1e-3
"""How far a probability may lie outside 0 to 1 before it is taken for something else."""


def read_outputs(manifest: Manifest, outputs: Sequence[tuple[OutputSpec, Any]]) -> list[Reading]:
    """Return a reading for each picture of a batch from (what it is, raw array) pairs.

    Raises:
        ManifestError: an output is not of the width or the range that the manifest says.
    """
    found = {spec.role: _converted(manifest, spec, raw) for spec, raw in outputs}
    count = len(next(iter(found.values())))
    return [Reading(*(_part(found, role, i) for role in _PARTS)) for i in range(count)]


def check_classes(readings: Sequence[Reading], count: int) -> None:
    """Refuse boxes of a class that has no label.

    Raises:
        ManifestError: one is beyond the ``count`` labels of the package.
    """
    for reading in readings:
        for box in reading.boxes or ():
            if not 0 <= box.label < count:
                raise ManifestError(f"a box is of class {box.label}; it has {count} labels")


_PARTS = ("scores", "embedding", "boxes")
"""The roles of outputs in the order of a reading's fields."""


def _part(found: dict[str, Any], role: str, picture: int) -> Any:
    return found[role][picture] if role in found else None


def _converted(manifest: Manifest, spec: OutputSpec, raw: Any) -> Any:
    import numpy as np

    values = np.asarray(raw, np.float32)
    name, shape = spec.name or spec.index, values.shape
    across = 1 if spec.form == "centres" else -1
    if values.ndim != (3 if spec.role == "boxes" else 2) or shape[across] != spec.width:
        raise ManifestError(
            f'its output "{name}" is {" x ".join(map(str, shape))}, not {spec.width}'
        )
    if not np.isfinite(values).all():
        raise ManifestError(f'its output "{name}" holds infinite numbers')
    return _KINDS[spec.role](manifest, spec, values)


def _probabilities(manifest: Manifest, spec: OutputSpec, values: "Floats") -> "Floats":
    del manifest
    import numpy as np

    if spec.activation == "sigmoid":
        return np.asarray(0.5 * (1 + np.tanh(0.5 * values)), np.float32)
    if spec.activation == "softmax":
        powers = np.exp(values - values.max(axis=1, keepdims=True))
        return powers / powers.sum(axis=1, keepdims=True)  # type: ignore[no-any-return]
    if values.min() < -_SLACK or values.max() > 1 + _SLACK:
        raise ManifestError(
            "its scores are no probabilities (they leave 0 to 1); the manifest may lack a sigmoid"
        )
    return np.clip(values, 0, 1)


def _vectors(manifest: Manifest, spec: OutputSpec, values: "Floats") -> "Floats":
    del manifest
    import numpy as np

    if not spec.normalise:
        return values
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    return values / np.maximum(lengths, np.float32(1e-12))  # type: ignore[no-any-return]


def _boxes(manifest: Manifest, spec: OutputSpec, values: "Floats") -> list[tuple[Box, ...]]:
    return [read_boxes(manifest, spec, picture) for picture in values]


_KINDS: dict[str, Callable[[Manifest, OutputSpec, "Floats"], Any]] = {
    "scores": _probabilities,
    "embedding": _vectors,
    "boxes": _boxes,
}
