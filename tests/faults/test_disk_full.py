"""A small disk: what does not fit is refused in words, nothing is lost, work goes on with room."""

import os
import subprocess

import pytest
from sqlalchemy import text

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.keeping import Keeper, check_library
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import fill, open_store, tags_of

pytestmark = pytest.mark.integration

_SIZE = 8 << 20
_CORRECTIONS = 30


@pytest.fixture
def small_disk(tmp_path):
    """A folder on a file system of 8 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(place)], capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("mounting is not permitted here")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def _fill_up(place, leave):
    """Leave ``leave`` bytes of room."""
    with (place / "ballast").open("wb") as ballast:
        room = os.statvfs(place)
        ballast.write(b"\0" * max(0, room.f_bavail * room.f_frsize - leave))


def _said(store):
    query = "SELECT name FROM verdicts JOIN tags ON tags.id = tag_id WHERE source = 'user'"
    with store.library.read() as conn:
        return set(conn.execute(text(query)).scalars())


def test_a_disk_that_fills_up_again_and_again_loses_nothing(small_disk):
    acknowledged, refused = set(), 0
    with open_store(small_disk / "library") as store:
        (image,) = fill(store, [{"hat": 0.9}])
        corrector = Corrector(store)
        for step in range(12):
            _fill_up(small_disk, leave=step * 32_768)
            codes = []
            for number in range(_CORRECTIONS):
                name = f"tag_{step}_{number}"
                try:
                    corrector.correct([image], add=[name])
                except AnitagError as error:
                    codes.append(error.code)
                    break
                acknowledged.add(name)
            assert set(codes) <= {"disk_full"}
            refused += len(codes)
            assert acknowledged <= _said(store)
            (small_disk / "ballast").unlink()
            corrector.correct([image], add=[f"room_{step}"])
            acknowledged.add(f"room_{step}")
    assert refused > 3
    assert check_library(store.paths).ok
    with open_store(small_disk / "library") as store:
        assert acknowledged <= _said(store)


def test_a_backup_that_does_not_fit_leaves_nothing_behind(small_disk):
    with open_store(small_disk / "library") as store:
        fill(store, [{"hat": 0.9}])
        kept = Keeper(store).backup()
        _fill_up(small_disk, leave=20_000)
        with pytest.raises(AnitagError) as error:
            Keeper(store).backup()
        assert error.value.code == "disk_full"
        assert [b.path for b in Keeper(store).backups()] == [kept.path]
        with pytest.raises(AnitagError) as error:
            Keeper(store).restore()
        assert error.value.code == "disk_full"
        (small_disk / "ballast").unlink()
        assert Keeper(store).backup().path != kept.path
        assert Keeper(store).check().ok


def test_a_library_on_a_full_disk_can_be_read(small_disk):
    paths = LibraryPaths(small_disk / "library")
    with open_store(paths.root) as store:
        (image,) = fill(store, [{"hat": 0.9}])
    _fill_up(small_disk, leave=0)
    for _ in range(2):  # the second time beside what the refused writer left there
        with Store.open(paths, writable=False) as store:
            assert tags_of(store, image) == {"hat": "model"}
        with pytest.raises(AnitagError) as error:
            Store.open(paths)
        assert error.value.code == "disk_full"
    (small_disk / "ballast").unlink()
    with open_store(paths.root) as store:
        assert tags_of(store, image) == {"hat": "model"}
