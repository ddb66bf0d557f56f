"""Desks: the services that take pictures in and tag them, on real parts."""

import time

from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage import images, problems, readings


class Desk:
    """The services of one library, on real parts."""

    def __init__(self, store, bundled, quiet=0.0):
        self.store = store
        self.models = Models(store, bundled)
        self.indexing = Indexer(store, quiet=quiet)
        self.tagging = TaggingQueue(store, self.indexing, self.models)

    def take_in(self, *folders):
        """Add folders, look, and read until nothing waits."""
        for folder in folders:
            self.indexing.add_folder(folder)
        self.indexing.scan()
        return self.tagging.run_until_idle()

    def problems(self):
        with self.store.library.read() as conn:
            return {p.path.rpartition(b"/")[2].decode(): p.code for p in problems.every(conn)}

    def tags(self):
        """The effective tags of each file that is there, by name."""
        with self.store.library.read() as conn:
            rows = conn.exec_driver_sql(
                "SELECT f.path, t.name FROM files f JOIN images i ON i.id = f.image_id "
                "JOIN idx.images x ON x.sha256 = i.sha256 "
                "JOIN idx.image_tags it ON it.image_id = x.id "
                "JOIN idx.tags xt ON xt.id = it.tag_id JOIN tags t ON t.uid = xt.uid "
                "WHERE f.status = 'present'"
            ).all()
        found = {}
        for path, name in rows:
            found.setdefault(path.rpartition(b"/")[2].decode(), set()).add(name)
        return found

    def counts(self):
        with self.store.library.read() as conn:
            runs = conn.exec_driver_sql("SELECT count(*) FROM idx.runs").scalar_one()
            return images.count(conn), runs, readings.count_waiting(conn)


def wait_for(condition, seconds=30):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)
