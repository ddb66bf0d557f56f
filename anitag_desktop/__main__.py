"""Start of the program."""

import os
import sys
from multiprocessing import freeze_support

# Dependencies that would phone home are silenced before anything can import them.
os.environ.update(
    ORT_DISABLE_TELEMETRY="1",
    HF_HUB_DISABLE_TELEMETRY="1",
    DO_NOT_TRACK="1",
)


def main() -> int:
    """Run one command line, or the window; return the exit code."""
    freeze_support()
    from anitag_desktop.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
