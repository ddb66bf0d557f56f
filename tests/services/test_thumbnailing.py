import hashlib
import os
import time
from pathlib import Path

import pytest

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import ImageFacts, ImageStatus
from anitag_desktop.services.thumbnailing import Thumbnails
from anitag_desktop.storage import files, folders, images
from anitag_desktop.storage.store import Store
from tests.helpers import images as pictures
from tests.helpers.libraries import open_store

pytestmark = pytest.mark.integration


@pytest.fixture
def store(tmp_path: Path):
    with open_store(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def service(store: Store):
    made = Thumbnails(store)
    yield made
    made.close()


def know(store: Store, path: Path) -> tuple[int, str]:
    """Put a picture file into the library; return the image's id and sha256."""
    content = path.read_bytes()
    sha256 = hashlib.sha256(content).hexdigest()
    facts = ImageFacts(sha256, "0" * 32, sha256, 1, 64, 64, "png", len(content))

    def step(conn) -> int:
        folder_id = folders.add(conn, os.fsencode(path.parent), "identity", 1.0)
        image_id = images.add(conn, facts, 1.0)
        stat = FileStat(len(content), 1, 1, 1, 1)
        files.upsert(conn, folder_id, os.fsencode(path), stat, image_id)
        return image_id

    return store.library.write(step), sha256


def know_illustration(store: Store, folder: Path) -> tuple[int, str]:
    """Draw a picture and let the library know it; return its id and hash."""
    pictures.illustration(1, 800, 600).save(folder / "a.png")
    return know(store, folder / "a.png")


def heard_of(store: Store) -> list[LibraryChange]:
    """Return a list to which every change is added from now on."""
    heard: list[LibraryChange] = []
    store.changes.subscribe(heard.append)
    return heard


def wait_for(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_thumbnails_are_made_and_announced(
    store: Store, service: Thumbnails, tmp_path: Path
) -> None:
    image_id, sha256 = know_illustration(store, tmp_path)
    heard = heard_of(store)
    assert service.path(sha256) is None
    service.request([image_id, image_id, 999])
    wait_for(lambda: heard)
    assert heard == [LibraryChange(images=frozenset({image_id}))]
    assert service.path(sha256) == store.paths.thumbnail(sha256)


def test_a_damaged_thumbnail_is_made_anew_once(
    store: Store, service: Thumbnails, tmp_path: Path
) -> None:
    image_id, sha256 = know_illustration(store, tmp_path)
    heard = heard_of(store)
    service.request([image_id])
    wait_for(lambda: len(heard) == 1)
    path = store.paths.thumbnail(sha256)
    content = path.read_bytes()
    damaged = content[:500] + bytes(len(content) - 502) + content[-2:]
    path.write_bytes(damaged)
    service.renew(image_id, sha256)
    wait_for(lambda: len(heard) == 2)
    assert path.read_bytes() == content
    path.write_bytes(damaged)
    service.renew(image_id, sha256)
    assert path.read_bytes() == damaged


def test_preview(store: Store, service: Thumbnails, tmp_path: Path) -> None:
    pictures.quadrants(640, 320).save(tmp_path / "a.png")
    image_id, _ = know(store, tmp_path / "a.png")
    found = service.preview(image_id, 100)
    assert (found.width, found.height, len(found.pixels)) == (100, 50, 100 * 50 * 4)
    assert tuple(found.pixels[:4]) == (*pictures.QUADRANTS[0], 255)


def test_preview_says_why_not(store: Store, service: Thumbnails, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"text")
    image_id, _ = know(store, tmp_path / "a.png")
    with pytest.raises(AnitagError) as caught:
        service.preview(image_id, 100)
    assert caught.value.code == "picture_unknown"
    (tmp_path / "a.png").unlink()
    with pytest.raises(AnitagError) as caught:
        service.preview(image_id, 100)
    assert caught.value.code == "picture_gone"
    with pytest.raises(AnitagError) as caught:
        service.preview(12345, 100)
    assert caught.value.code == "picture_gone"


def test_file_that_is_away_is_not_touched(
    store: Store, service: Thumbnails, tmp_path: Path
) -> None:
    pictures.quadrants().save(tmp_path / "a.png")
    image_id, sha256 = know(store, tmp_path / "a.png")
    with store.library.read() as conn:
        ids = [f.file_id for f in files.known(conn, 1).values()]
    store.library.write(lambda conn: files.set_status(conn, ids, ImageStatus.AWAY, 2.0))
    service.request([image_id])
    with pytest.raises(AnitagError) as caught:
        service.preview(image_id, 100)
    assert caught.value.code == "picture_gone"
    assert service.path(sha256) is None


def test_after_close_nothing_is_started(store: Store, service: Thumbnails, tmp_path: Path) -> None:
    pictures.quadrants().save(tmp_path / "a.png")
    image_id, _ = know(store, tmp_path / "a.png")
    service.close()
    with pytest.raises(AnitagError) as caught:
        service.preview(image_id, 100)
    assert caught.value.code == "worker_closed"


def test_a_request_that_could_not_be_looked_up_is_made_again(
    store: Store, service: Thumbnails, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pictures.illustration(1, 80, 60).save(tmp_path / "a.png")
    image_id, sha256 = know(store, tmp_path / "a.png")

    def fail() -> None:
        raise AnitagError("index_damaged", path="index.db")

    with monkeypatch.context() as patch:
        patch.setattr(store.library, "read", fail)
        with pytest.raises(AnitagError):
            service.request([image_id])
    service.request([image_id])
    wait_for(lambda: service.path(sha256) is not None)
