"""Fixtures of the services' tests: a library, a folder of files beside it, who looks at it."""

from collections import Counter
from contextlib import closing

import pytest

from anitag_desktop.services.importing import Importer
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.worker.client import WorkerClient
from tests.helpers.desks import Desk
from tests.helpers.fake_index import FakeIndex
from tests.helpers.libraries import open_store
from tests.helpers.models import write_package, write_wd
from tests.helpers.seeding import add_folder, add_picture


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        yield store


@pytest.fixture
def index():
    """An index of packages, with none yet."""
    with closing(FakeIndex()) as index:
        yield index


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "pictures"
    root.mkdir()
    return root


@pytest.fixture
def indexer(store):
    return Indexer(store, quiet=0.0)


@pytest.fixture(scope="module")
def bundled(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundled")
    write_package(folder / "test")
    return folder


@pytest.fixture(scope="module")
def wd(tmp_path_factory):
    return write_wd(tmp_path_factory.mktemp("download") / "wd-vit", 32)


@pytest.fixture
def service(store, bundled):
    return Models(store, bundled)


@pytest.fixture
def desk(store, bundled):
    desk = Desk(store, bundled)
    yield desk
    desk.tagging.stop()


@pytest.fixture
def jobs(monkeypatch):
    """Counts the jobs that are given to workers, by kind."""
    counted = Counter()
    submit = WorkerClient.submit

    def counting(self, job, **options):
        counted[type(job).__name__] += 1
        return submit(self, job, **options)

    monkeypatch.setattr(WorkerClient, "submit", counting)
    return counted


@pytest.fixture
def pics(tmp_path):
    folder = tmp_path / "pics"
    folder.mkdir()
    return folder


@pytest.fixture
def folder(store, pics):
    return add_folder(store, str(pics))


@pytest.fixture
def import_path(store):
    importer = Importer(store)
    return lambda path: importer.import_path(str(path))


@pytest.fixture
def picture(store, pics, folder):
    def add(name, content=None):
        return add_picture(store, folder, str(pics / name), content)

    return add
