"""Runs a notebook from its first cell to its last: ``run_notebook.py NOTEBOOK [KEPT]``.

A process of its own, because the client of a kernel leaves threads and warnings behind. It talks
to the kernel through files of a passing folder instead of ports, which somebody else might take.
KEPT is where the notebook goes with all that it said.
"""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import nbformat
from nbclient import NotebookClient
from traitlets.config import Config

SECONDS_A_CELL = 300


def run(path: Path, kept: Path | None) -> None:
    """Execute every cell in a passing folder; a cell that fails ends it."""
    notebook = nbformat.read(path, as_version=4)
    with TemporaryDirectory() as folder:
        os.environ |= {"JUPYTER_RUNTIME_DIR": folder, "IPYTHONDIR": folder}
        settings = Config({"KernelManager": {"transport": "ipc", "ip": f"{folder}/kernel"}})
        where = {"metadata": {"path": folder}}
        NotebookClient(notebook, timeout=SECONDS_A_CELL, resources=where, config=settings).execute()
    if kept:
        nbformat.write(notebook, kept)


if __name__ == "__main__":
    run(Path(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
