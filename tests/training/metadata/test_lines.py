"""Lines of metadata: plain and packed, of folders and archives, and how far they are read."""

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from functools import partial
from random import Random

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.training.metadata.test_filtering import ALL, NONE, filtered, ids, new, rules, write
from training.metadata import lines as lines_module
from training.metadata import members as members_module
from training.metadata import streams, values
from training.metadata.filtering import NAMED, filter_metadata
from training.metadata.known_posts import KnownPosts
from training.metadata.lines import STANDARD_INPUT, MetadataLines
from training.progress import Progress


def test_a_line_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(lines_module, "LONGEST_LINE", 3 << 20)
    path = tmp_path / "posts.json"
    path.write_bytes(b"{}\n" + b" " * (6 << 20))
    with pytest.raises(AnitagError, match="longer than"):
        list(MetadataLines([path]))


PACKED = [("gz", gzip), ("bz2", bz2), ("xz", lzma), ("zst", streams.zstd)]


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
    pack = streams.zstd.compress
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


def zipped(path, members):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
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


def test_the_files_of_all_folders_of_an_archive_are_read_and_no_post_is_taken_twice(tmp_path):
    members = [
        ("posts/2020/a.json", lines_of(1, 2)),
        ("posts/2021/b.jsonl.gz", gzip.compress(lines_of(2, 3))),
        ("posts/2021/page.json", json.dumps([new(3), new(4)]).encode()),
        ("posts/5.json", json.dumps(new(5), indent=4).encode()),
    ]
    for path in (pack(tmp_path / "m.tar.gz", members, "w:gz"), zipped(tmp_path / "m.ZIP", members)):
        found, rows = filtered(tmp_path, path)
        assert ids(rows) == [1, 2, 3, 4, 5]
        assert (found.seen, found.refused, found.left_out) == (7, {"repeated": 2}, 0)
        lines = MetadataLines([path])
        told = [(str(lines.path.relative_to(path)), lines.number) for _ in lines]
        assert told == [
            *(("posts/2020/a.json", 1), ("posts/2020/a.json", 2)),
            *(("posts/2021/b.jsonl.gz", 1), ("posts/2021/b.jsonl.gz", 2)),
            *(("posts/2021/page.json", 1), ("posts/2021/page.json", 1), ("posts/5.json", 1)),
        ]
        assert lines.done == lines.whole


def test_what_is_no_metadata_in_an_archive_is_named_and_left_out(tmp_path):
    tag = json.dumps({"id": 1, "name": "solo", "category": 0}).encode()
    members = [
        ("README", b"Posts of a site.\n" * 9),
        ("tags.json", tag),
        ("picture.png", b"\x89PNG\r\n" + bytes(50)),
        ("more.tar.gz", b""),
        ("__MACOSX/posts.json", b"?"),
        ("a/.DS_Store", b"?"),
        ("empty.json", b""),
        ("posts.json", lines_of(1)),
    ]
    for path in (pack(tmp_path / "m.tar", members, "w"), zipped(tmp_path / "m.zip", members)):
        told = {}
        lines = MetadataLines([path], told.__setitem__)
        assert [json.loads(line)["id"] for line in lines] == [1]
        assert [name.name for name in told] == ["README", "tags.json", "picture.png", "more.tar.gz"]
        assert "no post" in told[path / "tags.json"]
        assert lines.left_out == 4
    with pytest.raises(
        AnitagError, match=r"m\.zip, row 0: it has no metadata, but README \(no JSON"
    ):
        filtered(tmp_path, zipped(tmp_path / "m.zip", members[:-1]))
    with pytest.raises(AnitagError, match=r"m\.zip/a\.json, row 1"):
        filtered(tmp_path, zipped(tmp_path / "m.zip", [("a.json", b"<html>"), members[-1]]))


def test_only_the_first_of_many_files_that_are_no_metadata_are_told(tmp_path):
    said = io.StringIO()
    members = [(f"{n}.txt", b"text") for n in range(NAMED + 5)]
    path = zipped(tmp_path / "m.zip", [*members, ("posts.json", lines_of(1))])
    asked = (rules(tmp_path, ALL), NONE, tmp_path / "m.jsonl")
    found = filter_metadata([path], *asked, Progress(as_json=True, stream=said))
    told = [json.loads(line) for line in said.getvalue().splitlines()]
    assert [event["path"] for event in told] == [str(path / f"{n}.txt") for n in range(NAMED)]
    assert found.left_out == NAMED + 5


