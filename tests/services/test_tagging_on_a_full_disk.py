"""A full disk loses nothing: the work stands still, and goes on when there is room."""

import os
import subprocess
from contextlib import suppress

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services import reading
from tests.helpers.desks import Desk
from tests.helpers.images import write_drawings
from tests.helpers.libraries import open_store

pytestmark = pytest.mark.integration


class TestFullDisk:
    @pytest.fixture
    def full(self, store, monkeypatch):
        """Whether the disk is full; set it to make room."""
        state = {"full": False, "refused": 0, "room_after": None}
        write = store.library.write

        def writing(step):
            if state["full"] and "save" in getattr(step, "__qualname__", ""):
                state["refused"] += 1
                state["full"] = state["refused"] != state["room_after"]
                raise AnitagError("disk_full", path=store.paths.library_db)
            return write(step)

        monkeypatch.setattr(store.library, "write", writing)
        monkeypatch.setattr(reading, "_FULL_DISK_SECONDS", 0.1)
        return state

    def test_work_stands_still_and_goes_on_when_there_is_room(self, desk, root, full, jobs):
        write_drawings(root, 6)
        full.update(full=True, room_after=3)
        heard = []
        desk.tagging.subscribe(heard.append)
        desk.indexing.add_folder(root)
        desk.indexing.scan()
        assert desk.tagging.run_until_idle().tagged == 6
        assert jobs["RecogniseJob"] == 6
        paused = [p for p in heard if p.state == "paused"]
        assert paused[0].error.startswith("The disk is full")
        assert heard[-1].error == ""

    def test_a_run_that_is_waited_for_ends_and_loses_nothing(self, desk, root, full, monkeypatch):
        monkeypatch.setattr("anitag_desktop.services.tagging.ROOM_PATIENCE", 0.3)
        write_drawings(root, 3)
        full["full"] = True
        with pytest.raises(AnitagError) as failure:
            desk.take_in(root)
        assert failure.value.code == "disk_full"
        full["full"] = False
        assert desk.take_in(root).images == 3


def fill_up(path):
    """Write a file until the disk takes no more."""
    with path.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))


@pytest.mark.skipif(os.getuid() != 0, reason="mounting is not permitted here")
def test_a_really_full_disk_loses_nothing(tmp_path, bundled, root, monkeypatch):
    monkeypatch.setattr("anitag_desktop.services.tagging.ROOM_PATIENCE", 0.3)
    place = tmp_path / "small"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)]
    if subprocess.run(command, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not permitted here")
    try:
        write_drawings(root, 6)
        with open_store(place / "library") as store:
            desk = Desk(store, bundled)
            desk.indexing.add_folder(root)
            desk.indexing.scan()
            desk.models.ensure_active()
            filler = place / "filler"
            fill_up(filler)
            with pytest.raises(AnitagError) as failure:
                desk.tagging.run_until_idle()
            assert failure.value.code == "disk_full"
            filler.unlink()
            desk.tagging.run_until_idle()
            assert desk.counts() == (6, 6, 0)
            assert desk.problems() == {}
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)
