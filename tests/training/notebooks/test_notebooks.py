"""The notebooks: whole, without stored answers, and each of them runs from end to end."""

import ast
import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from training import notebooks

FOLDER = Path(notebooks.__file__).parent
ROOT = FOLDER.parents[1]
RUN = ROOT / "tests" / "helpers" / "run_notebook.py"
NAMES = ("anime-art-tagger", "anime-or-cartoon", "animesion", "one-piece")

each = pytest.mark.parametrize("name", NAMES)


def cells_of(name):
    return json.loads((FOLDER / f"{name}.ipynb").read_text("utf-8"))["cells"]


def test_there_is_one_for_each_document():
    assert sorted(path.stem for path in FOLDER.glob("*.ipynb")) == list(NAMES)


@each
def test_nothing_that_grows_old_is_stored(name):
    cells = cells_of(name)
    for cell in cells:
        assert not cell["metadata"]
        if cell["cell_type"] == "code":
            assert (cell["outputs"], cell["execution_count"]) == ([], None)
    assert [cell["id"] for cell in cells] == [f"{name}-{n:02}" for n in range(1, len(cells) + 1)]


@each
def test_it_begins_and_ends_with_words_and_its_code_is_code(name):
    cells = cells_of(name)
    assert cells[0]["cell_type"] == cells[-1]["cell_type"] == "markdown"
    assert cells[0]["source"][0].startswith("# ")
    for cell in cells:
        if cell["cell_type"] == "code":
            ast.parse("".join(cell["source"]))


@pytest.mark.training
@each
def test_it_is_a_notebook_of_format_4_5(name):
    nbformat = pytest.importorskip("nbformat")
    notebook = nbformat.read(FOLDER / f"{name}.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)


@pytest.fixture(scope="module")
def runs(tmp_path_factory):
    """What each notebook said when it was run, two of them at a time."""
    pytest.importorskip("torch")
    pytest.importorskip("nbclient")
    folder = tmp_path_factory.mktemp("notebooks")
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(NAMES, pool.map(lambda name: run(name, folder), NAMES), strict=True))


def run(name, folder):
    path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).rstrip(os.pathsep)
    return subprocess.run(
        [sys.executable, RUN, FOLDER / f"{name}.ipynb", folder / f"{name}.ipynb"],
        env={**os.environ, "PYTHONPATH": path, "HOME": str(folder), "OMP_NUM_THREADS": "1"},
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.training
@pytest.mark.integration
@each
def test_every_cell_runs_and_shows_something(name, runs):
    assert runs[name].returncode == 0, runs[name].stderr
    kept = Path(runs[name].args[-1])
    code = [c for c in json.loads(kept.read_text("utf-8"))["cells"] if c["cell_type"] == "code"]
    assert all(cell["execution_count"] for cell in code)
    assert all(cell["outputs"] for cell in code[1:]), "a cell after the imports says nothing"
    said = json.dumps([cell["outputs"] for cell in code])
    assert "image/png" in said
    assert "Warning" not in said
