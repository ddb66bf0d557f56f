"""Fixtures of the command line's tests."""

import pytest

from tests.helpers.command_line import Anitag
from tests.helpers.libraries import open_store
from tests.helpers.seeding import activate_model


@pytest.fixture
def anitag(tmp_path, monkeypatch) -> Anitag:
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    monkeypatch.setenv("ORT_DISABLE_TELEMETRY", "1")
    return Anitag(tmp_path / "library")


@pytest.fixture
def seeded(anitag):
    """Return a context in which the library's store is open, to fill it before commands run."""

    def opened():
        return open_store(anitag.root)

    with opened() as store:
        activate_model(store)
    return opened
