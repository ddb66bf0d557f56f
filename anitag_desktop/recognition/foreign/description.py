"""What a model family says of a folder of its files: the parts of a manifest that differ."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from anitag_desktop.recognition.foreign.model_folder import ModelFolder

Step = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Description:
    """A folder as its family knows it; ``documents`` makes a manifest of it.

    In ``preprocess``, sizes that are left out are those of the network's input, and so are the
    widths in ``outputs``. ``side`` is the side of the input in pixels where the network takes any.
    ``thresholds`` are ``decode/thresholds``, ``decode`` what else stands there. ``papers`` are
    further files that belong to the model.
    """

    weights: str
    preprocess: Sequence[Step]
    outputs: Sequence[Step]
    labels: Mapping[str, Any] | None = None
    kind: str = "tagger"
    layout: str = "NCHW"
    side: int | None = None
    mask: str | None = None
    thresholds: Mapping[str, float] = field(default_factory=dict)
    presets: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    decode: Mapping[str, Any] = field(default_factory=dict)
    licence: str = ""
    papers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Family:
    """A model family: ``describe`` gives None for a folder that is not of it.

    Families are asked by ``order``, the lowest first; the first that knows the folder has it.
    """

    name: str
    order: int
    describe: Callable[[ModelFolder], Description | None]
