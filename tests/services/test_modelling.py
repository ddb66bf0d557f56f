import json
import os
import shutil
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services.modelling import Models
from anitag_desktop.storage import models as stored_models
from anitag_desktop.storage.store import Store
from tests.helpers import models
from tests.helpers.libraries import open_store
from tests.helpers.look_alikes import write_ccip, write_classifier, write_detector

pytestmark = pytest.mark.integration


@pytest.fixture
def store(tmp_path: Path):
    with open_store(tmp_path / "library") as opened:
        yield opened


@pytest.fixture(scope="module")
def bundled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bundled")
    models.write_package(folder / "small", id="anitag/bundled")
    return folder


@pytest.fixture
def service(store: Store, bundled: Path) -> Models:
    return Models(store, bundled)


@pytest.fixture(scope="module")
def wd(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return models.write_wd(tmp_path_factory.mktemp("download") / "wd-vit", 32)


def chosen(store: Store) -> tuple[ModelKey, ...]:
    with store.library.read() as conn:
        return stored_models.active(conn)


def test_bundled_model_is_active_by_default(service: Models, store: Store) -> None:
    (view,) = service.installed()
    assert (view.id, view.revision, view.active, view.bundled) == (
        "anitag/bundled",
        "1",
        True,
        True,
    )
    assert (view.labels, view.licence, view.family) == (len(models.LABELS), "MIT", "custom")
    assert view.metrics == ({"name": "macro_f1", "value": 0.5, "set": "made up"},)
    assert view.bytes > 0
    assert [p.key.model_id for p in service.active()] == ["anitag/bundled"]
    assert chosen(store) == ()


def test_active_models_are_made_to_count(service: Models, store: Store) -> None:
    (package,) = service.ensure_active()
    assert chosen(store) == (ModelKey("anitag/bundled", "1"),)
    with store.library.read() as conn:
        thresholds = stored_models.active_thresholds(conn)
    assert thresholds == {package.key: package.thresholds}
    service.ensure_active()


def test_updated_bundled_model_counts_in_place_of_its_old_revision(
    service: Models, store: Store, tmp_path: Path
) -> None:
    service.ensure_active()
    models.write_package(tmp_path / "new" / "small", id="anitag/bundled", revision="2")
    updated = Models(store, tmp_path / "new")
    updated.ensure_active()
    assert chosen(store) == (ModelKey("anitag/bundled", "2"),)
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
        ("anitag/bundled", False),
        ("local/wd-vit", True),
    ]
    with pytest.raises(AnitagError, match="is in use"):
        service.remove("local/wd-vit")
    service.use("anitag/bundled")
    service.remove("local/wd-vit")
    assert list(store.paths.models.iterdir()) == []
    with pytest.raises(AnitagError, match="stays"):
        service.remove("anitag/bundled")


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
    assert in_use(service) == ["anitag/bundled", faces.id]
    service.use(ccip.id, persons.id)
    assert in_use(service) == ["anitag/bundled", persons.id, ccip.id], "of a kind, the named ones"
    assert [p.key.model_id for p in service.active()] == ["anitag/bundled"]
    found = [package.key.model_id for package in service.ensure_active()]
    assert found == ["anitag/bundled", ccip.id, persons.id]
    assert [key.model_id for key in chosen(store)] == ["anitag/bundled"]
    with pytest.raises(AnitagError, match="is in use"):
        service.remove(ccip.id)
    service.stop(ccip.id)
    service.remove(ccip.id)
    assert in_use(service) == ["anitag/bundled", persons.id]
    for name in (faces.id, "anitag/bundled"):
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
    assert [package.key.model_id for package in service.ensure_active()] == ["anitag/bundled"]
    assert [view.damage != "" for view in service.installed() if view.active] == [False, True]
    service.stop(faces.id)
    assert service.failures() == []


def test_several_at_once(service: Models, store: Store, wd: Path) -> None:
    added = service.add(wd)
    service.use(added.id, "anitag/bundled", added.id)
    assert [key.model_id for key in chosen(store)] == [added.id, "anitag/bundled"]
    assert [package.key.model_id for package in service.ensure_active()] == [
        added.id,
        "anitag/bundled",
    ]
    with store.library.read() as conn:
        assert len(stored_models.active_thresholds(conn)) == 2


