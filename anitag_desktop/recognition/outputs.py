"""From a network's raw outputs to probabilities and vectors, refused where they are neither."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.manifest import OutputSpec
from anitag_desktop.recognition.recognizer import Reading

if TYPE_CHECKING:
    from anitag_desktop.recognition.recognizer import Floats

_SLACK = 1e-3
"""How far a probability may lie outside 0 to 1 before it is taken for something else."""


def read_outputs(outputs: Sequence[tuple[OutputSpec, Any]]) -> list[Reading]:
    """Return a reading for each picture of a batch from (what it is, raw array) pairs.

    Raises:
        ManifestError: an output is not of the width or the range that the manifest says.
    """
    found = {spec.role: _converted(spec, raw) for spec, raw in outputs}
    scores, vectors = found.get("scores"), found.get("embedding")
    count = len(scores if scores is not None else vectors)  # type: ignore[arg-type]
    return [
        Reading(
            scores=None if scores is None else scores[i],
            embedding=None if vectors is None else vectors[i],
        )
        for i in range(count)
    ]


def _converted(spec: OutputSpec, raw: Any) -> "Floats":
    import numpy as np

    values = np.asarray(raw, np.float32)
    if values.ndim != 2 or values.shape[1] != spec.width:
        shape = " x ".join(map(str, values.shape))
        raise ManifestError(f'its output "{spec.name or spec.index}" is {shape}, not {spec.width}')
    if not np.isfinite(values).all():
        raise ManifestError(f'its output "{spec.name or spec.index}" holds infinite numbers')
    return _probabilities(spec, values) if spec.role == "scores" else _vectors(spec, values)


def _probabilities(spec: OutputSpec, values: "Floats") -> "Floats":
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


def _vectors(spec: OutputSpec, values: "Floats") -> "Floats":
    import numpy as np

    if not spec.normalise:
        return values
    lengths = np.linalg.norm(values, axis=1, keepdims=True)
    return values / np.maximum(lengths, np.float32(1e-12))  # type: ignore[no-any-return]
