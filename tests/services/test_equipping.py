"""The environment that trains: offered with its size, made whole or not at all, and used."""

import os
import subprocess
from pathlib import Path

import pytest
from filelock import FileLock

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.downloading.environments import Outlook
from anitag_desktop.paths import python_of, training_python
from anitag_desktop.services import equipping
from anitag_desktop.services.equipping import Equipment, requirements_of_training
from anitag_desktop.services.tutoring import NEEDED, has_training
from tests.helpers import fake_index
from tests.helpers.fake_index import FakeIndex

pytestmark = pytest.mark.integration

BROKEN = "raise ImportError('libcudart.so.13 is not there.')"


@pytest.fixture
def place(tmp_path: Path, index: FakeIndex, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the environment goes; the index serves everything that it needs."""
    place = tmp_path / "anitag-training"
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.delenv("ANITAG_TRAINING_PYTHON", raising=False)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", index.url)
    monkeypatch.setenv("ANITAG_TRAINING", str(place))
    for name in NEEDED:
        requires = ["sympy"] if name == "torch" else []
        index.add(name, {f"{name}/__init__.py": "import sympy" if requires else ""}, requires)
    index.add("sympy", {"sympy/__init__.py": ""}, [])
    return place


@pytest.fixture
def equipment() -> Equipment:
    return Equipment(lambda: NEEDED)


def code_of(action) -> str:
    with pytest.raises(AnitagError) as error:
        action()
    assert str(error.value)
    return error.value.code


def test_it_is_offered_with_its_size_made_tried_and_used(
    place, index, equipment, monkeypatch
) -> None:
    monkeypatch.setitem(equipping.MEASURED, _here(), Outlook(2_000, 9_000))
    told, seen = [], equipment.look()
    assert (seen.folder, seen.is_named, seen.outlook) == (place, False, Outlook(2_000, 9_000))
    assert "torch" in seen.missing
    assert seen.free > 0
    assert index.log == [], "looking asks nobody"
    made = equipment.set_up(lambda done, total: told.append((done, total)))
    assert made.is_ready
    assert told[-1][1] == 13_000
    assert training_python() == python_of(place)
    assert has_training()
    said = subprocess.run([training_python(), "-c", "import torch; print(torch.__file__)"],
                          capture_output=True, text=True, check=True)  # fmt: skip
    assert Path(said.stdout.strip()).is_relative_to(place)
    assert {path.name for path in place.parent.iterdir()} <= {place.name, f"{place.name}.lock"}
    asked = len(index.log)
    assert equipment.set_up().is_ready
    assert len(index.log) == asked, "what is there is not made again"


def test_one_that_does_not_work_changes_nothing(place, index, equipment) -> None:
    (place / "mine").mkdir(parents=True)
    index.add("timm", {"timm/__init__.py": BROKEN}, [])
    with pytest.raises(AnitagError, match=r"libcudart\.so\.13 is not there") as error:
        equipment.set_up()
    assert error.value.code == "environment_broken"
    assert [path.name for path in place.iterdir()] == ["mine"]
    index.add("timm", {"timm/__init__.py": ""}, [])
    assert code_of(lambda: equipment.set_up(is_given_up=lambda: True)) == "download_stopped"
    assert not has_training()


def test_what_is_not_on_the_index_is_named(place, index, equipment) -> None:
    index.behaviours["onnx"] = [fake_index.absent]
    assert code_of(equipment.set_up) == "package_absent"
    assert not place.exists()


def test_a_full_disk_is_told_before_the_first_byte(place, index, equipment, monkeypatch) -> None:
    monkeypatch.setitem(equipping.MEASURED, _here(), Outlook(10**15, 10**15))
    assert code_of(equipment.set_up) == "disk_full"
    assert index.log == []


def test_two_never_make_it_and_a_python_of_the_user_is_left_alone(
    place, equipment, monkeypatch
) -> None:
    with FileLock(place.with_name(f"{place.name}.lock")):
        assert code_of(equipment.set_up) == "environment_busy"
    monkeypatch.setenv("ANITAG_TRAINING_PYTHON", str(place / "nothing"))
    assert equipment.look().is_named
    assert code_of(equipment.set_up) == "environment_named"


def test_it_gets_what_the_project_says_and_no_window(monkeypatch, tmp_path) -> None:
    found = requirements_of_training()
    assert {"torch", "timm", "numpy"} <= {one.split(">")[0] for one in found}
    assert not any(one.lower().startswith("pyside6") for one in found)
    monkeypatch.setattr(equipping, "project_file", lambda: tmp_path / "none")
    known = [
        *("numpy>=2", "torch>=2; extra == 'train'", "mypy; extra == 'dev'"),
        *("zstd; (python_version < '3.14') and extra == 'train'", "PySide6-Essentials>=6"),
    ]
    monkeypatch.setattr(equipping.metadata, "requires", lambda _name: known)
    assert requirements_of_training() == [
        *("numpy>=2", "torch>=2", "zstd; (python_version < '3.14')")
    ]


def _here() -> tuple[str, str]:
    here = equipping.this_place()
    return here.system, here.machine
