"""kill -9 at random moments and at every named point: nothing that was acknowledged is lost."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.keeping import Keeper, check_library
from anitag_desktop.storage import fault_points, migrating
from anitag_desktop.storage.copies import soundness
from tests.faults.nursery import PICTURES
from tests.helpers.libraries import fill, open_store

pytestmark = pytest.mark.integration

_RANDOM_KILLS = 20
_LONGEST_RUN = 0.15


class Nursery:
    """The process of ``nursery.py`` and a library that its children write."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.acks = root.parent / "acks"
        self.acks.touch()
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.nursery"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=Path(__file__).parents[2],
            env=environment,
        )

    def start(self, work: str, fault: str = "", **more: object) -> int:
        """Start a child and return its process id."""
        task = {"root": str(self.root), "work": work, "fault": fault, "acks": str(self.acks)}
        print(json.dumps(task | more), file=self._process.stdin, flush=True)
        return int(self._process.stdout.readline().split()[1])

    def wait(self) -> int:
        """Wait until the child is gone and return its exit status."""
        return int(self._process.stdout.readline().split()[1])

    def acknowledged(self) -> list[str]:
        """The names of the tags whose correction was acknowledged so far."""
        return self.acks.read_text().split()

    def close(self) -> None:
        """End the nursery."""
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@pytest.fixture
def nursery(tmp_path):
    root = tmp_path / "library"
    with open_store(root) as store:
        fill(store, [{"hat": 0.9}] * PICTURES)
    nursery = Nursery(root)
    yield nursery
    nursery.close()


def _expect_all_kept(nursery):
    """Open the library as the next start would: sound, complete, and the same everywhere."""
    acknowledged = [name for name in nursery.acknowledged() if not name.startswith("!")]
    with open_store(nursery.root) as store:
        with store.library.read() as conn:
            said = set(
                conn.execute(
                    text(
                        "SELECT name FROM verdicts JOIN tags ON tags.id = tag_id "
                        "WHERE source = 'user' AND verdict = 'confirmed'"
                    )
                ).scalars()
            )
        assert set(acknowledged) <= said
        assert soundness(store.paths.library_db) is None
    report = check_library(LibraryPaths(nursery.root))
    assert report.ok, report.findings
    return len(acknowledged)


def test_random_kills_lose_no_acknowledged_correction(nursery):
    rng = random.Random(5)
    for number in range(_RANDOM_KILLS):
        before = len(nursery.acknowledged())
        pid = nursery.start("correct")
        if number % 4:  # every fourth dies while it is still opening the library
            _wait_until(lambda enough=before: len(nursery.acknowledged()) > enough)
        time.sleep(rng.uniform(0, _LONGEST_RUN))
        os.kill(pid, signal.SIGKILL)
        assert nursery.wait() == -signal.SIGKILL
    assert _expect_all_kept(nursery) >= _RANDOM_KILLS * 3 // 4


def _wait_until(is_so):
    deadline = time.monotonic() + 20
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.005)


@pytest.mark.parametrize(
    "point",
    [
        "journal.before_append",
        "journal.torn",
        "journal.after_append",
        "library.before_commit",
        "library.after_commit",
        "index.before_commit",
        "index.after_commit",
    ],
)
def test_a_kill_at_each_point_of_a_correction(nursery, point):
    for passage in (1, 4):
        nursery.start("correct", f"{point}:kill@{passage + 2}")
        assert nursery.wait() == -signal.SIGKILL
        _expect_all_kept(nursery)


@pytest.mark.parametrize("point", ["backup.before_rename", "backup.after_rename"])
def test_a_kill_while_backing_up(nursery, point):
    nursery.start("backup", f"{point}:kill")
    assert nursery.wait() == -signal.SIGKILL
    _expect_all_kept(nursery)
    with open_store(nursery.root) as store:
        assert soundness(Keeper(store).backup().path) is None


@pytest.mark.parametrize("point", ["restore.before_swap", "restore.after_swap"])
def test_a_kill_while_restoring(nursery, point):
    with open_store(nursery.root) as store:
        Keeper(store).backup()
        Corrector(store).correct([1], add=["newer"])
    nursery.acks.write_text("newer\n")
    nursery.start("restore", f"{point}:kill")
    assert nursery.wait() == -signal.SIGKILL
    _expect_all_kept(nursery)


@pytest.mark.parametrize("point", ["migration.before_swap", "migration.after_swap"])
def test_a_kill_while_migrating(nursery, point, tmp_path):
    with open_store(nursery.root) as store:
        Corrector(store).correct([1], add=["older"])
    path = LibraryPaths(nursery.root).library_db
    before = _digest(path)
    nursery.start("migrate", f"{point}:kill", scripts=str(tmp_path / "scripts"))
    assert nursery.wait() == -signal.SIGKILL
    assert soundness(path) is None
    assert _digest(path) == before
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("PRAGMA user_version").fetchone()
    assert found == ((1,) if point == "migration.before_swap" else (2,))


def _digest(path):
    with closing(sqlite3.connect(path)) as connection:
        return migrating.log_digest(connection)


def test_a_file_that_may_not_grow_is_said_and_costs_nothing(nursery):
    largest = max(path.stat().st_size for path in nursery.root.rglob("*") if path.is_file())
    nursery.start("fill", limit=largest + 100_000)
    assert nursery.wait() == 0
    acknowledged = nursery.acknowledged()
    (refused,) = (name for name in acknowledged if name.startswith("!"))
    assert refused in ("!disk_full", "!cannot_write")
    assert acknowledged[-1] == "afterwards"
    assert len(acknowledged) > 3
    _expect_all_kept(nursery)


def test_every_point_is_passed(tmp_path):
    from tests.faults.migration import scripts_with_second_schema

    passed = set()
    fault_points.observe(passed.add)
    try:
        with open_store(tmp_path / "library") as store:
            (image,) = fill(store, [{"hat": 0.9}])
            Corrector(store).correct([image], reject=["hat"])
            Keeper(store).backup()
            Keeper(store).restore()
        scripts = scripts_with_second_schema(tmp_path / "scripts")
        migrating.migrate_library(LibraryPaths(tmp_path / "library"), scripts)
    finally:
        fault_points.observe(None)
    assert passed == fault_points.POINTS
