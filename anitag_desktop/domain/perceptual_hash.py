"""What can be told from a perceptual hash alone.

Bit ``8 * u + v`` (from the highest) stands for ``u`` waves down and ``v`` waves across the picture,
see ``recognition.facts.perceptual_hash``.
"""

BITS = 64


def _is_odd_across(bit: int) -> bool:
    return bit % 8 % 2 == 1


MIRROR = sum(1 << (BITS - 1 - bit) for bit in range(BITS) if _is_odd_across(bit))
"""Mirroring a picture turns every wave that is odd across it over: what was strong becomes weak.

The bits say what exceeds the median of all waves, which is near 0 but not quite: of 2,534 pictures
the hash of the mirrored one differs from this in 0 bits (8 %), 2 (36 %), 4 (33 %), 6 (15 %), more
(7 %).
"""


def mirrored(phash: int) -> int:
    """Return about what the hash of the mirrored picture is."""
    return phash ^ MIRROR
