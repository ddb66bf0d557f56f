import shutil
import threading
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.messages import Manners
from anitag_desktop.services.installing import Installer
from anitag_desktop.services.model_trying import Trial
from anitag_desktop.services.modelling import Models
from anitag_desktop.storage.pins import read_pins
from anitag_desktop.storage.store import Store
from anitag_desktop.worker.messages import Finding
from tests.helpers import models
from tests.helpers.catalogues import MODEL, REPOSITORY, offer
from tests.helpers.fake_hub import COMMIT, FakeHub
from tests.helpers.libraries import open_store

pytestmark = pytest.mark.integration

QUICK = Manners(patience=2.0, pause=0.01, attempts=2)


@pytest.fixture
def store(tmp_path: Path):
    with open_store(tmp_path / "library") as opened:
        yield opened


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch):
    with FakeHub() as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


def installer(store: Store, catalogue: Path) -> Installer:
    return Installer(store.paths, Models(store, catalogue.parent / "none"), catalogue, QUICK)


def folders(store: Store) -> list[str]:
    """Return the folders of what is installed."""
    found = store.paths.models.iterdir() if store.paths.models.is_dir() else ()
    return [path.name for path in found if path.is_dir() and not path.name.startswith(".")]


def test_install_use_and_remove(hub, store, tmp_path):
    service = installer(store, offer(hub, tmp_path, balance=0.31))
    (before,) = service.available()
    assert (before.is_installed, before.is_pinned, before.was_run) == (False, True, False)
    told: list[tuple[int, int]] = []
    done = service.install(MODEL, on_progress=lambda *amounts: told.append(amounts))
    assert (done.view.id, done.view.revision, done.view.active) == (MODEL, COMMIT, False)
    assert (done.view.title, done.view.licence) == ("WD Test", "Apache-2.0")
    assert done.view.metrics == ({"name": "macro F1", "value": 0.5, "set": "made up"},)
    assert (done.is_as_listed, done.was_pinned_before) == (True, True)
    assert told[-1][0] == told[-1][1] > 0
    modelling = Models(store, tmp_path / "none")
    package = modelling.package(MODEL)
    assert set(package.manifest.decode.thresholds.values()) == {0.31}
    assert modelling.use(MODEL).active
    (after,) = service.available()
    assert (after.is_installed, after.was_run, after.bytes_here) == (True, True, 0)


def test_a_model_was_run_as_long_as_its_weights_pass_the_checks(hub, store, tmp_path, monkeypatch):
    catalogue = offer(hub, tmp_path)
    service, modelling = installer(store, catalogue), Models(store, tmp_path / "none")
    assert not service.available()[0].was_run
    added = modelling.add(tmp_path / "published")
    assert service.available()[0].was_run, "however its weights came"
    failed = Trial((Finding("scores", False, "they are all the same"),), "CPU")
    with monkeypatch.context() as patch:
        patch.setattr("anitag_desktop.services.modelling.try_model", lambda *_: failed)
        assert not modelling.verify(added.id).ok
    assert not service.available()[0].was_run
    assert modelling.verify(added.id).ok
    assert service.available()[0].was_run
    (store.paths.cache / "trials.json").write_text("[")
    assert not service.available()[0].was_run


def test_what_is_installed_is_not_downloaded_again(hub, store, tmp_path):
    service = installer(store, offer(hub, tmp_path))
    service.install(MODEL)
    hub.log.clear()
    assert service.install("wd-test").view.id == MODEL
    assert hub.log == []


def test_damaged_model_is_brought_anew(hub, store, tmp_path):
    service = installer(store, offer(hub, tmp_path))
    service.install(MODEL)
    (name,) = folders(store)
    (store.paths.models / name / "model.onnx").unlink()
    assert not service.available()[0].is_installed
    assert not service.install(MODEL).view.damage
    assert Models(store, tmp_path / "none").verify(MODEL).ok
    assert folders(store) == [name]


