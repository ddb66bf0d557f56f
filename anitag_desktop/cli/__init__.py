"""The command line: one module for each command, light to start."""

from anitag_desktop.cli.program import main, parse, run, run_words

__all__ = ["main", "parse", "run", "run_words"]
