"""The command line on a library of its own, run in this process."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

from anitag_desktop.cli import main


@dataclass
class Done:
    """What a command printed and how it ended."""

    code: int
    out: str
    err: str

    @property
    def records(self) -> list[dict]:
        """Return the JSON lines, each of which must be a whole object."""
        records = [json.loads(line) for line in self.out.splitlines()]
        assert all(isinstance(record, dict) for record in records)
        return records


class Anitag:
    """Runs command lines on the library in ``root``."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def __call__(self, *words: object) -> Done:
        out, err = io.StringIO(), io.StringIO()
        code = main(["--library", str(self.root), *map(str, words)], out, err)
        return Done(code, out.getvalue(), err.getvalue())

    def json(self, *words: object, code: int = 0) -> list[dict]:
        """Run a command that must end with ``code``, and return its JSON lines."""
        done = self(*words, "--json")
        assert done.code == code, done.err
        return done.records
