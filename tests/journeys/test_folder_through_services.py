"""One folder from the first scan to the last move, through the services alone, while all runs."""

import shutil
import time

import pytest

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage import images, problems
from anitag_desktop.worker.client import WorkerClient
from anitag_desktop.worker.messages import RecogniseJob
from tests.helpers import indexed
from tests.helpers.art import paint_many
from tests.helpers.images import BAD, drawing
from tests.helpers.libraries import open_store
from tests.helpers.models import write_package

pytestmark = pytest.mark.integration

GOOD_COUNT = 190
BAD_NAMES = [*sorted(BAD.keys() - {"text.png"})[:9], "text.png"]
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
            rows = [r for r in indexed.known(conn, 1).values() if r.status == ImageStatus.PRESENT]
            facts = images.facts(conn, {r.image_id for r in rows if r.image_id is not None})
            return {
                row.path.decode().rpartition("/")[2]: facts[row.image_id].sha256
                for row in rows
                if row.image_id is not None
            }

    def images_of(self, names):
        """The ids of the images that lie in the named files."""
        with self.store.library.read() as conn:
            rows = indexed.known(conn, 1).items()
            found = {path.decode().rpartition("/")[2]: row.image_id for path, row in rows}
        return [found[name] for name in names]

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


@pytest.fixture
def bundled(tmp_path):
    """Two models that see the same."""
    write_package(tmp_path / "models" / "a", id="test/a")
    write_package(tmp_path / "models" / "b", id="test/b")
    return tmp_path / "models"


@pytest.fixture
def root(tmp_path):
    """200 files of mixed formats; ten of them are bad."""
    paint_many(tmp_path / "pictures", GOOD_COUNT)
    (tmp_path / "pictures" / "bad").mkdir()
    for name in BAD_NAMES:
        BAD[name][0](tmp_path / "pictures" / "bad" / name)
    return tmp_path / "pictures"


def test_a_folder_lives_and_nothing_is_tagged_twice_or_lost(tmp_path, bundled, root, recognised):
    where = {path.name: path for path in root.glob("folder*/*")}
    with open_store(tmp_path / "library") as store, Library(store, bundled) as library:
        library.indexing.add_folder(root)
        everything_is_tagged(library, where)
        before = library.present()
        names = renamed_moved_and_copied(library, root, where)
        assert library.runs() == GOOD_COUNT
        assert len(recognised) == GOOD_COUNT + len(BAD_NAMES)
        a_drive_goes_and_comes_back(library, root, names)
        repaired_and_drawn_over(library, root, where, before)
        assert len(recognised) == GOOD_COUNT + len(BAD_NAMES) + 2
        green = next(name for name in names if before.get(name) in library.tagged("1girl"))
        (picture,) = library.images_of([green])
        Corrector(store).correct([picture], reject=["1girl"])
        assert before[green] not in library.tagged("1girl")

    # A restart and a rescan find nothing to do, and what the user said stays.
    with open_store(tmp_path / "library") as store, Library(store, bundled) as library:
        library.indexing.scan()
        library.tagging.run_until_idle()
        assert len(recognised) == GOOD_COUNT + len(BAD_NAMES) + 2
        assert before[green] not in library.tagged("1girl")
        another_model_looks_once(library)
        assert before[green] not in library.tagged("1girl")
        Corrector(store).undo()
        assert before[green] in library.tagged("1girl")
        with store.library.read() as conn:
            assert images.count(conn) == GOOD_COUNT + 2


def everything_is_tagged(library, where):
    library.wait_for_names(where)
    library.wait_for(lambda: library.runs() == GOOD_COUNT)
    library.wait_for(lambda: len(library.problems()) == len(BAD_NAMES))
    assert library.problems() == {name: BAD[name][1] for name in BAD_NAMES}
    shas = library.present()
    green = {name for name in where if int(name[8:11]) % 2}  # see ``paint_many``
    assert library.tagged("1girl") == {shas[name] for name in green}
    assert library.tagged("solo") == {shas[name] for name in where.keys() - green}


def renamed_moved_and_copied(library, root, where):
    """Rename, move folders, copy and delete while all runs; return the names that are there."""
    before, names = library.present(), sorted(where)
    first, moved, gone = names[0], names[1:11], names[20]
    where[first].rename(root / "renamed.png")
    (root / "sub").mkdir()
    for name in moved:
        where[name].rename(root / "sub" / name)
    (root / "sub").rename(root / "moved")
    for name in moved:
        shutil.copy(root / "moved" / name, root / f"copy-of-{name}")
    where[gone].unlink()
    expected = (set(names) - {first, gone}) | {"renamed.png"} | {f"copy-of-{n}" for n in moved}
    library.wait_for_names(expected)
    after = library.present()
    assert after["renamed.png"] == before[first]
    assert all(after[f"copy-of-{name}"] == before[name] == after[name] for name in moved)
    return sorted(expected)


def a_drive_goes_and_comes_back(library, root, names):
    root.rename(root.with_name("unplugged"))
    library.wait_for(lambda: not library.present())
    root.with_name("unplugged").rename(root)
    library.wait_for_names(names)


def repaired_and_drawn_over(library, root, where, before):
    over = sorted(where)[30]
    drawing(7001).save(root / "bad" / "text.png")
    drawing(7002).save(where[over])
    library.wait_for(lambda: library.runs() == GOOD_COUNT + 2)
    assert "text.png" not in library.problems()
    library.wait_for(lambda: library.present()[over] != before[over])


def another_model_looks_once(library):
    library.models.use("test/b")
    present = len(set(library.present().values()))
    library.wait_for(lambda: library.runs() == GOOD_COUNT + 2 + present)
    assert library.tagging.run_until_idle().tagged == 0
