"""What works on this machine."""

import subprocess
import sys

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.recognition.probe_pictures import FORMATS
from anitag_desktop.services import diagnosing, probing
from anitag_desktop.services.diagnosing import Diagnosis
from tests.helpers.libraries import copy_empty_library
from tests.helpers.models import write_wd


@pytest.fixture
def report(tmp_path, monkeypatch):
    """Return the findings by name, without the slow trials unless a test puts them back."""
    monkeypatch.setattr(
        diagnosing, "probe_model", lambda _folder, device: probing.ModelProbe(device, True)
    )
    monkeypatch.setattr(diagnosing, "probe_formats", lambda: iter([("PNG", "")]))
    monkeypatch.setattr(diagnosing, "probe_training", lambda python: False)
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "1")
    paths = LibraryPaths(tmp_path / "library")
    return lambda: {finding.name: finding for finding in Diagnosis(paths).report()}


def test_all_is_well_without_a_library(report):
    findings = report()
    assert all(finding.ok for finding in findings.values())
    assert "none yet" in findings["library"].value
    assert "anitag retrain --equip" in findings["training"].value


def test_a_sound_library(report, tmp_path):
    copy_empty_library(tmp_path / "library")
    assert report()["library"].value == str(tmp_path / "library")


def test_a_damaged_library_is_told(report, tmp_path):
    (tmp_path / "library").mkdir()
    (tmp_path / "library" / "library.db").write_bytes(b"nonsense" * 1000)
    assert not report()["library"].ok


def test_telemetry_that_is_not_off_is_told(report, monkeypatch):
    monkeypatch.delenv("ORT_DISABLE_TELEMETRY")
    assert not report()["telemetry"].ok


def test_a_format_that_cannot_be_read_is_told(report, monkeypatch):
    monkeypatch.setattr(diagnosing, "probe_formats", lambda: iter([("AVIF", "no decoder")]))
    finding = report()["format avif"]
    assert (finding.value, finding.ok) == ("no decoder", False)


def test_a_decoder_that_was_not_installed_is_told_and_no_fault(report, monkeypatch):
    monkeypatch.setattr(diagnosing, "probe_formats", lambda: iter([("JXL", "not installed")]))
    monkeypatch.setattr(diagnosing, "is_there", lambda form: form != "JXL")
    finding = report()["format jxl"]
    assert (finding.value, finding.ok) == ("not installed", True)


def test_what_is_listed_unread_is_told(report):
    assert {"mp4", "webm", "xcf"} <= set(report()["not read"].value.split())


def test_a_low_limit_of_watches_is_told(report, monkeypatch, tmp_path):
    limits = tmp_path / "inotify"
    limits.mkdir()
    (limits / "max_user_watches").write_text("100\n")
    (limits / "max_user_instances").write_text("oops")
    monkeypatch.setattr(diagnosing, "_INOTIFY", limits)
    finding = report()["watching"]
    assert not finding.ok
    assert "max_user_watches" in finding.value


@pytest.mark.parametrize(
    ("version", "has_bug"), [((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False)]
)
def test_the_wal_reset_bug_is_named(monkeypatch, version, has_bug):
    from anitag_desktop.storage import engines

    monkeypatch.setattr(engines.sqlite3, "sqlite_version_info", version)
    assert engines.sqlite_engine().has_wal_reset_bug is has_bug


@pytest.mark.integration
def test_every_format_is_read_here():
    assert list(probing.probe_formats()) == [(form, "") for form in FORMATS]


@pytest.mark.integration
def test_a_picture_that_is_not_read_has_its_reason(monkeypatch):
    monkeypatch.setattr(probing, "probe_picture", lambda form: b"")
    reasons = dict(probing.probe_formats())
    assert reasons["PNG"] == str(AnitagError("picture_empty"))


@pytest.mark.integration
def test_the_provider_is_measured_by_running_a_model(tmp_path):
    found = probing.probe_model(write_wd(tmp_path / "model", 32))
    assert found.ok, found.words
    assert "measured" in found.words


@pytest.mark.integration
def test_a_broken_model_is_told(tmp_path):
    folder = write_wd(tmp_path / "model", 32)
    (folder / "model.onnx").write_bytes(b"version https://git-lfs")
    assert not probing.probe_model(folder).ok


def test_a_python_without_torch_or_none_at_all_cannot_train(tmp_path):
    assert not probing.probe_training(tmp_path / "no-python")
    code = "import importlib.util as u, sys; sys.exit(bool(u.find_spec('torch')))"
    if subprocess.run([sys.executable, "-c", code], check=False).returncode == 0:
        assert not probing.probe_training(sys.executable)
