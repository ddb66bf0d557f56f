"""Which models there are, and which of them are used."""

import json
import shutil
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services.modelling import Models
from anitag_desktop.storage import models as stored_models
from anitag_desktop.storage.store import Store
from tests.helpers import models
from tests.helpers.look_alikes import write_ccip, write_classifier, write_detector

pytestmark = pytest.mark.integration


def chosen(store: Store) -> tuple[ModelKey, ...]:
    with store.library.read() as conn:
        return stored_models.active(conn)


def test_bundled_model_is_active_by_default(service: Models, store: Store) -> None:
    (view,) = service.installed()
    assert (view.id, view.revision, view.active, view.bundled) == (
        "anitag/test",
        "1",
        True,
        True,
    )
    assert (view.labels, view.licence, view.family) == (len(models.LABELS), "MIT", "custom")
    assert view.metrics == ({"name": "macro_f1", "value": 0.5, "set": "made up"},)
    assert view.bytes > 0
    assert [p.key.model_id for p in service.active()] == ["anitag/test"]
    assert chosen(store) == ()


def test_active_models_are_made_to_count(service: Models, store: Store) -> None:
    (package,) = service.ensure_active()
    assert chosen(store) == (ModelKey("anitag/test", "1"),)
    with store.library.read() as conn:
        thresholds = stored_models.active_thresholds(conn)
    assert thresholds == {package.key: package.thresholds}
    service.ensure_active()


def test_updated_bundled_model_counts_in_place_of_its_old_revision(
    service: Models, store: Store, tmp_path: Path
) -> None:
    service.ensure_active()
    models.write_package(tmp_path / "new" / "test", id="anitag/test", revision="2")
    updated = Models(store, tmp_path / "new")
    updated.ensure_active()
    assert chosen(store) == (ModelKey("anitag/test", "2"),)
    assert [view.active for view in updated.installed()] == [True]


def test_without_any_model(store: Store, tmp_path: Path) -> None:
    service = Models(store, tmp_path / "nothing")
    assert (service.installed(), service.active(), service.ensure_active()) == ([], [], [])


def test_add_use_and_remove(service: Models, store: Store, wd: Path) -> None:
    added = service.add(wd)
    assert (added.id, added.active, added.bundled, added.provider) == (
        "local/wd-vit",
        False,
        False,
        "CPU",
    )
    (folder,) = store.paths.models.iterdir()
    assert json.loads((folder / "anitag-model.json").read_text())["family"] == "wd"
    assert (folder / "model.onnx").read_bytes() == (wd / "model.onnx").read_bytes()
    used = service.use("local/wd-vit")
    assert used.active
    assert [p.key.model_id for p in service.active()] == ["local/wd-vit"]
    assert [(v.id, v.active) for v in service.installed()] == [
        ("anitag/test", False),
        ("local/wd-vit", True),
    ]
    with pytest.raises(AnitagError, match="is in use"):
        service.remove("local/wd-vit")
    service.use("anitag/test")
    service.remove("local/wd-vit")
    assert list(store.paths.models.iterdir()) == []
    with pytest.raises(AnitagError, match="stays"):
        service.remove("anitag/test")


def test_what_gives_one_class_is_added_and_not_used(
    service: Models, store: Store, tmp_path: Path
) -> None:
    write_classifier(tmp_path / "rating", 32)
    added = service.add(tmp_path / "rating")
    assert (added.kind, added.active) == ("classifier", False)
    with pytest.raises(AnitagError) as caught:
        service.use(added.id)
    assert caught.value.code == "not_a_tagger"
    assert "it gives one class" in str(caught.value)
    assert [view.active for view in service.installed()] == [True, False]


@pytest.fixture(scope="module")
def detectors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("detectors")
    for name in ("faces", "persons"):
        write_detector(folder / name, [(32, 32, 9, 9, 0.9)], side=64)
    write_ccip(folder / "ccip", 32)
    return folder


def in_use(service: Models) -> list[str]:
    return [view.id for view in service.installed() if view.active]


