import os

import pytest
from PySide6.QtCore import QByteArray

from anitag_desktop.gui.theme.theme import Scheme
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.window_memory import HISTORY_LENGTH, WindowMemory

pytestmark = pytest.mark.gui


def test_everything_survives_a_restart(qapp, tmp_path):
    memory = WindowMemory(tmp_path / "window.ini")
    memory.scheme = Scheme.LIGHT
    memory.cell = 200
    memory.order = "name"
    memory.keep_flag("left", False)
    memory.keep_bytes("geometry", QByteArray(b"\x00\x01"))
    memory.keep_search("long_hair -hat")
    memory.save()
    again = WindowMemory(tmp_path / "window.ini")
    assert (again.scheme, again.cell, again.order) == (Scheme.LIGHT, 200, "name")
    assert again.flag("left", True) is False
    assert bytes(again.bytes_of("geometry").data()) == b"\x00\x01"
    assert again.searches == ["long_hair -hat"]


def test_a_damaged_file_gives_the_defaults(qapp, tmp_path):
    path = tmp_path / "window.ini"
    path.write_text("[General]\nscheme=plaid\ncell=huge\nleft=perhaps\ngeometry=7\n")
    memory = WindowMemory(path)
    assert memory.scheme is Scheme.SYSTEM
    assert memory.cell == Size.CELL
    assert memory.flag("left", True) is False
    assert memory.bytes_of("geometry").isEmpty()
    assert memory.searches == []


def test_cells_stay_within_reason(qapp, tmp_path):
    memory = WindowMemory(tmp_path / "window.ini")
    memory.cell = 100_000
    assert memory.cell == Size.CELL_MOST


def test_past_searches_are_kept_once_newest_first_and_bounded(qapp, tmp_path):
    memory = WindowMemory(tmp_path / "window.ini")
    for number in range(HISTORY_LENGTH + 10):
        memory.keep_search(f"tag_{number}")
    memory.keep_search("tag_30")
    memory.keep_search("  ")
    assert memory.searches[0] == "tag_30"
    assert memory.searches.count("tag_30") == 1
    assert len(memory.searches) == HISTORY_LENGTH


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
@pytest.mark.parametrize("before", [None, 0o644])
def test_past_searches_are_their_users_alone(qapp, tmp_path, before):
    path = tmp_path / "window.ini"
    if before is not None:
        path.touch()
        path.chmod(before)
    memory = WindowMemory(path)
    memory.keep_search("long_hair")
    memory.save()
    assert path.stat().st_mode & 0o777 == 0o600
    assert WindowMemory(path).searches == ["long_hair"]