def test_unknown_hashes_are_pinned_by_the_first_download(hub, store, tmp_path):
    service = installer(store, offer(hub, tmp_path, pinned=False))
    assert not service.available()[0].is_pinned
    done = service.install(MODEL)
    assert (done.revision, done.was_pinned_before) == (COMMIT, False)
    assert service.available()[0].is_pinned
    Models(store, tmp_path / "none").remove(MODEL)
    other = models.write_wd(tmp_path / "other", 64)
    hub.files[REPOSITORY]["model.onnx"] = (other / "model.onnx").read_bytes()
    with pytest.raises(AnitagError) as caught:
        service.install(MODEL)
    assert caught.value.code == "not_the_file"
    assert folders(store) == []
    shutil.copytree(tmp_path / "published", tmp_path / "again")
    hub.files[REPOSITORY]["model.onnx"] = (tmp_path / "again" / "model.onnx").read_bytes()
    hub.commit = "f" * 40  # the same files under a newer commit: the pinned one is asked for
    assert service.install(MODEL).was_pinned_before


def test_newer_revision_than_the_catalogue_knows_is_told(hub, store, tmp_path):
    service = installer(store, offer(hub, tmp_path, pinned=False, revision="ffff"))
    done = service.install(MODEL)
    assert (done.revision, done.is_as_listed) == (COMMIT, False)


def test_terms_are_accepted_once(hub, store, tmp_path):
    service = installer(store, offer(hub, tmp_path, terms="Be kind."))
    with pytest.raises(AnitagError, match="Be kind") as caught:
        service.install(MODEL)
    assert caught.value.code == "licence_unaccepted"
    assert hub.log == []
    service.install(MODEL, accept_licence=True)
    Models(store, tmp_path / "none").remove(MODEL)
    service.install(MODEL)
    assert service.available()[0].is_accepted


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"family": "joytag"}, "not those of a tagger of joytag"),
        ({"kind": "detector"}, "not those of a detector"),
        ({"labels": 10_861}, "14 labels instead of 10861"),
    ],
)
def test_what_is_not_the_model_that_is_meant_is_refused(hub, store, tmp_path, facts, words):
    service = installer(store, offer(hub, tmp_path, pinned=False, **facts))
    with pytest.raises(AnitagError, match=words) as caught:
        service.install(MODEL)
    assert caught.value.code == "model_refused"
    assert (folders(store), read_pins(store.paths.models)) == ([], {})
    assert service.available()[0].bytes_here > 0
    assert service.discard(MODEL.upper())
    assert service.available()[0].bytes_here == 0
    assert not service.discard(MODEL)


def test_model_that_does_not_run_is_refused(hub, store, tmp_path):
    service = installer(store, offer(hub, tmp_path, pinned=False))
    torn = hub.files[REPOSITORY]["model.onnx"]
    hub.files[REPOSITORY]["model.onnx"] = torn[: len(torn) // 2]
    with pytest.raises(AnitagError) as caught:
        service.install(MODEL)
    assert caught.value.code == "model_refused"
    assert folders(store) == []


def test_mirrors_are_asked_first_and_see_no_token(hub, store, tmp_path):
    service = installer(store, offer(hub, tmp_path))
    with FakeHub() as mirror:
        mirror.files = {REPOSITORY: {**hub.files[REPOSITORY], "model.onnx": b"<html>"}}
        environment = {"HF_TOKEN": "hf_secret", "HF_ENDPOINT": hub.url}
        service.install(MODEL, mirrors=[mirror.url], environment=environment)
        assert mirror.log
        assert not any("Authorization" in headers for _, headers in mirror.log)
    assert {headers["Authorization"] for _, headers in hub.log} == {"Bearer hf_secret"}
    files = [path for path in store.paths.root.rglob("*") if path.is_file()]
    assert not any(b"hf_secret" in path.read_bytes() for path in files)


def test_one_at_a_time(hub, store, tmp_path):
    service = installer(store, offer(hub, tmp_path))
    begun, seen = threading.Event(), []

    def look(_done: int, _total: int) -> None:
        if not begun.is_set():
            begun.set()
            for action in (service.install, service.discard):
                with pytest.raises(AnitagError) as caught:
                    action(MODEL)
                seen.append(caught.value.code)

    service.install(MODEL, on_progress=look)
    assert seen == ["already_installing"] * 2


def test_unknown_models(hub, store, tmp_path):
    service = installer(store, offer(hub, tmp_path))
    with pytest.raises(AnitagError, match="has no model nobody"):
        service.install("nobody")
    assert not service.discard("nobody")
