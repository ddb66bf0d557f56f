"""fastai's one-cycle policy: rate up and momentum down along a cosine, then back and further."""

import math

from training.config import OptimiserConfig

END_DIVISOR = 1e4
"""The last rate is the first one divided by this."""


def one_cycle_at(step: int, steps: int, config: OptimiserConfig) -> tuple[float, float]:
    """Return (rate, momentum) at a step of ``steps``.

    The rate rises from rate / ``divide`` during the share ``rise`` and falls to the start's
    1/10000; the momentum goes from ``momentum`` to ``momentum_low`` (0: it stays) and back.
    """
    low = config.rate / config.divide
    dip = config.momentum_low or config.momentum
    top = max(1.0, config.rise * steps)
    if step <= top:
        share = step / top
        return _between(low, config.rate, share), _between(config.momentum, dip, share)
    share = min(1.0, (step - top) / max(1.0, steps - top))
    return _between(config.rate, low / END_DIVISOR, share), _between(dip, config.momentum, share)


def _between(start: float, end: float, share: float) -> float:
    """Return the value at a share of half a cosine from ``start`` to ``end``."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))
