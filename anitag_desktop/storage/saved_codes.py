"""Sign codes as they lie in index.db: portions of so many rows, only the last of which changes.

Portion 0 holds what they are made with: the mean as little-endian floats, and at the end of how
many vectors it is the mean. What was saved is believed only as far as its form is right.
"""

import numpy as np
from sqlalchemy import Connection, delete
from sqlalchemy.dialects.sqlite import insert

from anitag_desktop.storage.embeddings import VectorSpace
from anitag_desktop.storage.id_sets import listed
from anitag_desktop.storage.schema import sign_codes
from anitag_desktop.storage.sign_codes import SignCodes, words
from anitag_desktop.storage.tag_bitmaps import read_library_ids

_PORTION = 16_384


def read(conn: Connection, within: VectorSpace) -> SignCodes | None:
    """Return what was saved; ``conn`` is a reading connection of the library."""
    rows = listed(conn, _READ, (within.number,))
    try:
        about = np.frombuffer(rows[0][1], "<f4")
        saved = np.frombuffer(b"".join(row[1] for row in rows[1:]), _form(within.dim))
    except (IndexError, ValueError, TypeError):
        return None
    is_whole = [row[0] for row in rows] == list(range(len(rows)))
    is_ascending = bool(np.all(np.diff(saved["seq"]) > 0))
    if not (is_whole and is_ascending and len(about) == within.dim + 1 and len(saved)):
        return None
    if not np.all(np.isfinite(about)):
        return None
    codes = SignCodes(about[:-1].copy(), int(about[-1]))
    library_ids = read_library_ids(conn)
    numbers = saved["number"].astype(np.uint32)
    is_known = numbers < len(library_ids)
    images = np.where(is_known, library_ids[np.where(is_known, numbers, 0)], 0).astype(np.uint32)
    codes.add(saved["seq"].astype(np.int64), numbers, images, saved["code"].astype(np.uint64))
    return codes


def write(index: Connection, within: VectorSpace, codes: SignCodes, first: int) -> None:
    """Save the rows from ``first`` on, in an index transaction; 0 saves everything anew."""
    of_model = sign_codes.c.model_id == within.number
    if not first:
        index.execute(delete(sign_codes).where(of_model))
    about = np.append(codes.mean, np.float32(codes.sampled)).astype("<f4")
    _put(index, within, 0, about.tobytes())
    for start in range(first // _PORTION * _PORTION, len(codes), _PORTION):
        rows = slice(start, min(len(codes), start + _PORTION))
        _put(index, within, start // _PORTION + 1, _packed(codes, rows, within.dim))


def _packed(codes: SignCodes, rows: slice, dim: int) -> bytes:
    packed = np.empty(rows.stop - rows.start, _form(dim))
    packed["seq"] = codes.seqs[rows]
    packed["number"] = codes.numbers[rows]
    packed["code"] = codes.codes(rows)
    return packed.tobytes()


def _form(dim: int) -> np.dtype[np.void]:
    return np.dtype([("seq", "<i8"), ("number", "<u4"), ("code", "<u8", (words(dim),))])


def _put(index: Connection, within: VectorSpace, portion: int, content: bytes) -> None:
    row = {"model_id": within.number, "portion": portion, "content": content}
    index.execute(insert(sign_codes).prefix_with("OR REPLACE"), row)


_READ = "SELECT portion, content FROM idx.sign_codes WHERE model_id = ? ORDER BY portion"