def test_detectors_and_embedders_are_used_beside_the_tagger(
    service: Models, store: Store, detectors: Path
) -> None:
    faces, persons, ccip = (service.add(detectors / n) for n in ("faces", "persons", "ccip"))
    assert service.use(faces.id).active
    assert in_use(service) == ["anitag/test", faces.id]
    service.use(ccip.id, persons.id)
    assert in_use(service) == ["anitag/test", persons.id, ccip.id], "of a kind, the named ones"
    assert [p.key.model_id for p in service.active()] == ["anitag/test"]
    found = [package.key.model_id for package in service.ensure_active()]
    assert found == ["anitag/test", ccip.id, persons.id]
    assert [key.model_id for key in chosen(store)] == ["anitag/test"]
    with pytest.raises(AnitagError, match="is in use"):
        service.remove(ccip.id)
    service.stop(ccip.id)
    service.remove(ccip.id)
    assert in_use(service) == ["anitag/test", persons.id]
    for name in (faces.id, "anitag/test"):
        with pytest.raises(AnitagError, match="no detector and no embedder in use"):
            service.stop(name)


def test_a_detector_that_is_gone_is_told_and_the_tagger_goes_on(
    service: Models, store: Store, detectors: Path
) -> None:
    faces = service.add(detectors / "faces")
    service.use(faces.id)
    (folder,) = store.paths.models.iterdir()
    shutil.rmtree(folder)
    (failure,) = service.failures()
    assert failure.params["model"] == faces.id
    assert [package.key.model_id for package in service.ensure_active()] == ["anitag/test"]
    assert [view.damage != "" for view in service.installed() if view.active] == [False, True]
    service.stop(faces.id)
    assert service.failures() == []


def test_several_at_once(service: Models, store: Store, wd: Path) -> None:
    added = service.add(wd)
    service.use(added.id, "anitag/test", added.id)
    assert [key.model_id for key in chosen(store)] == [added.id, "anitag/test"]
    assert [package.key.model_id for package in service.ensure_active()] == [
        added.id,
        "anitag/test",
    ]
    with store.library.read() as conn:
        assert len(stored_models.active_thresholds(conn)) == 2


def test_newest_revision_of_an_id_is_used(service: Models, tmp_path: Path) -> None:
    for revision in ("2", "1.5"):
        service.add(models.write_package(tmp_path / revision, id="a/b", revision=revision))
    assert service.package("a/b").key.revision == "1.5"
    assert len(service.installed()) == 3


def test_unknown_model_names_the_known_ones(service: Models) -> None:
    for action in (service.use, service.verify, service.remove):
        with pytest.raises(AnitagError, match="Known models: anitag/test"):
            action("wd")


def test_verify(service: Models, store: Store, wd: Path) -> None:
    report = service.verify("anitag/test")
    assert (report.ok, report.provider) == (True, "CPU")
    assert all(line.startswith("ok: ") for line in report.findings)
    assert service.installed()[0].provider == "CPU"
    service.add(wd)
    (folder,) = store.paths.models.iterdir()
    content = bytearray((folder / "model.onnx").read_bytes())
    content[-1] ^= 1
    (folder / "model.onnx").write_bytes(bytes(content))
    report = service.verify("local/wd-vit")
    assert not report.ok
    assert "sha256 of model.onnx" in report.findings[0]


def test_owner_may_be_left_out_while_only_one_model_is_called_so(
    service: Models, tmp_path: Path
) -> None:
    assert service.package("test").key.model_id == "anitag/test"
    service.add(models.write_package(tmp_path / "other", id="somebody/test"))
    with pytest.raises(AnitagError, match="There is no model test"):
        service.package("test")


def test_what_is_chosen_meanwhile_stays_chosen(
    service: Models, store: Store, wd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = service.add(wd)
    register = service._register

    def choose_first(package) -> None:
        monkeypatch.setattr(service, "_register", register)
        service.use(other.id)
        register(package)

    monkeypatch.setattr(service, "_register", choose_first)
    service.ensure_active()
    assert chosen(store) == (ModelKey(other.id, other.revision),)