def test_folders_are_read_like_archives(tmp_path):
    folder = tmp_path / "metadata"
    (folder / "old").mkdir(parents=True)
    (folder / ".hidden").mkdir()
    (folder / "b.json").write_bytes(lines_of(2))
    (folder / "old" / "a.json").write_bytes(lines_of(1))
    (folder / ".hidden" / "c.json").write_bytes(lines_of(3))
    (folder / "README.md").write_text("# Posts")
    found, rows = filtered(tmp_path, folder)
    assert (ids(rows), found.left_out) == ([2, 1], 1)


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([new(1), new(2), new(3)]),
        json.dumps([new(1), new(2), new(3)], indent=1),
        "\ufeff" + json.dumps([new(1), new(2)]) + "\n[]\n" + json.dumps(new(3)),
        "\n".join(
            json.dumps(new(post, "ü 漢字"), indent=2, ensure_ascii=False) for post in (1, 2, 3)
        ),
        "\ufeff" + "".join(json.dumps(new(post)) + "\r\n" for post in (1, 2, 3)),
        "\n \n" + json.dumps([new(1), new(2)]) + json.dumps([new(3)]),
    ],
)
def test_lists_and_objects_over_several_lines_are_read_as_well(tmp_path, text, monkeypatch):
    (tmp_path / "posts.json").write_text(text, "utf-8")
    for chunk in (7, 1 << 18):
        monkeypatch.setattr(values, "_CHUNK", chunk)
        _, rows = filtered(tmp_path, tmp_path / "posts.json")
        assert ids(rows) == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "row"),
    [
        ('[\n{"id": 1, "rating": "g"},\n{"id": 2, "rating": "g"}', 3),
        ('[\n{"id": 1, "rating": "g"}\n{"id": 2, "rating": "g"}]', 3),
        ('[\n{"id": 1, "rating": "g"},\n]', 3),
        ('{\n"id": 1, "rating": "g"\n}\n{\n"id": 2,', 4),
        ("[{\n" + "[" * 100_000, 1),
        ("[" * 100_000, 1),
        ("[" + "1" * 5000, 1),
        ('[{"id": 1, "rating": "g"}] x', 1),
    ],
)
def test_lists_that_are_none_are_named_by_their_line(tmp_path, text, row):
    (tmp_path / "posts.json").write_text(text, "utf-8")
    with pytest.raises(AnitagError) as caught:
        filtered(tmp_path, tmp_path / "posts.json")
    assert (caught.value.code, caught.value.params["row"]) == ("bad_manifest", row)


def test_text_that_is_none_and_values_without_end_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(values, "LONGEST_VALUE", 1000)
    path = tmp_path / "posts.json"
    path.write_bytes(b'[{"id": 1, "rating": "g", "source": "' + b"x" * 600_000)
    with pytest.raises(AnitagError, match="cut off"):
        filtered(tmp_path, path)
    path.write_bytes(b'[{"id": 1, "rating": "g", "source": "\xff"}]')
    with pytest.raises(AnitagError, match="no text in UTF-8"):
        filtered(tmp_path, path)


def test_broken_archives_are_named(tmp_path):
    posts = lines_of(*range(1, 99))
    path = pack(tmp_path / "m.tar", [("metadata/a", posts), ("metadata/b", b'{"rating":"g"}')], "w")
    with pytest.raises(AnitagError, match=r"m\.tar/metadata/b, row 1: .*id"):
        filtered(tmp_path, path)
    whole = pack(path, [("a", posts), ("b", posts)], "w").read_bytes()
    second = 2 * tarfile.BLOCKSIZE + len(posts) + -len(posts) % tarfile.BLOCKSIZE
    for size, said in ((9000, "m.tar/a, row"), (second + 99, "m.tar, row 0: .*cut"), (99, "row 0")):
        path.write_bytes(whole[:size])
        with pytest.raises(AnitagError, match=said):
            filtered(tmp_path, path)
    path.write_bytes(b"no archive at all" * 99)
    with pytest.raises(AnitagError, match=r"m\.tar, row 0"):
        filtered(tmp_path, path)
    path = zipped(tmp_path / "m.zip", [("a", posts)])
    whole = path.read_bytes()
    for broken in (whole[:-30], b"", b"no archive" * 99, whole[:200] + bytes(9) + whole[209:]):
        path.write_bytes(broken)
        with pytest.raises(AnitagError, match=r"m\.zip") as caught:
            filtered(tmp_path, path)
        assert caught.value.code == "bad_manifest"


