"""Files on the disk, and what the library says of them, without a worker process."""

import hashlib
import os

from anitag_desktop.domain.image import ImageFacts
from anitag_desktop.storage import files, folders, images, readings, sightings


def known(conn, folder_id):
    """Every file of a folder by its path: what stands there, not what lay there before."""
    return sightings.fetch(conn, "folder_id = ? AND replaced = 0", (folder_id,))


def put(path, content=b"x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def sha(content):
    return hashlib.sha256(content).hexdigest()


def facts_of(content):
    sha256 = hashlib.sha256(content).hexdigest()
    return ImageFacts(sha256, sha256[:32], sha256, 0, 1, 1, "png", len(content))


def identify(store):
    """Do the tagging queue's part: hash what waits, link it; return how many were read."""
    with store.library.read() as conn:
        waiting = files.pending(conn, 10_000) + readings.unverified(conn, 10_000)
        folder_of = {
            row[0]: row.folder_id
            for f in folders.every(conn)
            for row in known(conn, f.folder_id).values()
        }
    for file in waiting:
        with open(file.path, "rb") as opened:  # noqa: PTH123 - a path of bytes
            facts = facts_of(opened.read())
            seen = os.fstat(opened.fileno())
        stat = type(file.stat)(
            seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino, seen.st_dev
        )

        def step(conn, file=file, facts=facts, stat=stat):
            image_id = images.add(conn, facts, 1.0)
            files.upsert(conn, folder_of[file.path], file.path, stat, image_id)

        store.library.write(step)
    return len(waiting)


def rows(store):
    """Every file row: name -> (content hash or None, status)."""
    with store.library.read() as conn:
        hashes = {}
        found = {}
        for folder_id in range(1, 20):
            for row in known(conn, folder_id).values():
                if row.image_id not in hashes and row.image_id is not None:
                    hashes[row.image_id] = images.facts(conn, [row.image_id])[row.image_id].sha256
                name = os.fsdecode(row.path).rpartition("/")[2]
                found[name] = (hashes.get(row.image_id), row.status)
    return found


def scan(indexer, store):
    report = indexer.scan()
    identify(store)
    return report
