import hashlib
import os
import socket
import sys
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition import reading

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes and sockets as files")


def code_of(path: Path | bytes) -> str:
    with pytest.raises(AnitagError) as caught:
        reading.read_file(bytes(path))
    return caught.value.code


def test_reads_the_whole_file_with_its_stat(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 100_000)
    read = reading.read_file(bytes(path))
    found = path.stat()
    assert read.sha256() == hashlib.sha256(b"x" * 100_000).hexdigest()
    assert read.md5() == hashlib.md5(b"x" * 100_000).hexdigest()
    assert read.stat == (100_000, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.png")
    assert code_of(tmp_path / "x.png") == "picture_not_a_file"


def test_socket_device_and_folder(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        assert code_of(tmp_path / "s") == "picture_not_a_file"
    assert code_of(Path("/dev/zero")) == "picture_not_a_file"
    assert code_of(tmp_path) == "picture_not_a_file"


def test_missing_empty_too_big_and_bad_names(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert code_of(tmp_path / "empty") == "picture_empty"
    assert code_of(tmp_path / "gone") == "picture_gone"
    assert code_of(tmp_path / "empty" / "below") == "picture_gone"
    assert code_of(b"zero\0byte") == "picture_unreadable"
    assert code_of(tmp_path / ("n" * 300)) == "picture_unreadable"
    with (tmp_path / "big").open("wb") as file:
        file.truncate(reading.SIZE_LIMIT + 1)
    assert code_of(tmp_path / "big") == "picture_too_big"


def test_link_in_a_circle(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    assert code_of(tmp_path / "loop") == "picture_unreadable"


def test_name_that_is_not_utf8(tmp_path: Path) -> None:
    path = bytes(tmp_path) + b"/\xff\xfe.png"
    Path(os.fsdecode(path)).write_bytes(b"abc")
    assert reading.read_file(path).content == b"abc"


@pytest.mark.parametrize("change", ["grows", "shrinks", "is rewritten"])
def test_file_that_changes_under_the_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"x" * 1000)
    read = os.read

    def read_and_change(descriptor: int, size: int) -> bytes:
        part = read(descriptor, 400)
        content = {"grows": b"x" * 2000, "shrinks": b"x" * 500, "is rewritten": b"y" * 1000}
        path.write_bytes(content[change])
        os.utime(path, ns=(1, 1))
        return part

    monkeypatch.setattr(reading.os, "read", read_and_change)
    assert code_of(path) == "file_changed"