def test_a_tar_that_ends_between_two_files_is_cut_off(tmp_path):
    path = pack(tmp_path / "m.tar", [("a", lines_of(1)), ("b", lines_of(2))], "w")
    with tarfile.open(path) as tar:
        end = tar.getmembers()[2].offset
    path.write_bytes(path.read_bytes()[:end])
    with pytest.raises(AnitagError, match="cut off"):
        filtered(tmp_path, path)


def test_sizes_that_a_tar_makes_up_hold_nobody_up(tmp_path):
    header = tarfile.TarInfo("a.txt")
    for kind, size in ((tarfile.REGTYPE, 1 << 60), (tarfile.XHDTYPE, 1 << 40), (b"Z", 1 << 60)):
        header.type, header.size = kind, size
        (tmp_path / "m.tar").write_bytes(header.tobuf(tarfile.GNU_FORMAT) + b"text" * 500)
        with pytest.raises(AnitagError, match=r"m\.tar"):
            filtered(tmp_path, tmp_path / "m.tar")


def test_what_unpacks_to_more_than_anything_honest_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(streams, "FREE_BYTES", 1 << 20)
    monkeypatch.setattr(streams, "MOST_TIMES", 50)
    bomb = lines_of(1) + b"\n" * (4 << 20)
    (tmp_path / "m.json.xz").write_bytes(lzma.compress(bomb))
    paths = [tmp_path / "m.json.xz", zipped(tmp_path / "m.zip", [("a.json", bomb)])]
    paths += [pack(tmp_path / "m.tar.gz", [("a.txt", bytes(4 << 20))], "w:gz")]
    for path in paths:
        with pytest.raises(AnitagError, match="unpacks to more than"):
            filtered(tmp_path, path)


def test_zips_that_are_encrypted_or_have_too_many_files_are_refused(tmp_path, monkeypatch):
    path = zipped(tmp_path / "m.zip", [("a.json", lines_of(1))])
    content = bytearray(path.read_bytes())
    for sign, place in ((b"PK\3\4", 6), (b"PK\1\2", 8)):
        content[content.index(sign) + place] |= 1
    path.write_bytes(content)
    with pytest.raises(AnitagError, match="encrypted"):
        filtered(tmp_path, path)
    monkeypatch.setattr(members_module, "LARGEST_CONTENTS", 100)
    with pytest.raises(AnitagError, match="too many files"):
        filtered(tmp_path, zipped(path, [(f"{n}.json", lines_of(n)) for n in range(9)]))


@pytest.mark.parametrize("kind", ["tar", "zip"])
def test_whatever_is_damaged_in_an_archive_is_a_sentence(tmp_path, kind):
    members = [("a/b.json", lines_of(1, 2)), ("c" * 150, lines_of(3)), ("README", b"text")]
    path = tmp_path / f"m.{kind}"
    whole = (zipped if kind == "zip" else partial(pack, mode="w"))(path, members).read_bytes()
    random, outcomes = Random(1), set()
    for _ in range(200):
        content = bytearray(whole)
        for _ in range(random.randint(1, 6)):
            content[random.randrange(len(content))] = random.randrange(256)
        path.write_bytes(content[: random.randint(1, 2 * len(content))])
        try:
            outcomes.add(sum(1 for _ in MetadataLines([path])))
        except AnitagError as error:
            outcomes.add(error.code)
    assert {"bad_manifest", 3} <= outcomes


def test_posts_are_known_again_by_their_numbers():
    known, numbers = KnownPosts(), [0, 1, 7, 8, 1023, 1024, 9_999_999, 2**63]
    assert [known.add(number) for number in numbers] == [True] * 8
    assert [known.add(number) for number in numbers] == [False] * 8
    assert known.add(2)


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


@pytest.mark.parametrize(("suffix", "pack"), PACKED)
def test_what_is_packed_and_not_called_so_is_told(tmp_path, suffix, pack, monkeypatch):
    content = pack.compress(lines_of(1))
    (tmp_path / "posts.json").write_bytes(content)
    with pytest.raises(AnitagError, match=r"posts\.json, row 0: it is packed \("):
        filtered(tmp_path, tmp_path / "posts.json")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BufferedReader(io.BytesIO(content))))
    with pytest.raises(AnitagError, match="standard input, row 0: it is packed"):
        list(MetadataLines([STANDARD_INPUT]))


def test_other_archives_and_files_that_are_not_there(tmp_path):
    (tmp_path / "posts.json.7z").write_bytes(b"x")
    with pytest.raises(AnitagError, match="pipe it in"):
        MetadataLines([tmp_path / "posts.json.7z"])
    with pytest.raises(AnitagError, match="no file"):
        MetadataLines([tmp_path / "none.json"])
