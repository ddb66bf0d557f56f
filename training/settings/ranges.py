"""Between which numbers settings have to lie, so that a slip is told before a run begins."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from training.config import Config
    from training.settings.optimiser import OptimiserConfig

Range = tuple[float, float]

ANY, SHARE = (0.0, math.inf), (0.0, 1.0)
BELOW_ONE = (0.0, math.nextafter(1.0, 0.0))

RANGES: dict[str, Range] = {
    "run.epochs": ANY,
    "run.until": ANY,
    "run.micro_batch": ANY,
    "run.threads": (1, math.inf),
    "run.workers": ANY,
    "run.checkpoint_every": (1, math.inf),
    "run.log_every": (1, math.inf),
    "run.validate_every": ANY,
    "run.keep_every": ANY,
    "run.patience": ANY,
    "run.most_pictures": ANY,
    "network.size": (8, math.inf),
    "network.embedding": (1, math.inf),
    "network.dropout": BELOW_ONE,
    "network.block_dropout": BELOW_ONE,
    "network.drop_path": BELOW_ONE,
    "network.depth": ANY,
    "network.width": ANY,
    "network.heads": ANY,
    "network.crop": SHARE,
    "network.lora_rank": ANY,
    "network.colour_words": (1, math.inf),
    "network.colour_grid": (1, 32),
    "network.colour_maps": (1, math.inf),
    "views.margin": ANY,
    "views.scale_low": SHARE,
    "views.flip": SHARE,
    "views.zoom": (1, math.inf),
    "views.affine_chance": SHARE,
    "views.jitter_hue": (0.0, 0.5),
    "views.erase": SHARE,
    "views.erase_low": SHARE,
    "views.erase_high": SHARE,
    "views.mixup": ANY,
    "views.cutmix": ANY,
    "loss.beta": BELOW_ONE,
    "loss.smoothing": BELOW_ONE,
    "task.mask_warm_up": SHARE,
    "task.mask_cool_down": SHARE,
}
OPTIMISER_RANGES: dict[str, Range] = {
    "rate": ANY,
    "rate_low": ANY,
    "momentum": BELOW_ONE,
    "beta": BELOW_ONE,
    "weight_decay": ANY,
    "warm_up": ANY,
    "decay_every": (1, math.inf),
    "factor": SHARE,
    "patience": ANY,
    "floor": ANY,
    "rise": SHARE,
    "divide": (1, math.inf),
    "momentum_low": BELOW_ONE,
    "layer_decay": SHARE,
    "backbone_share": SHARE,
    "clip": ANY,
    "average": BELOW_ONE,
}


def range_rules(
    config: "Config", optimisers: "list[tuple[str, OptimiserConfig]]"
) -> Iterator[tuple[str, bool]]:
    """Yield what is to be said of each number, and whether it lies where it has to."""
    for name, (low, high) in RANGES.items():
        section, _, last = name.partition(".")
        value = getattr(getattr(config, section), last)
        yield _sentence(name, low, high), low <= value <= high
    for where, optimiser in optimisers:
        for last, (low, high) in OPTIMISER_RANGES.items():
            value = getattr(optimiser, last)
            yield _sentence(f"{where}.{last}", low, high), low <= value <= high


def _sentence(name: str, low: float, high: float) -> str:
    if high == math.inf:
        return f"{name} has to be at least {low:g}"
    if high == BELOW_ONE[1]:
        return f"{name} has to lie between {low:g} and 1, without 1"
    return f"{name} has to lie between {low:g} and {high:g}"
