"""What supervisor and worker process tell each other beside jobs and answers."""

from dataclasses import dataclass

from anitag_desktop.domain.device import AUTOMATIC
from anitag_desktop.recognition.proof import Proof
from anitag_desktop.worker.shared_memory import Handle

RECOGNISER = "recogniser"
VIEWER = "viewer"
ROLES = (RECOGNISER, VIEWER)

LARGEST_BATCH = 16
"""So many pictures an accelerator gets at once, unless its memory is too small for them."""


@dataclass(frozen=True, slots=True)
class Setup:
    """The first message to a fresh process: what it is to be.

    ``models`` are package folders and ``thumbnails`` a folder, as bytes of their paths;
    ``threads`` is 0 for as many as suit the machine; ``stages`` is the memory in which they note
    what they are at, ``pixels`` the one for previews. ``proofs`` are what is known of
    accelerators; ``largest_batch`` is how many pictures one may get at once, 0 for the CPU only.
    ``device`` is what the user wants models to run on.
    """

    role: str
    models: tuple[bytes, ...]
    thumbnails: bytes
    threads: int
    stages: Handle | None = None
    pixels: Handle | None = None
    largest_batch: int = LARGEST_BATCH
    proofs: tuple[Proof, ...] = ()
    device: str = AUTOMATIC


@dataclass(frozen=True, slots=True)
class Trying:
    """An accelerator is about to be tried: if the process ends or hangs now, it is by that."""

    proof: Proof


@dataclass(frozen=True, slots=True)
class Ready:
    """The process has loaded and run its models; ``capacity`` is how many jobs to send it.

    ``providers`` are what each model runs on, in the order of ``Setup``; ``reason`` says why it is
    not something faster. ``proofs`` are new.
    """

    providers: tuple[str, ...]
    reason: str
    sandbox: tuple[str, ...]
    capacity: int
    proofs: tuple[Proof, ...] = ()


@dataclass(frozen=True, slots=True)
class Shrunk:
    """An accelerator gets at most ``largest`` pictures at once from now on, and why."""

    largest: int
    reason: str


@dataclass(frozen=True, slots=True)
class DeviceFailed:
    """An accelerator cannot go on, and with it this process: why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Unusable:
    """The process cannot do what ``Setup`` asks: an error code with its parameters."""

    code: str
    params: dict[str, str | int | float]


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
