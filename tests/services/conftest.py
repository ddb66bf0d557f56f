"""Fixtures of the services' tests: a library, a folder of files beside it, who looks at it."""

import pytest

from anitag_desktop.services.indexing import Indexer
from tests.helpers.libraries import open_store


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        yield store


@pytest.fixture
def root(tmp_path):
    root = tmp_path / "pictures"
    root.mkdir()
    return root


@pytest.fixture
def indexer(store):
    return Indexer(store, quiet=0.0)
