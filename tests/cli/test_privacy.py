"""A library is its user's business: nobody else may read any file of it."""

import os

import pytest

from tests.helpers import models
from tests.helpers.images import write_drawings

pytestmark = pytest.mark.integration


@pytest.fixture
def usual_umask():
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
def test_every_file_and_folder_of_a_library_is_private(anitag, tmp_path, usual_umask):
    (picture,) = write_drawings(tmp_path / "pictures", 1)
    package = models.write_package(tmp_path / "package", id="a/b")
    anitag.root.mkdir(mode=0o755)  # a folder that was there before keeps its mode
    anitag.json("models", "add", package)
    anitag.json("tag", tmp_path / "pictures")
    anitag.json("correct", picture, "--add", "hat")
    anitag.json("backup")
    anitag.json("restore")
    inside = {str(path.relative_to(anitag.root)): path for path in anitag.root.rglob("*")}
    assert {"library.db", "index.db", "library.lock", "journal", "backups", "models"} < set(inside)
    assert any(name.startswith("cache") and name.endswith(".jpg") for name in inside)
    assert [name for name, path in inside.items() if path.stat().st_mode & 0o077] == []
