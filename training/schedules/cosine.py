"""Linear warm-up and half a cosine: animesion's warmupCosine with a level part between."""

import math

from training.config import OptimiserConfig


def rate_at(step: int, steps: int, config: OptimiserConfig) -> float:
    """Return the learning rate: linear up, level, then half a cosine down to 0.

    The fall takes the last ``decay`` share of what follows the warm-up (1.0: all of it).
    """
    if step < config.warm_up:
        return config.rate * step / config.warm_up
    fall = max(1.0, config.decay * (steps - config.warm_up))
    share = min(1.0, max(0.0, 1 - (steps - step) / fall))
    return config.rate * 0.5 * (1 + math.cos(math.pi * share))
