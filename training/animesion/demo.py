"""``python demo.py``: animesion's script with its own flags; see training/README.md."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # Run as a file from its own folder: that folder gives way to the project's.
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from training.animesion.launching import launch
    from training.animesion.serving import serve

    raise SystemExit(launch(serve))
