"""anitag doctor --setup-gpu: says what and how large, then does it; undone by --remove-gpu."""

import io
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from anitag_desktop.cli.program import main
from anitag_desktop.recognition.graphics import NVIDIA, GraphicsCard
from anitag_desktop.services import accelerating
from anitag_desktop.worker.runtime import read_runtime
from tests.helpers import fake_index
from tests.helpers.fake_index import FakeIndex

pytestmark = pytest.mark.integration


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeIndex]:
    made = FakeIndex()
    made.add("onnxruntime-gpu", {"onnxruntime/__init__.py": fake_index.RUNTIME})
    system, machine = platform.system().lower(), platform.machine().lower()
    made.catalogue(tmp_path / accelerating.CATALOGUE_NAME, system, machine)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", made.url)
    monkeypatch.setattr(accelerating, "resources", lambda: tmp_path)
    cards = (GraphicsCard(NVIDIA, "NVIDIA GeForce RTX 3060", "580.65"),)
    monkeypatch.setattr(accelerating, "find_cards", lambda: cards)
    yield made
    made.close()


def anitag(tmp_path: Path, *words: str, err: io.StringIO | None = None) -> tuple[int, str, str]:
    out, err = io.StringIO(), err or io.StringIO()
    code = main(["--library", str(tmp_path / "library"), "doctor", *words], out, err)
    return code, out.getvalue(), err.getvalue()


def test_nothing_is_downloaded_before_it_is_wanted(tmp_path: Path, index: FakeIndex) -> None:
    code, _, err = anitag(tmp_path, "--setup-gpu")
    assert code == 1
    assert "graphics: NVIDIA GeForce RTX 3060, driver 580.65" in err
    assert "to be downloaded: ONNX Runtime for tests, 0 MB (onnxruntime-gpu 9.9.9)" in err
    assert "Nothing was downloaded. To go on: anitag doctor --setup-gpu --yes" in err
    assert (index.log, read_runtime()) == ([], None)


@pytest.mark.parametrize(("answer", "code"), [("n\n", 1), ("\n", 1), ("y\n", 0)])
def test_a_person_is_asked(
    tmp_path: Path,
    index: FakeIndex,
    monkeypatch: pytest.MonkeyPatch,
    answer: str,
    code: int,
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    found, out, err = anitag(tmp_path, "--setup-gpu", err=Terminal())
    assert found == code, err
    assert "Download and install it? [y/N]" in err
    assert ("models run on CUDA from now on" in out) == (code == 0)
    assert bool(index.log) == (code == 0)


def test_it_is_told_by_doctor_and_removed(tmp_path: Path, index: FakeIndex) -> None:
    code, out, err = anitag(tmp_path, "--setup-gpu", "--yes", "--json")
    assert code == 0, err
    assert '"provider": "CUDA", "used": true, "reason": ""' in out
    _, out, _ = anitag(tmp_path)
    lines = {line[4:24].strip(): line for line in out.splitlines()}
    assert "ONNX Runtime for tests (onnxruntime-gpu 9.9.9)" in lines["gpu runtime"]
    assert "times the CPU's speed, scores within 0.0000" in lines["tried CUDA"]
    assert "CUDA, measured with anitag-small" in lines["provider"]
    code, out, _ = anitag(tmp_path, "--remove-gpu")
    assert (code, out) == (0, "removed; models run on the CPU\n")
    assert anitag(tmp_path, "--remove-gpu", "--json")[1] == '{"removed": false}\n'


def test_who_says_cpu_is_told_so_wherever_the_device_is_shown(
    tmp_path: Path, index: FakeIndex
) -> None:
    set_cpu = ["--library", str(tmp_path / "library"), "settings", "set", "device", "cpu"]
    assert main(set_cpu, io.StringIO(), io.StringIO()) == 0
    _, _, err = anitag(tmp_path, "--setup-gpu", "--yes")
    assert "by the settings, models run on cpu whatever there is" in err
    _, out, _ = anitag(tmp_path)
    lines = {line[4:24].strip(): line for line in out.splitlines()}
    assert "cpu (automatic, cuda: anitag settings set device ...)" in lines["device"]
    assert "CPU, measured with anitag-small" in lines["provider"]
    assert "the CPU was chosen in the settings" in lines["provider"]


def test_what_does_not_run_is_told_with_its_reason(
    tmp_path: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANITAG_FAKE_RUNTIME", "driver")
    code, out, _ = anitag(tmp_path, "--setup-gpu", "--yes")
    assert code == 1
    assert "is installed and not used: CUDA is not used: its driver is too old" in out
    _, out, _ = anitag(tmp_path)
    assert "BROKEN  gpu runtime" in out
    assert "CPU, measured with anitag-small" in out


def test_removing_nothing_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANITAG_RUNTIMES", str(tmp_path / "runtimes"))
    assert anitag(tmp_path, "--remove-gpu")[1] == "there was nothing to remove\n"
    assert not (tmp_path / "runtimes").exists()


def test_machine_without_a_card(
    tmp_path: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accelerating, "find_cards", tuple)
    code, _, err = anitag(tmp_path, "--setup-gpu", "--yes")
    assert code == 1
    assert "nothing to install for the graphics of this machine: no graphics card was found" in err
    assert index.log == []
