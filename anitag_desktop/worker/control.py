"""What supervisor and worker process tell each other beside jobs and answers."""

from dataclasses import dataclass

RECOGNISER = "recogniser"
VIEWER = "viewer"
ROLES = (RECOGNISER, VIEWER)

READING = "reading"
DECODING = "decoding"
RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message to a fresh process: what it is to be.

    ``models`` are package folders and ``thumbnails`` a folder, as bytes of their paths;
    ``threads`` is 0 for as many as suit the machine; ``pixels_fd`` and ``pixels_name`` name the
    shared memory for previews (-1 and empty without).
    """

    role: str
    models: tuple[bytes, ...]
    thumbnails: bytes
    threads: int
    pixels_fd: int
    pixels_name: str


@dataclass(frozen=True, slots=True)
class Ready:
    """The process has loaded and run its models; ``capacity`` is how many jobs to send it."""

    provider: str
    reason: str
    sandbox: tuple[str, ...]
    capacity: int


@dataclass(frozen=True, slots=True)
class Unusable:
    """The process cannot do what ``Setup`` asks: an error code with its parameters."""

    code: str
    params: dict[str, str | int | float]


@dataclass(frozen=True, slots=True)
class Stage:
    """A job begins to be read, decoded or run; the deadline counts from here."""

    job_id: int
    stage: str


@dataclass(frozen=True, slots=True)
class Draw:
    """A preview job as the child gets it, with the slot of the shared memory to draw into.

    The supervisor picks the slot: only it knows whose pixels it has copied already.
    """

    job_id: int
    path: bytes
    max_side: int
    slot: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A preview lies in its slot of the shared memory: its size."""

    job_id: int
    width: int
    height: int
