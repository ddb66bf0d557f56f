"""From the raw rows of a detector to boxes: which are sure, and which are the same thing twice."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from anitag_desktop.recognition.fields import ManifestError
from anitag_desktop.recognition.manifest import Manifest, OutputSpec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Places = NDArray[np.intp]

_MOST = 1000
"""No more boxes of a picture are compared with each other; the least sure ones are left out."""


@dataclass(frozen=True, slots=True)
class Box:
    """A thing in a picture: its sides as fractions of width and height (0 to 1).

    ``label`` is the index of what it is among the package's labels, ``score`` 0 to 1.
    """

    left: float
    top: float
    right: float
    bottom: float
    label: int
    score: float


def read_boxes(manifest: Manifest, spec: OutputSpec, rows: "Floats") -> tuple[Box, ...]:
    """Return the boxes in the raw output of one picture, the surest first.

    Of boxes of one kind that share more than the manifest's ``overlap``, only the surest is kept;
    a network that writes ``corners`` has done that itself.

    Raises:
        ManifestError: its scores are no probabilities.
    """
    import numpy as np

    sides, labels, scores = _corners(rows) if spec.form == "corners" else _centres(spec, rows)
    if spec.form != "fractions":
        sides = np.asarray(sides / np.array(manifest.input.size * 2), np.float32)
    sure = np.flatnonzero(scores >= manifest.decode.sure)
    order = sure[np.argsort(-scores[sure], kind="stable")][:_MOST]
    sides, labels, scores = np.clip(sides[order], 0, 1), labels[order], scores[order]
    if len(scores) and scores[0] > 1 + 1e-3:
        raise ManifestError("the scores of its boxes are no probabilities (they are over 1)")
    if spec.form != "corners":
        kept = _kept(sides, labels, manifest.decode.overlap)
        sides, labels, scores = sides[kept], labels[kept], scores[kept]
    return tuple(
        Box(left, top, right, bottom, int(label), float(score))
        for (left, top, right, bottom), label, score in zip(
            sides.tolist(), labels, np.minimum(scores, 1), strict=True
        )
    )


def _corners(rows: "Floats") -> tuple["Floats", "Places", "Floats"]:
    import numpy as np

    return rows[:, :4], rows[:, 5].astype(np.intp), rows[:, 4]


def _centres(spec: OutputSpec, rows: "Floats") -> tuple["Floats", "Places", "Floats"]:
    """Read centre x, centre y, width, height and a score for each class."""
    import numpy as np

    table = rows.T if spec.form == "centres" else rows
    middles, halves = table[:, :2], table[:, 2:4] * np.float32(0.5)
    sides = np.concatenate((middles - halves, middles + halves), axis=1)
    return sides, table[:, 4:].argmax(axis=1), table[:, 4:].max(axis=1)


def _kept(sides: "Floats", labels: "Places", overlap: float) -> list[int]:
    """Return the places of the boxes that no surer one of their kind covers."""
    left = list(range(len(sides)))
    kept: list[int] = []
    while left:
        first, *rest = left
        kept.append(first)
        shared = _shared(sides[first], sides[rest])
        left = [
            place
            for place, part in zip(rest, shared, strict=True)
            if labels[place] != labels[first] or part <= overlap
        ]
    return kept


def _shared(one: "Floats", others: "Floats") -> "Floats":
    """Return the intersection over union of one box with each of others."""
    import numpy as np

    starts, ends = np.maximum(one[:2], others[:, :2]), np.minimum(one[2:], others[:, 2:])
    common = np.maximum(ends - starts, 0).prod(axis=1)
    areas = (others[:, 2:] - others[:, :2]).prod(axis=1) + (one[2:] - one[:2]).prod()
    return common / np.maximum(areas - common, np.float32(1e-12))  # type: ignore[no-any-return]
