"""The command line on a library of its own."""

import io
import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from anitag_desktop.cli import main
from tests.helpers.libraries import open_store
from tests.helpers.seeding import activate_model


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

    def json(self, *words: object) -> list[dict]:
        """Run a command that must do its work, and return its JSON lines."""
        done = self(*words, "--json")
        assert done.code == 0, done.err
        return done.records


@pytest.fixture
def anitag(tmp_path, monkeypatch) -> Anitag:
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "1")
    return Anitag(tmp_path / "library")


@pytest.fixture
def seeded(anitag):
    """Return a context in which the library's store is open, to fill it before commands run."""

    def opened():
        return open_store(anitag.root)

    with opened() as store:
        activate_model(store)
    return opened
