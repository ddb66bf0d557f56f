"""How sure a share is that was counted."""

import math

Z = 1.959963984540054
"""Of the normal distribution 95 percent lie within so many deviations."""


def wilson(hits: float, count: float) -> tuple[float, float]:
    """Return the 95 % interval (Wilson) of a share of ``hits`` in ``count``; all of it for none."""
    if count == 0:
        return 0.0, 1.0
    share, scale = hits / count, 1 + Z * Z / count
    centre = (share + Z * Z / (2 * count)) / scale
    half = Z / scale * math.sqrt(share * (1 - share) / count + Z * Z / (4 * count * count))
    return max(0.0, centre - half), min(1.0, centre + half)
