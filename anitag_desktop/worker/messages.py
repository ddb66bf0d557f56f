"""What the app and a worker process say to each other: plain values only.

Every job gets exactly one answer with the same ``job_id``; paths are bytes (``os.fsencode``).
"""

from dataclasses import dataclass, field

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import Box, ImageFacts
from anitag_desktop.domain.prediction import ModelKey

BLAMELESS = frozenset(
    {"worker_died", "worker_closed", "model_refused", "not_a_model", "model_failed", "file_changed"}
)
"""Codes of ``Failed`` that say nothing against the file itself."""


@dataclass(frozen=True, slots=True)
class IdentifyJob:
    """Hash a file without decoding it; answered by ``Identified``."""

    job_id: int
    path: bytes


@dataclass(frozen=True, slots=True)
class KnownRegion:
    """A region that embedders are to look at; ``is_given``: its box is the user's."""

    uid: str
    label: str
    box: Box
    is_given: bool


@dataclass(frozen=True, slots=True)
class RecogniseJob:
    """Read and decode a file once for facts, thumbnail and models; gives ``Recognised``.

    ``models`` are those that look at the picture, None for all; embedders look at ``regions``,
    too, and at whatever detectors find.
    """

    job_id: int
    path: bytes
    models: tuple[ModelKey, ...] | None = None
    regions: tuple[KnownRegion, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewJob:
    """Decode a file for the eye, its longer side at most ``max_side``; gives ``Previewed``."""

    job_id: int
    path: bytes
    max_side: int


@dataclass(frozen=True, slots=True)
class VerifyJob:
    """Try the worker's models on known pictures; answered by ``Verified``."""

    job_id: int


@dataclass(frozen=True, slots=True)
class Identified:
    """The identity of a file's bytes (hex digests)."""

    job_id: int
    sha256: str
    md5: str
    stat: FileStat


@dataclass(frozen=True, slots=True)
class ModelScores:
    """What one model said of one picture.

    ``scores`` are (label index, probability) of each label at or over the score floor.
    ``embedding`` is a vector of little-endian float16, or None.
    """

    key: ModelKey
    scores: tuple[tuple[int, float], ...]
    embedding: bytes | None


@dataclass(frozen=True, slots=True)
class RegionVector:
    """What an embedder made of a region (little-endian float16), None if it was left out."""

    model: ModelKey
    embedding: bytes | None


@dataclass(frozen=True, slots=True)
class FoundRegion:
    """What a detector found: ``label`` is the index of what it is, ``score`` 0 to 1."""

    detector: ModelKey
    label: int
    score: float
    box: Box
    vectors: tuple[RegionVector, ...]


@dataclass(frozen=True, slots=True)
class SeenRegion:
    """A region that the job named, and what embedders made of it."""

    uid: str
    box: Box
    vectors: tuple[RegionVector, ...]


@dataclass(frozen=True, slots=True)
class Recognised:
    """All that one read and one decode gave; ``has_thumbnail`` is false if it was not written."""

    job_id: int
    facts: ImageFacts
    stat: FileStat
    models: tuple[ModelScores, ...]
    has_thumbnail: bool
    found: tuple[FoundRegion, ...] = ()
    known: tuple[SeenRegion, ...] = ()


@dataclass(frozen=True, slots=True)
class Previewed:
    """A picture for the eye: ``pixels`` are RGBA bytes, row by row, ``width * height * 4``."""

    job_id: int
    width: int
    height: int
    pixels: bytes


@dataclass(frozen=True, slots=True)
class Finding:
    """One check of a model: its name, whether it passed, and what was seen."""

    name: str
    ok: bool
    detail: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What the checks of the worker's models found."""

    job_id: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Failed:
    """A job that gave nothing: an error code of ``domain.error`` with its parameters."""

    job_id: int
    code: str
    params: dict[str, str | int | float] = field(default_factory=dict)

    @property
    def blames_file(self) -> bool:
        """Whether the file is to blame, so that it belongs among the problems."""
        return self.code not in BLAMELESS


Job = IdentifyJob | RecogniseJob | PreviewJob | VerifyJob
Answer = Identified | Recognised | Previewed | Verified | Failed


@dataclass(frozen=True, slots=True)
class ProviderReport:
    """What inference really runs on.

    ``measured`` is true once a session has run a picture; ``reason`` says why a faster provider
    is not used (empty when the first choice runs), or why it is used less than it could be.
    ``sandbox`` names the limits in force. ``by_model`` has a name for each model, in their order.
    """

    name: str
    measured: bool = False
    reason: str = ""
    sandbox: tuple[str, ...] = ()
    by_model: tuple[str, ...] = ()
