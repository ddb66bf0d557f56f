from pathlib import Path

import pytest

from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.session import CPU, open_on
from anitag_desktop.recognition.verification import Check, verify
from tests.helpers import images, models


def checks(folder: Path) -> dict[str, Check]:
    return {check.name: check for check in verify(open_on(ModelPackage.load(folder), [CPU]))}


def with_golden(folder: Path, scores: dict[str, float]) -> Path:
    models.write_package(folder)
    images.quadrants(640, 640).save(folder / "golden.png")
    manifest = models.own_manifest(folder, 32)
    golden = [{"path": "golden.png", "scores": scores}]
    models.write_manifest(folder, {**manifest, "golden": golden})
    return folder


def expected(name: str) -> float:
    return float(models.expected_scores(images.quadrants(640, 640))[models.LABELS.index(name)])


def test_a_sound_model_passes(tmp_path: Path) -> None:
    found = checks(with_golden(tmp_path / "m", {"1girl": expected("1girl")}))
    assert set(found) == {"files", "scores", "answer", "density", "golden.png"}
    assert all(check.ok for check in found.values()), found


def test_golden_score_that_is_off(tmp_path: Path) -> None:
    found = checks(with_golden(tmp_path / "m", {"1girl": expected("1girl") - 0.05}))
    assert not found["golden.png"].ok
    assert '"1girl" is off by 0.04' in found["golden.png"].detail


def test_golden_picture_of_an_unknown_label_or_missing(tmp_path: Path) -> None:
    found = checks(with_golden(tmp_path / "m", {"2girls": 0.5}))
    assert not found["golden.png"].ok
    folder = with_golden(tmp_path / "n", {"1girl": 0.5})
    (folder / "golden.png").unlink()
    assert not checks(folder)["run"].ok


def test_sigmoid_applied_twice(tmp_path: Path) -> None:
    folder = models.write_wd(tmp_path / "m", 32)
    package = ModelPackage.load(folder)
    text = package.manifest_json.replace(
        '"role": "scores",', '"role": "scores", "activation": "sigmoid",'
    )
    (folder / "anitag-model.json").write_text(text)
    found = checks(folder)
    assert "applied twice" in found["scores"].detail
    assert not found["scores"].ok


def test_threshold_that_lets_everything_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anitag_desktop.recognition.verification.DENSITY_LIMIT", 5)
    folder = models.write_package(tmp_path / "m")
    manifest = models.own_manifest(folder, 32)
    manifest["decode"]["thresholds"] = {"general": 0.1}
    models.write_manifest(folder, manifest)
    found = checks(folder)
    assert (found["density"].ok, found["density"].detail[:2]) == (False, "8 ")
