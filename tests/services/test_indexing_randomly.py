"""Whatever is done to the files: looking again and again ends where a first look would."""

import os
import random
import shutil

import pytest

from anitag_desktop.services.indexing import ScanReport
from anitag_desktop.storage import images
from tests.helpers import indexed
from tests.helpers.indexed import identify, sha

NAMES = tuple(f"{folder}{name}.png" for folder in ("", "x/", "x/y/", "z/") for name in "abc")


def step(rng, root):
    here = [n for n in NAMES if (root / n).exists()]
    target = root / rng.choice(NAMES)
    target.parent.mkdir(parents=True, exist_ok=True)
    kind = rng.choice(["write", "write", "delete", "rename", "copy", "link", "folder", "touch"])
    if kind == "write" or not here:
        target.write_bytes(rng.choice([b"1", b"2", b"3", b"44", b"55"]))
        return
    source = root / rng.choice(here)
    if kind == "delete":
        source.unlink()
    elif kind == "rename":
        source.rename(target)
    elif kind == "copy" and source != target and not target.exists():
        shutil.copy2(source, target)
    elif kind == "link" and not target.exists():
        os.link(source, target)
    elif kind == "touch":
        os.utime(source, (rng.choice([1000, 2000]),) * 2)
    elif kind == "folder" and (root / "x").exists() and not (root / "w").exists():
        (root / "x").rename(root / "w")
        (root / "w").rename(root / "x")


def on_disk(root):
    return {os.fsencode(path): sha(path.read_bytes()) for path in root.rglob("*.png")}


def in_library(store):
    found = {}
    with store.library.read() as conn:
        for row in indexed.known(conn, 1).values():
            if row.status == "present":
                [facts] = images.facts(conn, [row.image_id]).values()
                found[row.path] = facts.sha256
    return found


@pytest.mark.parametrize("seed", range(25))
def test_many_looks_end_where_one_would(indexer, store, root, seed):
    rng = random.Random(seed)
    indexer.add_folder(root)
    for _ in range(8):
        for _ in range(rng.randint(1, 6)):
            step(rng, root)
        indexer.scan()
        if rng.random() < 0.7:
            identify(store)
    indexer.scan()
    identify(store)
    assert in_library(store) == on_disk(root)
    assert indexer.scan() == ScanReport(seen=len(on_disk(root)))
    assert identify(store) == 0
