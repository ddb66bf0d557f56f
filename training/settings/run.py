"""The section [run]: how long, how fast, where."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StageConfig:
    """From which share of the run on (0 to 1) which picture size is trained on."""

    start: float
    size: int


@dataclass(frozen=True, slots=True)
class RunConfig:
    """How long, how fast, where; ``until`` ends this call after so many steps (0 = at the end).

    ``epochs`` above 0 says the length instead of ``steps``. ``batch`` is the number of pictures of
    one step, over all processes; a process takes ``micro_batch`` of them at a time (0: all), halved
    whenever memory runs out. ``device`` is what torch calls it (``cpu``, ``cuda``, ``cuda:1``,
    ``mps``); of several processes each takes the GPU of its number. ``precision`` is ``fp32``,
    ``bf16`` or ``fp16``. ``sampler`` is ``shuffle``, ``balanced`` or ``sqrt`` (classes drawn alike,
    or by the root of their number). ``validate_every`` epochs (0: never) the validation part is
    measured; ``monitor`` names the measure that chooses the best weights, and ``patience``
    validations without a better one end the run (0: never), of several phases only in the last.
    ``keep_every`` epochs a checkpoint is kept for good, ``also_best`` names more measures whose
    best weights are kept, in best-MEASURE, and ``most_pictures`` cuts each part short, to try
    things out (0: never).
    ``tensorboard`` also writes event files, ``wandb`` a run of Weights & Biases that stays on this
    machine.
    """

    name: str = "run"
    seed: int = 1
    steps: int = 1000
    epochs: float = 0.0
    until: int = 0
    batch: int = 32
    micro_batch: int = 0
    threads: int = 1
    workers: int = 0
    device: str = "cpu"
    bf16: bool = False
    precision: str = "fp32"
    sampler: str = "shuffle"
    checkpoint_every: int = 500
    validate_every: float = 0.0
    monitor: str = "valid_loss"
    patience: int = 0
    log_every: int = 50
    keep_every: int = 0
    also_best: tuple[str, ...] = ()
    most_pictures: int = 0
    tensorboard: bool = False
    wandb: bool = False
    stages: tuple[StageConfig, ...] = ()
