"""``python -m training``: help without torch, one clear sentence for what is missing."""

import os
import subprocess
import sys
from pathlib import Path

from anitag_desktop.domain.privacy import QUIET
from training.__main__ import main
from training.metadata import filtering

ROOT = Path(__file__).parents[2]

WITHOUT_TORCH = """
import sys
for name in ("torch", "timm", "torchvision", "skia"):
    sys.modules[name] = None
from training.__main__ import main
raise SystemExit(main(sys.argv[1:]))
"""


def run_without_torch(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", WITHOUT_TORCH, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_help_lists_the_commands_without_torch():
    done = run_without_torch("--help")
    assert done.returncode == 0, done.stderr
    for name in ("train", "evaluate", "calibrate", "export", "package", "verify"):
        assert name in done.stdout


def test_help_of_a_command_works_without_torch():
    done = run_without_torch("train", "--help")
    assert done.returncode == 0
    assert "--set" in done.stdout


def test_a_command_that_needs_torch_says_so_in_one_sentence():
    done = run_without_torch("train", "anitag-small")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "needs the training environment" in done.stderr
    assert "make training-env" in done.stderr


def test_ctrl_c_ends_a_command_with_a_word(tmp_path, capsys, monkeypatch):
    def interrupted(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(filtering, "filter_metadata", interrupted)
    words = ["metadata", "filter", "posts.json", "--rules", "artagger", "--out", str(tmp_path)]
    assert main(words) == 130
    assert capsys.readouterr().err == "stopped\n"


def test_an_unknown_command_is_wrong_use():
    done = run_without_torch("fly")
    assert done.returncode == 2
    assert "fly" in done.stderr


FIRST_DEPENDENCY = f"""
import os, sys
from importlib.abc import MetaPathFinder

class Watch(MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in {{"training", "anitag_desktop", *sys.stdlib_module_names}}:
            print(sorted(os.environ.items() & {QUIET!r}.items()) == {sorted(QUIET.items())!r})
            raise SystemExit(0)

sys.meta_path.insert(0, Watch())
import runpy
sys.argv = ["training", "train", "anitag-small"]
runpy.run_module("training", run_name="__main__", alter_sys=True)
"""


def test_no_dependency_is_imported_before_it_is_silenced():
    loud = {name: value for name, value in os.environ.items() if name not in QUIET}
    command = [sys.executable, "-c", FIRST_DEPENDENCY]
    done = subprocess.run(command, cwd=ROOT, env=loud, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True"], done.stderr
