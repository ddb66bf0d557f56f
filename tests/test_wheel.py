"""The wheel is whole: installed in an empty environment far from the repository, it works."""

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.integration
REPOSITORY = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", folder, REPOSITORY)
    (built,) = folder.glob("anitag-*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Return the folder of programs of an environment that holds nothing but the wheel."""
    folder = tmp_path_factory.mktemp("environment")
    run(sys.executable, "-m", "venv", folder)
    programs = folder / ("Scripts" if os.name == "nt" else "bin")
    run(programs / "python", "-m", "pip", "install", "-q", wheel)
    return programs


def run(*command, **options):
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, **options
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_it_carries_both_packages_and_the_resources(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert "anitag_desktop/__main__.py" in names
    assert "training/__main__.py" in names
    assert any(n.startswith("anitag_desktop/resources/models/") for n in names)
    assert any(n.startswith("anitag_desktop/resources/samples/") for n in names)


def test_it_brings_no_torch(installed):
    listed = run(installed / "python", "-m", "pip", "list", "--format=json")
    assert not {"torch", "timm"} & {package["name"] for package in json.loads(listed)}


def test_it_tags_the_samples(installed, tmp_path):
    code = "from anitag_desktop.paths import resources; print(resources() / 'samples')"
    samples = run(installed / "python", "-c", code, cwd=tmp_path).strip()
    printed = run(
        installed / "anitag", "--library", tmp_path / "library", "tag", samples, "--json",
        cwd=tmp_path,
    )  # fmt: skip
    summary = json.loads(printed.splitlines()[-1])
    assert summary["images"] == summary["tagged"] >= 24
    assert summary["problems"] == 0


def test_the_training_commands_are_there(installed, tmp_path):
    assert "usage" in run(installed / "anitag", "train", "--help", cwd=tmp_path)
