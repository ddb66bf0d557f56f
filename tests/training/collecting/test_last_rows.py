"""The last row of each key: looked up in its file, and kept in few bytes."""

import tracemalloc

import pytest

from anitag_desktop.domain.error import AnitagError
from training.collecting.last_rows import LastRows
from training.collecting.manifest_writing import write_manifest
from training.collecting.outcome import Outcome
from training.collecting.picture_folder import PictureFolder
from training.collecting.row_file import RowFile, write_parts
from training.collecting.wanted_urls import read_earlier
from training.danbooru.earlier import good, last_rows
from training.danbooru.earlier import read_earlier as read_earlier_posts

ROWS = 3000


def named(row):
    return row.get("name")


def test_the_last_row_counts_and_stands_where_the_first_one_came(tmp_path):
    path = tmp_path / "rows.jsonl"
    assert list(LastRows(path, named)) == []
    with RowFile(path) as rows:
        for name, number in (("a", 1), ("\udcff é", 2), ("a", 3)):
            rows.add({"name": name, "number": number})
        rows.add({"about": "nothing"})
        found = LastRows(path, named)
        assert [row["number"] for row in found] == [3, 2]
        found.put("b", rows.add({"name": "b", "number": 4}))
        found.put("\udcff é", rows.add({"name": "\udcff é", "number": 5}))
    assert [row["number"] for row in found] == [3, 5, 4]
    assert found.get("\udcff é") == {"name": "\udcff é", "number": 5}
    assert found.get("c") is None
    assert list(LastRows(path, named)) == list(found)


def test_rows_that_are_added_after_a_kill_are_found(tmp_path):
    path = tmp_path / "rows.jsonl"
    path.write_bytes(b'{"name":"a"}\n{"name":"b","num')
    with RowFile(path) as rows:
        found = LastRows(path, named)
        found.put("b", rows.add({"name": "b", "number": 2}))
    assert list(found) == [{"name": "a"}, {"name": "b", "number": 2}]
    path.write_bytes(b'{"name":"a"}\nnone\n')
    with pytest.raises(AnitagError, match="row 2"):
        LastRows(path, named)


def test_a_file_that_is_written_in_parts_is_whole_or_absent(tmp_path):
    def parts():
        yield b"first"
        raise AnitagError("bad_manifest", path="x", row=1, reason="it ends here")

    (tmp_path / "out").write_bytes(b"before")
    with pytest.raises(AnitagError, match="it ends here"):
        write_parts(tmp_path / "out", parts())
    assert [(p.name, p.read_bytes()) for p in tmp_path.iterdir()] == [("out", b"before")]
    write_manifest(tmp_path, iter(()))
    assert not (tmp_path / "manifest.jsonl").exists()


def many_rows(folder, **more):
    """Write rows that are large beside what is known of them, and their pictures."""
    with RowFile(folder / "outcomes.jsonl") as rows:
        for number in range(ROWS):
            sha256 = f"{number:064x}"
            (folder / f"{sha256}.png").touch()
            tags = [f"tag_{number}_{place}" for place in range(100)]
            known = {"class": "miku", "file": f"{sha256}.png", "sha256": sha256, "general": tags}
            rows.add({**known, "outcome": "ok", **{name: of(number) for name, of in more.items()}})
    return (folder / "outcomes.jsonl").stat().st_size


def peak_of(work) -> int:
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_what_is_known_of_posts_takes_little_memory(tmp_path):
    size = many_rows(tmp_path, post=lambda number: number + 1)

    def work():
        with PictureFolder(tmp_path) as pictures:
            last = last_rows(tmp_path)
            earlier = read_earlier_posts(tmp_path, last, pictures)
            write_manifest(tmp_path, good(tmp_path, last))
        assert earlier.counts("miku") == {Outcome.OK: ROWS}

    assert peak_of(work) < size / 3
    assert len((tmp_path / "manifest.jsonl").read_text().splitlines()) == ROWS


def test_what_is_known_of_addresses_takes_little_memory(tmp_path):
    more = {"list": lambda _: "a.csv", "line": lambda n: n, "url": lambda n: f"https://x.org/{n}"}
    size = many_rows(tmp_path, **more)

    def work():
        with PictureFolder(tmp_path) as pictures:
            earlier = read_earlier(tmp_path, pictures, again=False)
        assert earlier.outcome("miku\nhttps://x.org/7") is Outcome.OK
        assert earlier.outcome("rin\nhttps://x.org/7") is None

    assert peak_of(work) < size / 3
