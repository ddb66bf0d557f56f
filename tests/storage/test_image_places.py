"""Folders, paths and names in memory answer what the oracle says of each file."""

from dataclasses import dataclass

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pyroaring import BitMap
from sqlalchemy import Connection, create_engine

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.search.conditions import InFolder, Named, PathLike
from anitag_desktop.search.lore import TagLore
from anitag_desktop.search.matching import SearchedFile, SearchedImage, file_name, matches
from anitag_desktop.storage import image_places
from anitag_desktop.storage.id_sets import ids_of
from anitag_desktop.storage.image_places import ImagePlaces

LORE = TagLore({}, {}, {}, frozenset())
paths = st.lists(st.sampled_from(["a", "b", "AB", "é"]), min_size=1, max_size=4).map(
    lambda parts: ("/" + "/".join(parts)).encode()
)
files = st.lists(st.tuples(st.integers(1, 5), paths, st.sampled_from(ImageStatus)), max_size=12)
globs = st.text("abé/**??", min_size=1, max_size=7)
Files = list[tuple[int, bytes, ImageStatus]]


@dataclass
class Shelf:
    """A library that knows nothing but files."""

    conn: Connection

    def hold(self, files: Files) -> None:
        self.conn.exec_driver_sql("DELETE FROM files")
        for file in files:
            self.conn.exec_driver_sql("INSERT INTO files VALUES (?, ?, ?)", file)


@pytest.fixture(scope="module")
def shelf():
    engine = create_engine("sqlite://")
    with engine.connect() as conn:
        conn.exec_driver_sql("CREATE TABLE files (image_id, path, status)")
        yield Shelf(conn)
    engine.dispose()


def image(number: int, files: Files) -> SearchedImage:
    own = tuple(SearchedFile(path, status, 0.0) for at, path, status in files if at == number)
    return SearchedImage(number, files=own)


@settings(max_examples=150, deadline=None)
@given(files, files, globs)
@example([(1, b"/a/b", ImageStatus.PRESENT)], [], "/a?b")
@example([(1, b"/a/b", ImageStatus.PRESENT)], [], "*b")
@example([(1, b"/a/AB", ImageStatus.AWAY)], [(2, b"/b/AB", ImageStatus.PRESENT)], "/?/ab")
def test_places(shelf: Shelf, before: Files, now: Files, glob: str) -> None:
    shelf.hold(before)
    places = ImagePlaces()
    places.refresh(shelf.conn)
    shelf.hold(now)
    changed = {file[0] for file in set(before) ^ set(now)}
    places.refresh(shelf.conn, BitMap(changed))
    images = [image(number, now) for number in range(1, 6)]
    for clause in (PathLike(glob), Named(glob), InFolder(glob.rstrip("/") or "/")):
        wanted = {one.image_id for one in images if matches(clause, one, LORE)}
        found = set(places.found(clause))
        assert found <= wanted
        if isinstance(clause, InFolder):  # a file's own path is no folder
            wanted -= {n for n, path, _ in now if path == clause.folder.encode()}
        assert wanted <= found
    first = {
        one.image_id: min((file_name(file.path).lower() for file in one.places), default=b"")
        for one in images
    }
    assert {number: places.first_name(number) for number in first} == first
    in_order = sorted(first, key=lambda number: (first[number], number))
    assert places.by_name(ids_of(BitMap(first))).tolist() == in_order


def test_many_changes_are_joined_with_the_rest(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(image_places, "_MANY", 1)
    here = ImageStatus.PRESENT
    shelf.hold([(1, b"/a/x", here), (2, b"/b/y", here)])
    places = ImagePlaces()
    places.refresh(shelf.conn)
    for name in (b"z", b"w"):
        shelf.hold([(1, b"/c/" + name, here), (2, b"/b/y", here), (3, b"/a/x", here)])
        places.refresh(shelf.conn, BitMap([1, 3]))
    assert list(places.found(InFolder("/c"))) == [1]
    assert list(places.found(InFolder("/a"))) == [3]
    assert list(places.found(Named("w"))) == [1]
    assert list(places.found(Named("z"))) == []
    assert places.by_name(ids_of(BitMap([1, 2, 3]))).tolist() == [1, 3, 2]
