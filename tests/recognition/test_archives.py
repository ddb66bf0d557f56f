"""Paintings that are zip files: what is taken out of them, and what is refused."""

import io
import struct
import zipfile

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition import archives
from anitag_desktop.recognition.archives import flattened
from anitag_desktop.recognition.formats import sniff
from tests.helpers import images


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        archive.writestr(zipfile.ZipInfo("mimetype"), images.OPEN_RASTER)
        for name, content in members:
            archive.writestr(name, content)
    return target.getvalue()


def reason(content: bytes) -> str:
    with pytest.raises(AnitagError) as caught:
        flattened(content)
    assert caught.value.code in ("picture_damaged", "picture_too_big")
    return str(caught.value)


def test_the_flattened_picture_is_taken_before_small_ones() -> None:
    assert flattened(packed(("preview.png", b"small"), ("mergedimage.png", b"whole"))) == b"whole"
    assert flattened(packed(("preview.png", b"small"))) == b"small"
    assert flattened(packed(("Thumbnails/thumbnail.png", b"tiny"))) == b"tiny"


@pytest.mark.parametrize(
    ("name", "kind"), [("KRA", images.KRITA), ("ORA", images.OPEN_RASTER), (None, "text/plain")]
)
def test_the_first_file_says_what_it_is(name: str | None, kind: str) -> None:
    assert sniff(images.painting(images.quadrants(), kind)) == name


def test_a_bomb_is_unpacked_to_the_limit_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "SIZE_LIMIT", 1000)
    bomb = packed(("mergedimage.png", bytes(100_000)), method=zipfile.ZIP_DEFLATED)
    assert "at most 1000" in reason(bomb)


def test_a_size_that_is_a_lie_is_not_believed(monkeypatch: pytest.MonkeyPatch) -> None:
    content = bytearray(packed(("mergedimage.png", bytes(5000)), method=zipfile.ZIP_DEFLATED))
    place = content.rfind(b"PK\1\2")
    content[place + 24 : place + 28] = struct.pack("<I", 10)
    reason(bytes(content))


def test_too_many_files_are_not_even_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "_MOST_FILES", 3)
    opened = []
    monkeypatch.setattr(zipfile, "ZipFile", lambda *args: opened.append(args))
    assert "too many" in reason(MANY)
    assert opened == []


MANY = packed(*((f"{number}.png", b"") for number in range(8)))


def test_what_is_for_huge_archives_is_refused() -> None:
    """Its table of contents would count, whatever the usual one says."""
    content = packed(("mergedimage.png", b"whole"))
    end = content.rfind(b"PK\5\6")
    huge = content[:end] + b"PK\6\7" + bytes(16) + content[end:]
    assert "huge" in reason(huge)


def test_odd_packing_is_refused() -> None:
    assert "oddly" in reason(packed(("mergedimage.png", b"x"), method=zipfile.ZIP_BZIP2))
    content = bytearray(packed(("mergedimage.png", b"x")))
    place = content.rfind(b"PK\1\2")
    content[place + 8] |= 1
    assert "oddly" in reason(bytes(content))


def test_damage_is_told() -> None:
    assert "no flattened" in reason(packed(("layer.png", b"x")))
    assert "cut off" in reason(packed(("mergedimage.png", b"x"))[:-30])
    assert "archive" in reason(b"PK\3\4" + bytes(30) + b"PK\5\6" + b"\1" * 18)
