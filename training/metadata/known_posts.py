"""Which posts were taken already, in a few bits each."""

_BITS = 10
"""Numbers that lie together: 2 ** 10 of them take 128 bytes, so ten million posts two megabytes."""


class KnownPosts:
    """Posts by their numbers; dumps tell some of them twice, in another file or folder."""

    def __init__(self) -> None:
        self._portions: dict[int, bytearray] = {}

    def add(self, post: int) -> bool:
        """Take a post (from 0); return False where it was taken before."""
        portion = self._portions.get(post >> _BITS)
        if portion is None:
            portion = self._portions[post >> _BITS] = bytearray(1 << (_BITS - 3))
        place, bit = (post & ((1 << _BITS) - 1)) >> 3, 1 << (post & 7)
        if portion[place] & bit:
            return False
        portion[place] |= bit
        return True
