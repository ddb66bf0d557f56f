"""One folder from the first scan to the last move, through the services alone, while all runs."""

import shutil
import time

import pytest

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage import images, problems, sightings
from anitag_desktop.worker.client import WorkerClient
from anitag_desktop.worker.messages import RecogniseJob
from tests.helpers.images import BAD, drawing, write_bad, write_drawings
from tests.helpers.libraries import open_store
from tests.helpers.models import write_package

pytestmark = pytest.mark.integration

GOOD_COUNT = 60
PATIENCE = 90.0


class Library:
    """A running library: watching and tagging in the background."""

    def __init__(self, store, bundled):
        self.store = store
        self.indexing = Indexer(store, quiet=0.3)
        self.models = Models(store, bundled)
        self.tagging = TaggingQueue(store, self.indexing, self.models)

    def __enter__(self):
        self.indexing.start_watching()
        self.tagging.start()
        return self

    def __exit__(self, *failure):
        self.tagging.stop()
        self.indexing.stop_watching()

    def present(self):
        """The files that are there with their image: name -> sha256."""
        with self.store.library.read() as conn:
            rows = [r for r in sightings.known(conn, 1).values() if r.status == ImageStatus.PRESENT]
            facts = images.facts(conn, {r.image_id for r in rows if r.image_id is not None})
            return {
                row.path.decode().rpartition("/")[2]: facts[row.image_id].sha256
                for row in rows
                if row.image_id is not None
            }

    def runs(self):
        with self.store.library.read() as conn:
            return conn.exec_driver_sql("SELECT count(*) FROM idx.runs").scalar_one()

    def tagged(self, name):
        """The sha256 of the present pictures that have a tag."""
        with self.store.library.read() as conn:
            rows = conn.exec_driver_sql(
                "SELECT DISTINCT x.sha256 FROM idx.image_tags it JOIN idx.images x "
                "ON x.id = it.image_id JOIN idx.tags xt ON xt.id = it.tag_id "
                "JOIN tags t ON t.uid = xt.uid WHERE t.name = ?",
                (name,),
            )
            return set(rows.scalars())

    def problems(self):
        with self.store.library.read() as conn:
            return {p.path.decode().rpartition("/")[2]: p.code for p in problems.every(conn)}

    def wait_for(self, condition):
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, (self.tagging.progress(), len(self.present()))
            time.sleep(0.05)

    def wait_for_names(self, names):
        self.wait_for(lambda: set(self.present()) == set(names))


@pytest.fixture
def recognised(monkeypatch):
    """The paths that workers were asked to recognise."""
    paths = []
    submit = WorkerClient.submit

    def noting(self, job, **options):
        if isinstance(job, RecogniseJob):
            paths.append(job.path)
        return submit(self, job, **options)

    monkeypatch.setattr(WorkerClient, "submit", noting)
    return paths


def test_a_folder_lives_and_nothing_is_tagged_twice_or_lost(tmp_path, recognised):
    bundled, root = tmp_path / "models", tmp_path / "pictures"
    write_package(bundled / "a", id="test/a")
    write_package(bundled / "b", id="test/b")
    names = {path.name for path in write_drawings(root, GOOD_COUNT)}
    write_bad(root / "bad")
    with open_store(tmp_path / "library") as store, Library(store, bundled) as library:
        library.indexing.add_folder(root)
        library.wait_for_names(names)
        library.wait_for(lambda: library.runs() == GOOD_COUNT)
        library.wait_for(lambda: len(library.problems()) == len(BAD))
        assert library.problems() == {name: code for name, (_, code) in BAD.items()}
        before = library.present()
        assert library.tagged("rating:general") | library.tagged("rating:sensitive")

        # Renames, a moved folder, copies, a deletion: all while it runs.
        first = sorted(names)[0]
        (root / first).rename(root / "renamed.png")
        (root / "sub").mkdir()
        moved = sorted(names)[1:11]
        for name in moved:
            (root / name).rename(root / "sub" / name)
        (root / "sub").rename(root / "moved")
        for name in moved:
            shutil.copy(root / "moved" / name, root / f"copy-of-{name}")
        gone = sorted(names)[20]
        (root / gone).unlink()
        expected = (names - {first, gone}) | {"renamed.png"} | {f"copy-of-{n}" for n in moved}
        library.wait_for_names(expected)
        after = library.present()
        assert after["renamed.png"] == before[first]
        assert all(after[f"copy-of-{name}"] == before[name] == after[name] for name in moved)
        assert library.runs() == GOOD_COUNT
        assert len(recognised) == GOOD_COUNT + len(BAD)

        # The drive goes and comes back.
        root.rename(tmp_path / "unplugged")
        library.wait_for(lambda: not library.present())
        (tmp_path / "unplugged").rename(root)
        library.wait_for_names(expected)

        # A broken file is repaired, a good one is drawn over.
        drawing(7001).save(root / "bad" / "text.png")
        over = sorted(names)[30]
        drawing(7002).save(root / over)
        library.wait_for(lambda: library.runs() == GOOD_COUNT + 2)
        assert "text.png" not in library.problems()
        library.wait_for(lambda: library.present()[over] != before[over])
        assert len(recognised) == GOOD_COUNT + len(BAD) + 2

    # A restart finds nothing to do; another model looks at every present picture once.
    with open_store(tmp_path / "library") as store, Library(store, bundled) as library:
        library.indexing.scan()
        library.tagging.run_until_idle()
        assert len(recognised) == GOOD_COUNT + len(BAD) + 2
        library.models.use("test/b")
        present = len(set(library.present().values()))
        library.wait_for(lambda: library.runs() == GOOD_COUNT + 2 + present)
        assert library.tagging.run_until_idle().tagged == 0
        with store.library.read() as conn:
            assert images.count(conn) == GOOD_COUNT + 2
