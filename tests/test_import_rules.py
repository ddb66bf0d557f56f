"""The rules in pyproject.toml hold, and the app starts where torch is absent."""

import subprocess
import sys

import pytest

WALK = """
import importlib, pkgutil, sys
sys.modules['torch'] = sys.modules['timm'] = None
import anitag_desktop
for module in pkgutil.walk_packages(anitag_desktop.__path__, 'anitag_desktop.'):
    if '.migrations.' not in module.name:
        importlib.import_module(module.name)
"""


def run(code):
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_layers_and_forbidden_imports():
    # In a process of its own: the linter configures logging and silences the loggers it finds.
    code = "from importlinter.cli import lint_imports; exit(lint_imports(no_cache=True))"
    done = run(code)
    assert done.returncode == 0, done.stdout


def test_every_module_imports_without_torch():
    done = run(WALK)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("anitag_desktop.cli", "numpy sqlalchemy PIL onnxruntime PySide6 alembic"),
        ("anitag_desktop.app", "PIL onnxruntime torch numkong"),
        ("anitag_desktop.gui.application", "numpy sqlalchemy PIL onnxruntime"),
    ],
)
def test_a_light_start(module, heavy):
    code = f"import sys, {module}\nprint(*[m for m in {heavy.split()!r} if m in sys.modules])"
    done = run(code)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == []
