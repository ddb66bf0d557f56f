"""How a worker process is treated."""

from dataclasses import dataclass, field
from pathlib import Path

from anitag_desktop.domain.device import AUTOMATIC
from anitag_desktop.worker.ledger import LIMITS
from anitag_desktop.worker.process import PROGRAM


@dataclass(frozen=True, slots=True)
class WorkerOptions:
    """How a worker process is treated; the defaults suit nearly everything but tests.

    ``limits`` are seconds per stage; a child is replaced after ``recycle_after`` answers, stopped
    after ``idle_seconds`` without a job, and given ``start_seconds`` to load its models, and for
    each accelerator that it tries. ``proofs`` is where what these showed is kept, by default among
    the runtimes. ``site`` is where ONNX Runtime lies, None for where ``runtime`` says. Models run
    on ``device``. ``of_suspects``: every job has one strike when it comes.
    """

    limits: dict[str, float] = field(default_factory=lambda: dict(LIMITS))
    recycle_after: int = 2000
    idle_seconds: float = 120
    start_seconds: float = 180
    program: str = PROGRAM
    proofs: Path | None = None
    site: Path | None = None
    device: str = AUTOMATIC
    of_suspects: bool = False
