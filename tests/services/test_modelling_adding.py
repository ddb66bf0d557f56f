"""Models are added whole, after every check, or not at all."""

import os
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services.modelling import Models
from anitag_desktop.storage.store import Store
from tests.helpers import models

pytestmark = pytest.mark.integration


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
    added = service.add(bundled / "test")
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


def test_what_fails_a_check_leaves_nothing_behind(
    service: Models, store: Store, tmp_path: Path
) -> None:
    wrong_width = models.write_wd(tmp_path / "a", 32, labels=models.LABELS[:-1])
    logits = models.write_package(tmp_path / "b")
    manifest = models.own_manifest(logits, 32) | {"id": "a/logits"}
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
