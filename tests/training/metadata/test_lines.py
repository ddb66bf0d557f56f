"""Lines of metadata: plain and packed, of folders and archives, and how far they are read."""

import bz2
import gzip
import io
import json
import lzma
import tarfile

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.training.metadata.test_filtering import filtered, ids, new, write
from training.metadata import lines as lines_module
from training.metadata.lines import MetadataLines


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(lines_module, "LONGEST_LINE", 3 << 20)
    path = tmp_path / "posts.json"
    path.write_bytes(b"{}\n" + b" " * (6 << 20))
    with pytest.raises(AnitagError, match="longer than"):
        list(MetadataLines([path]))


PACKED = [("gz", gzip), ("bz2", bz2), ("xz", lzma), ("zst", lines_module.zstd)]


@pytest.mark.parametrize(("suffix", "pack"), PACKED)
def test_packed_files_and_folders_are_read_as_they_are(tmp_path, suffix, pack):
    folder = tmp_path / "metadata"
    folder.mkdir()
    for name, first in (("b", 4), ("a", 1)):
        text = "".join(json.dumps(new(i)) + "\n" for i in range(first, first + 3))
        (folder / f"{name}.json.{suffix}").write_bytes(pack.compress(text.encode().rstrip()))
    _, rows = filtered(tmp_path, folder)
    assert ids(rows) == [1, 2, 3, 4, 5, 6]
    broken = folder / f"b.json.{suffix}"
    broken.write_bytes(broken.read_bytes()[:-9])
    with pytest.raises(AnitagError) as caught:
        filtered(tmp_path, folder)
    assert caught.value.params["path"] == broken


def test_parts_packed_one_after_another_are_all_read(tmp_path):
    pack = lines_module.zstd.compress
    parts = [pack(f"{json.dumps(new(i))}\n".encode()) for i in range(1, 4)]
    path = tmp_path / "posts.json.zst"
    path.write_bytes(b"".join(parts))
    assert [json.loads(line)["id"] for line in MetadataLines([path])] == [1, 2, 3]
    path.write_bytes(parts[0] + parts[1] + parts[2][:2])
    with pytest.raises(AnitagError, match=r"posts\.json\.zst, row"):
        list(MetadataLines([path]))


def pack(path, members, mode: str = "w:xz"):
    with tarfile.open(path, mode) as tar:
        folder = tarfile.TarInfo("metadata")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return path


def lines_of(*posts: int) -> bytes:
    return "".join(json.dumps(new(post)) + "\n" for post in posts).encode()


@pytest.mark.parametrize(
    ("name", "mode"), [("m.json.tar.xz", "w:xz"), ("m.tar", "w"), ("m.TGZ", "w:gz")]
)
def test_archives_are_read_without_being_unpacked(tmp_path, name, mode):
    members = [("metadata/a", lines_of(1, 2).rstrip()), ("metadata/._a", b"x"), ("metadata/b", b"")]
    path = pack(tmp_path / name, [*members, ("metadata/c", lines_of(3))], mode)
    lines = MetadataLines([path])
    told = [(json.loads(line)["id"], lines.path, lines.number) for line in lines]
    inner = path / "metadata"
    assert told == [(1, inner / "a", 1), (2, inner / "a", 2), (3, inner / "c", 1)]
    assert lines.done == lines.whole
    _, rows = filtered(tmp_path, path)
    assert ids(rows) == [1, 2, 3]


def test_broken_archives_are_named_and_no_post_is_taken_twice(tmp_path):
    path = pack(tmp_path / "m.tar", [("metadata/a", lines_of(1)), ("metadata/b", b"{}\n")], "w")
    with pytest.raises(AnitagError, match=r"m\.tar/metadata/b, row 1: .*id"):
        filtered(tmp_path, path)
    path = pack(tmp_path / "m.tar", [("metadata/a", lines_of(1)), ("metadata/old/a", b"")], "w")
    with pytest.raises(AnitagError, match=r"m\.tar, row 0: .*metadata and metadata/old"):
        filtered(tmp_path, path)
    pack(path, [("metadata/a", lines_of(*range(1, 99)))], "w")
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(AnitagError, match=r"m\.tar/metadata/a, row"):
        filtered(tmp_path, path)
    path.write_bytes(b"no archive at all" * 99)
    with pytest.raises(AnitagError, match=r"m\.tar, row 0"):
        filtered(tmp_path, path)


def test_it_is_told_how_far_it_is(tmp_path):
    paths = [write(tmp_path, [new(i) for i in range(1, 9)], name) for name in ("a", "b")]
    lines = MetadataLines(paths)
    told = [(lines.path.name, lines.number, lines.done) for _ in lines]
    assert [(name, number) for name, number, _ in told] == [
        (name, number) for name in "ab" for number in range(1, 9)
    ]
    done = [count for _, _, count in told]
    assert done == sorted(done)
    assert done[0] > 0
    assert done[-1] == lines.done == lines.whole == sum(p.stat().st_size for p in paths)


def test_other_archives_and_files_that_are_not_there(tmp_path):
    (tmp_path / "posts.json.zip").write_bytes(b"x")
    with pytest.raises(AnitagError, match="pipe it in"):
        MetadataLines([tmp_path / "posts.json.zip"])
    with pytest.raises(AnitagError, match="no file"):
        MetadataLines([tmp_path / "none.json"])
