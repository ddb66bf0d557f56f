"""The sections [optimiser] and [phases]."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class OptimiserConfig:
    """How weights move.

    ``name`` is ``adamw``, ``adam``, ``sgd`` or ``lamb``. ``schedule``: ``cosine`` (linear warm-up,
    a level part, a cosine down to 0 over a ``decay`` share), ``epoch_decay`` (times ``factor``
    after every ``decay_every`` epochs), ``plateau`` (times ``factor`` when the measure that is
    watched has not improved for ``patience`` epochs, down to ``floor``), ``one_cycle`` (up to the
    rate during a share ``rise``, then down; ``momentum_low`` is the momentum at the top) or
    ``constant``. ``layer_decay`` multiplies the rate of each layer below the one above; with
    ``rate_low`` the rates of three groups of layers rise geometrically from it to ``rate``;
    ``backbone_share`` is the share of the rate that the backbone gets (fastai gives it a tenth).
    ``clip`` 0 clips nothing; ``average`` 0 averages nothing.
    """

    name: str = "adamw"
    rate: float = 2e-3
    rate_low: float = 0.0
    momentum: float = 0.9
    beta: float = 0.999
    weight_decay: float = 0.02
    warm_up: int = 200
    schedule: str = "cosine"
    decay: float = 1.0
    decay_every: int = 20
    factor: float = 1 / 3
    patience: int = 3
    floor: float = 0.0
    rise: float = 0.3
    divide: float = 25.0
    momentum_low: float = 0.0
    layer_decay: float = 1.0
    backbone_share: float = 1.0
    clip: float = 1.0
    average: float = 0.999


@dataclass(frozen=True, slots=True)
class PhaseConfig:
    """A stretch of the run with its own optimiser: a linear probe, then everything, for example.

    ``epochs`` or ``steps`` is its length. Modules whose names begin with one of ``freeze`` stay as
    they are; their batch norms too (``frozen_norm = "eval"``), or follow the pictures as in fastai
    (``"train"``). ``revert`` takes the weights from before back when nothing got better.
    """

    name: str
    epochs: float = 0.0
    steps: int = 0
    freeze: tuple[str, ...] = ()
    frozen_norm: str = "eval"
    revert: bool = False
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
