"""Start of the program."""

import os
import sys
from multiprocessing import freeze_support

from anitag_desktop.domain.privacy import QUIET

# Dependencies that would phone home are silenced before anything can import them.
os.environ.update(QUIET)


def main() -> int:
    """Run one command line, or the window; return the exit code."""
    freeze_support()
    from anitag_desktop.cli import main as run

    return run()


if __name__ == "__main__":
    sys.exit(main())
