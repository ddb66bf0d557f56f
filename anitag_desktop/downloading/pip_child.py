"""The process that pip runs in: it may write beneath one folder only, and ends with its parent.

python -m anitag_desktop.downloading.pip_child FOLDER ARGUMENT...

pip reaches the network, as the download process does, when it is asked to bring packages. It runs
no code of theirs: only wheels are asked for, by their hashes.
"""

import os
import runpy
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

from anitag_desktop.worker import sandbox

NO_PIP = 70
"""The exit code where there is no pip, nor one that Python brings along."""


def main() -> None:
    """Be pip, with what follows the folder."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.umask(0o077)
    sandbox.die_with_parent()
    folder, sys.argv = Path(sys.argv[1]), ["pip", *sys.argv[2:]]
    if not _find_pip():
        sys.exit(NO_PIP)
    sandbox.confine(folder)
    runpy.run_module("pip", run_name="__main__", alter_sys=True)


def _find_pip() -> bool:
    """Tell whether there is a pip, after looking where Python keeps one for new environments."""
    if find_spec("pip") is not None:
        return True
    spec = find_spec("ensurepip")
    for folder in spec.submodule_search_locations or () if spec is not None else ():
        for wheel in sorted(Path(folder, "_bundled").glob("pip-*.whl")):
            sys.path.append(str(wheel))
            return True
    return False


if __name__ == "__main__":
    main()
