"""Models that are damaged or gone are told, and nothing tags in their place."""

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

pytestmark = pytest.mark.integration


def chosen(store: Store) -> tuple[ModelKey, ...]:
    with store.library.read() as conn:
        return stored_models.active(conn)


def test_broken_models_are_listed_and_let_go(service: Models, store: Store, wd: Path) -> None:
    service.add(wd)
    (folder,) = store.paths.models.iterdir()
    shutil.copytree(folder, store.paths.models / "broken")
    (store.paths.models / "broken" / "anitag-model.json").write_text("{")
    (store.paths.models / "a file").touch()
    listed = {view.id: view.damage for view in service.installed()}
    assert set(listed) == {"anitag/test", "local/wd-vit", "broken"}
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
        service.use("anitag/test")
        assert [view.id for view in service.installed()] == ["anitag/test"]

    def test_lets_the_others_go_on(self, service: Models, store: Store, folder: Path) -> None:
        (key,) = chosen(store)
        other = ModelKey("anitag/test", "1")
        service._activate([key, other])
        assert [package.key for package in service.ensure_active()] == [other]
        assert chosen(store) == (key, other)
        assert len(service.failures()) == 1


def test_broken_bundled_model_is_told_where_none_was_chosen(
    store: Store, bundled: Path, tmp_path: Path
) -> None:
    shutil.copytree(bundled, tmp_path / "bundled")
    truncate(tmp_path / "bundled" / "test")
    service = Models(store, tmp_path / "bundled")
    assert service.ensure_active() == []
    assert [error.params["model"] for error in service.failures()] == ["anitag/test"]
    assert chosen(store) == ()
    with pytest.raises(AnitagError, match="stays"):
        service.remove("anitag/test")
