"""Runs a script's work and says errors in a sentence."""

import sys
from collections.abc import Callable, Sequence

from anitag_desktop.domain.error import AnitagError


def launch(work: Callable[[Sequence[str]], int]) -> int:
    """Run a script on the command line's words; return its exit code."""
    try:
        return work(sys.argv[1:])
    except AnitagError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except ModuleNotFoundError as error:
        missing = AnitagError("no_training_environment", command=sys.argv[0], missing=error.name)
        print(f"error: {missing}", file=sys.stderr)
        return 1
