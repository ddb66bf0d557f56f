"""The last row of each key in a file of rows, known by where it stands: some bytes a row."""

from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path

from training.collecting.row_file import Row, read_placed_rows, row_at

KeyOf = Callable[[Row], str | None]
"""Returns what a row is about; None of one that is about nothing."""


class LastRows:
    """Looks rows up in their file; who adds one to the file says so.

    Keys are kept as the first eight bytes of their hash.
    """

    def __init__(self, path: Path, key_of: KeyOf) -> None:
        """Go through a file, which may not be there yet.

        Raises:
            AnitagError: ``bad_manifest`` with the row that is none.
        """
        self._path = path
        self._places: dict[int, int] = {}
        for place, row in read_placed_rows(path):
            key = key_of(row)
            if key is not None:
                self.put(key, place)

    def put(self, key: str, place: int) -> None:
        """Say that the last row of a key begins at a byte of the file."""
        self._places[short_key(key)] = place

    def get(self, key: str) -> Row | None:
        """Return the last row of a key."""
        place = self._places.get(short_key(key))
        if place is None:
            return None
        with self._path.open("rb") as stream:
            return row_at(stream, place)

    def __iter__(self) -> Iterator[Row]:
        """Yield the last row of each key, in the order in which keys came first."""
        if not self._places:
            return
        with self._path.open("rb") as stream:
            for place in self._places.values():
                yield row_at(stream, place)


def short_key(key: str) -> int:
    """Return what stands for a text: of millions no two are likely to share it."""
    content = key.encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(content, digest_size=8).digest(), "big")
