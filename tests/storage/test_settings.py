"""Settings as they stand in library.db, whatever somebody wrote there."""

import pytest

from anitag_desktop.settings import Settings
from anitag_desktop.storage import settings
from anitag_desktop.storage.schema import settings as table
from tests.helpers.libraries import open_store


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '"\\ud800', "null"])
def test_what_cannot_be_read_counts_as_never_set(tmp_path, text):
    with open_store(tmp_path / "library") as store:
        rows = [{"name": "thresholds", "value": text}, {"name": "own", "value": "[1, 2]"}]
        store.library.write(lambda conn: conn.execute(table.insert(), rows))
        with store.library.read() as conn:
            assert settings.get(conn, "thresholds", "default") == "default"
            assert settings.every(conn) == {"own": [1, 2]}
            assert settings.load(conn) == Settings()