def test_single_file_is_added_with_what_describes_it(
    service: Models, store: Store, tmp_path: Path
) -> None:
    downloads = models.write_wd(tmp_path / "Downloads", 32)
    (downloads / "model.onnx").rename(downloads / "WD (1).onnx")
    (downloads / "other.onnx").write_bytes(b"not asked for")
    (downloads / "diary.txt").write_text("not for the library")
    (downloads / "broken.json").write_text("{")
    added = service.add(downloads / "WD (1).onnx")
    assert (added.id, added.labels) == ("local/wd--1-", len(models.LABELS))
    (copy,) = store.paths.models.iterdir()
    assert {p.name for p in copy.iterdir()} == {
        "WD (1).onnx",
        "selected_tags.csv",
        "anitag-model.json",
    }
    assert not (copy / "WD (1).onnx").is_symlink()
    assert service.add(downloads / "WD (1).onnx").id == added.id


def test_single_file_that_is_no_model_is_refused_by_its_own_name(
    service: Models, tmp_path: Path
) -> None:
    (tmp_path / "x.ckpt").write_bytes(b"\x80\x04")
    (tmp_path / "y.onnx").write_bytes(b"<!doctype html>")
    for name, words in (("x.ckpt", "run code"), ("y.onnx", "web page")):
        with pytest.raises(AnitagError, match=words) as caught:
            service.add(tmp_path / name)
        assert str(tmp_path / name) in str(caught.value)


def test_adding_twice_changes_nothing(service: Models, store: Store, wd: Path) -> None:
    assert service.add(wd).revision == service.add(str(wd)).revision
    assert len(list(store.paths.models.iterdir())) == 1


def test_adding_what_is_bundled_changes_nothing(
    service: Models, store: Store, bundled: Path
) -> None:
    added = service.add(bundled / "small")
    assert (added.bundled, added.active) == (True, True)
    assert len(service.installed()) == 1
    assert not store.paths.models.exists()


def test_adding_again_mends_a_broken_copy(service: Models, store: Store, wd: Path) -> None:
    service.add(wd)
    (folder,) = store.paths.models.iterdir()
    (folder / "anitag-model.json").write_bytes(b"")
    os.utime(folder / "anitag-model.json", (1, 1))
    assert service.add(wd).id == "local/wd-vit"
    assert service.verify("local/wd-vit").ok


def test_newest_revision_of_an_id_is_used(service: Models, tmp_path: Path) -> None:
    for revision in ("2", "1.5"):
        service.add(models.write_package(tmp_path / revision, id="a/b", revision=revision))
    assert service.package("a/b").key.revision == "1.5"
    assert len(service.installed()) == 3


def test_unknown_model_names_the_known_ones(service: Models) -> None:
    for action in (service.use, service.verify, service.remove):
        with pytest.raises(AnitagError, match="Known models: anitag/bundled"):
            action("wd")


def test_what_fails_a_check_leaves_nothing_behind(
    service: Models, store: Store, tmp_path: Path
) -> None:
    wrong_width = models.write_wd(tmp_path / "a", 32, labels=models.LABELS[:-1])
    logits = models.write_package(tmp_path / "b")
    manifest = models.own_manifest(logits, 32)
    manifest["outputs"][0]["activation"] = "none"
    models.write_manifest(logits, manifest)
    pickle = tmp_path / "c"
    pickle.mkdir()
    (pickle / "model.ckpt").write_bytes(b"\x80\x04")
    for folder, words in ((wrong_width, "13 labels"), (logits, "sigmoid"), (pickle, "run code")):
        with pytest.raises(AnitagError, match=words):
            service.add(folder)
    left = list(store.paths.models.iterdir()) if store.paths.models.exists() else []
    assert left == []


def test_only_named_files_are_copied(service: Models, store: Store, tmp_path: Path) -> None:
    folder = models.write_package(tmp_path / "m", id="a/b")
    (folder / "MODEL_CARD.md").write_text("what it is")
    (folder / "evil.py").write_text("print()")
    (folder / "huge.bin").write_bytes(b"x")
    service.add(folder)
    (copy,) = store.paths.models.iterdir()
    assert {p.name for p in copy.iterdir()} == {
        "model.onnx",
        "labels.csv",
        "anitag-model.json",
        "MODEL_CARD.md",
    }


@pytest.mark.parametrize("model_id", ["../../up", "a/../../b", "con:", "ÄÖ\u202e", "a" * 200])
def test_no_id_leaves_the_folder(
    service: Models, store: Store, tmp_path: Path, model_id: str
) -> None:
    folder = models.write_package(tmp_path / "m", id=model_id)
    try:
        service.add(folder)
    except AnitagError as error:
        assert error.code == "model_refused"  # noqa: PT017
    else:
        (copy,) = store.paths.models.iterdir()
        assert copy.is_dir()
        assert model_id in [view.id for view in service.installed()]
    assert {p.name for p in tmp_path.iterdir()} <= {"m", "library"}


