from pathlib import Path

from PIL import Image

from anitag_desktop.worker.workbench import keep_thumbnail
from tests.helpers import images

SHA256 = "ab" * 32


def keep(folder: Path) -> tuple[bool, Path]:
    thumbnail = images.drawing(1, 64, 48).convert("RGB")
    return keep_thumbnail(folder, SHA256, thumbnail), folder / "ab" / f"{SHA256}.jpg"


def test_it_is_a_file_of_its_own(tmp_path: Path) -> None:
    is_there, path = keep(tmp_path)
    assert is_there
    assert [one.name for one in path.parent.iterdir()] == [path.name]
    with Image.open(path) as opened:
        assert (opened.format, opened.size) == ("JPEG", (64, 48))


def test_one_that_is_there_is_not_made_again(tmp_path: Path) -> None:
    _, path = keep(tmp_path)
    before = path.stat()
    assert keep(tmp_path) == (True, path)
    assert path.stat() == before


def test_one_that_was_cut_off_is_made_again(tmp_path: Path) -> None:
    _, path = keep(tmp_path)
    content = path.read_bytes()
    for damaged in (b"", b"\xff", content[:-1], bytes(len(content))):
        path.write_bytes(damaged)
        assert keep(tmp_path) == (True, path)
        assert path.read_bytes() == content


def test_where_it_cannot_be_written_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "ab").write_bytes(b"in the way")
    is_there, path = keep(tmp_path)
    assert not is_there
    assert not path.exists()
