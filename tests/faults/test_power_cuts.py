"""A power cut at any moment of a session: no damage, and no acknowledged correction lost."""

import json
import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.keeping import check_library
from tests.faults.power_cuts import STRACE, image, read_events
from tests.helpers.libraries import fill, open_store

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

_CORRECTIONS = 8
_CUTS = 24


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """The files before a session of corrections, and all that the session did to them."""
    folder = tmp_path_factory.mktemp("session")
    root = folder / "library"
    with open_store(root) as store:
        fill(store, [{"hat": 0.9}] * 4)
    base = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    acks, trace = folder / "acks", folder / "trace"
    task = {"root": str(root), "work": "correct", "fault": "", "acks": str(acks)}
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p)}
    command = [*STRACE, "-o", str(trace), sys.executable, "-m", "tests.faults.nursery"]
    done = subprocess.run(
        command,
        input=json.dumps(task | {"most": _CORRECTIONS}) + "\n",
        text=True,
        capture_output=True,
        cwd=Path(__file__).parents[2],
        env=environment,
        timeout=100,
    )
    if not acks.exists():
        pytest.skip(f"strace may not trace here: {done.stderr[-200:]}")
    return root, base, read_events(trace, folder), acks


def _cut(session, number):
    """Put the files as a cut leaves them into the library; return what was acknowledged."""
    root, base, events, acks = session
    rng = random.Random(number)
    until = rng.randrange(len(events) // 5, len(events) + 1)
    acknowledged = [
        e.data.decode().strip() for e in events[:until] if e.path == acks and e.kind == "write"
    ]
    shutil.rmtree(root)
    for path, data in image(base, events[:until], rng).items():
        if path != acks:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return root, acknowledged


@pytest.mark.parametrize("number", range(_CUTS))
def test_a_cut_loses_nothing_that_was_acknowledged(session, number):
    root, acknowledged = _cut(session, number)
    with open_store(root) as store, store.library.read() as conn:
        query = "SELECT name FROM verdicts JOIN tags ON tags.id = tag_id WHERE source = 'user'"
        assert set(acknowledged) <= set(conn.execute(text(query)).scalars())
    report = check_library(LibraryPaths(root))
    assert report.ok, report.findings


def test_the_record_holds_what_the_session_did(session):
    _, _, events, acks = session
    said = [e for e in events if e.path == acks and e.kind == "write"]
    assert len(said) == _CORRECTIONS
    flushed = {e.path.name.partition("-")[0] for e in events if e.kind == "flush"}
    assert {"library.db", "corrections"} <= flushed