def test_broken_models_are_listed_and_let_go(service: Models, store: Store, wd: Path) -> None:
    service.add(wd)
    (folder,) = store.paths.models.iterdir()
    shutil.copytree(folder, store.paths.models / "broken")
    (store.paths.models / "broken" / "anitag-model.json").write_text("{")
    (store.paths.models / "a file").touch()
    listed = {view.id: view.damage for view in service.installed()}
    assert set(listed) == {"anitag/bundled", "local/wd-vit", "broken"}
    assert "anitag-model.json is not JSON" in listed.pop("broken")
    assert set(listed.values()) == {""}
    assert [error.code for error in service.damages()] == ["model_damaged"]
    assert service.failures() == []
    service.remove("broken")
    assert not (store.paths.models / "broken").exists()
    assert service.damages() == []


def truncate(folder: Path) -> None:
    os.truncate(folder / "model.onnx", (folder / "model.onnx").stat().st_size - 100)


def spoil_manifest(folder: Path) -> None:
    (folder / "anitag-model.json").write_bytes(b"\xff")


def make_the_width_wrong(folder: Path) -> None:
    manifest = json.loads((folder / "anitag-model.json").read_text())
    manifest["outputs"][0]["width"] = 3
    models.write_manifest(folder, manifest)


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (truncate, "model.onnx has"),
        (spoil_manifest, "anitag-model.json is not UTF-8"),
        (make_the_width_wrong, "the manifest says 3"),
        (shutil.rmtree, "not there"),
    ],
)
class TestChosenModelThatCannotBeUsed:
    @pytest.fixture
    def folder(self, service: Models, store: Store, wd: Path, damage, words) -> Path:
        service.use(service.add(wd).id)
        service.installed()  # whatever is remembered, the damage is seen
        (folder,) = store.paths.models.iterdir()
        damage(folder)
        return folder

    def test_stays_chosen_and_nothing_tags_in_its_place(
        self, service: Models, store: Store, wd: Path, folder: Path, words: str
    ) -> None:
        before = chosen(store)
        for one in (service, Models(store, service._finder.bundled)):
            assert (one.active(), one.ensure_active(), chosen(store)) == ([], [], before)
            (failure,) = one.failures()
            assert (failure.code, failure.params["model"]) == ("model_unusable", "local/wd-vit")
            assert words in str(failure)
            assert [str(error) for error in one.damages()] == [str(failure)]
        assert service.add(wd).active
        assert (service.failures(), service.damages()) == ([], [])
        assert [package.key for package in service.ensure_active()] == list(before)

    def test_is_listed_with_the_check_that_failed(
        self, service: Models, folder: Path, words: str
    ) -> None:
        first, second = service.installed()
        assert (first.active, first.damage) == (False, "")
        assert (second.id, second.active) == ("local/wd-vit", True)
        assert words in second.damage
        report = service.verify("wd-vit")
        assert (report.ok, words in report.findings[0]) == (False, True)
        with pytest.raises(AnitagError, match=words):
            service.use("wd-vit")

    def test_goes_with_its_folder_and_not_out_of_the_choice(
        self, service: Models, store: Store, folder: Path
    ) -> None:
        before = chosen(store)
        if folder.exists():
            service.remove("local/wd-vit")
        assert list(store.paths.models.iterdir()) == []
        assert (service.active(), chosen(store)) == ([], before)
        with pytest.raises(AnitagError, match="use another one first"):
            service.remove("local/wd-vit")
        service.use("anitag/bundled")
        assert [view.id for view in service.installed()] == ["anitag/bundled"]

    def test_lets_the_others_go_on(self, service: Models, store: Store, folder: Path) -> None:
        (key,) = chosen(store)
        other = ModelKey("anitag/bundled", "1")
        service._activate([key, other])
        assert [package.key for package in service.ensure_active()] == [other]
        assert chosen(store) == (key, other)
        assert len(service.failures()) == 1


def test_broken_bundled_model_is_told_where_none_was_chosen(
    store: Store, bundled: Path, tmp_path: Path
) -> None:
    shutil.copytree(bundled, tmp_path / "bundled")
    truncate(tmp_path / "bundled" / "small")
    service = Models(store, tmp_path / "bundled")
    assert service.ensure_active() == []
    assert [error.params["model"] for error in service.failures()] == ["anitag/bundled"]
    assert chosen(store) == ()
    with pytest.raises(AnitagError, match="stays"):
        service.remove("anitag/bundled")


def test_verify(service: Models, store: Store, wd: Path) -> None:
    report = service.verify("anitag/bundled")
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
    assert service.package("bundled").key.model_id == "anitag/bundled"
    service.add(models.write_package(tmp_path / "other", id="somebody/bundled"))
    with pytest.raises(AnitagError, match="There is no model bundled"):
        service.package("bundled")


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
