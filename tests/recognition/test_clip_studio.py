"""Paintings of Clip Studio Paint: what is taken out of them, and what is refused."""

import sqlite3
import struct
from contextlib import suppress

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition import clip_studio, decoding
from anitag_desktop.recognition.clip_studio import flattened
from tests.helpers import images

WHOLE = images.clip_studio(images.quadrants())
WITHOUT_TABLE = ["DROP TABLE CanvasPreview"]


def reason(content: bytes) -> str:
    with pytest.raises(AnitagError) as caught:
        flattened(content)
    assert caught.value.code in ("picture_damaged", "picture_too_big")
    return str(caught.value)


def with_database(database: bytes) -> bytes:
    return images.clip_chunks(("SQLi", database), ("Foot", b""))


def database_of(content: bytes) -> bytes:
    start = content.index(b"SQLite format 3")
    return content[start : content.index(b"CHNKFoot")]


def test_the_picture_in_the_database_is_read() -> None:
    found = decoding.decode(WHOLE)
    assert (found.format, found.frames, found.image.size) == ("clip", 1, (64, 64))
    assert found.image.getpixel((5, 5)) == images.QUADRANTS[0]


def test_a_database_with_a_log_beside_it_is_read() -> None:
    database = bytearray(database_of(WHOLE))
    database[18:20] = b"\2\2"
    assert flattened(with_database(bytes(database))) == flattened(WHOLE)


def test_chunks_that_lie_about_their_length_are_told() -> None:
    start = WHOLE.index(b"CHNKSQLi") + 8
    for length in (1 << 40, (1 << 64) - 1):
        lie = WHOLE[:start] + struct.pack(">Q", length) + WHOLE[start + 8 :]
        assert "end is missing" in reason(lie)
    assert "no sense" in reason(WHOLE[:24] + bytes(100))
    assert "end is missing" in reason(WHOLE[:24])
    assert "end is missing" in reason(images.clip_chunks(("Exta", b""), ("Foot", b"")))


def test_a_file_of_nothing_but_chunks_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip_studio, "_MOST_CHUNKS", 100)
    assert "too many" in reason(images.clip_chunks(*[("Exta", b"")] * 200))


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clip_studio, "SIZE_LIMIT", 100)
    assert "at most 100" in reason(WHOLE)
    monkeypatch.setattr(clip_studio, "_LARGEST_DATABASE", 1000)
    assert "too large" in reason(WHOLE)


@pytest.mark.parametrize(
    "statements",
    [
        WITHOUT_TABLE,
        ["DELETE FROM CanvasPreview"],
        ["UPDATE CanvasPreview SET ImageData = NULL"],
        ["UPDATE CanvasPreview SET ImageData = 7"],
        ["ALTER TABLE CanvasPreview RENAME COLUMN ImageData TO Other"],
        [*WITHOUT_TABLE, "CREATE VIEW CanvasPreview AS SELECT 1 rowid, x'00' ImageData"],
        [*WITHOUT_TABLE, "CREATE VIRTUAL TABLE CanvasPreview USING fts5(ImageData)"],
        [*WITHOUT_TABLE, "CREATE TABLE CanvasPreview(ImageData PRIMARY KEY) WITHOUT ROWID"],
    ],
)
def test_another_table_is_refused(statements: list[str]) -> None:
    reason(images.clip_studio(images.quadrants(), statements))


def test_a_view_that_never_ends_is_not_run() -> None:
    endless = (
        "CREATE VIEW CanvasPreview AS WITH RECURSIVE n(rowid) AS "
        "(SELECT 1 UNION ALL SELECT rowid FROM n) SELECT max(rowid) rowid, 0 ImageData FROM n"
    )
    reason(images.clip_studio(None, [*WITHOUT_TABLE, endless]))


def test_no_function_is_called_and_nothing_is_written() -> None:
    with sqlite3.connect(":memory:") as connection:
        clip_studio._bind(connection)
        for statement in ("SELECT zeroblob(9)", "CREATE TABLE x(y)", "ATTACH 'x' AS y"):
            with pytest.raises(sqlite3.DatabaseError):
                connection.execute(statement)
    connection.close()


def test_damage_anywhere_is_an_answer() -> None:
    """Whatever byte of the database is wrong: the picture, or a reason."""
    database = database_of(WHOLE)
    for place in range(0, len(database), 61):
        spoilt = database[:place] + bytes([database[place] ^ 0xFF]) + database[place + 1 :]
        with suppress(AnitagError):
            assert isinstance(flattened(with_database(spoilt)), bytes)


def test_a_file_that_is_cut_anywhere_is_told() -> None:
    end = WHOLE.index(b"CHNKFoot")
    for length in range(24, end, 997):
        reason(WHOLE[:length])


def test_what_is_no_picture_is_told() -> None:
    content = images.clip_studio(
        images.quadrants(), ["UPDATE CanvasPreview SET ImageData = x'3c6874'"]
    )
    with pytest.raises(AnitagError) as caught:
        decoding.decode(content)
    assert caught.value.code == "picture_damaged"
