"""What was saved of the bitmaps is believed only as far as it still holds."""

from pathlib import Path

import pytest

from anitag_desktop.services.correcting import Corrector
from tests.helpers.bitmaps import answers, bitmaps_of
from tests.helpers.libraries import add_image, fill, open_store

DAMAGES = {
    "a bitmap": "UPDATE bitmaps SET members = x'3a30000001000000'",
    "no bitmap at all": "UPDATE bitmaps SET members = x'00', kind = 'nonsense'",
    "a short column": "UPDATE image_columns SET cells = x'00' WHERE name = 'width'",
    "a column is gone": "DELETE FROM image_columns WHERE name = 'added'",
    "other sizes": "UPDATE image_columns SET cells = x'0000' WHERE name = 'known'",
    "the note": "UPDATE meta SET value = '{' WHERE name = 'saved_bitmaps'",
    "another format": "UPDATE meta SET value = '{\"format\": 99}' WHERE name = 'saved_bitmaps'",
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_what_was_saved_wrongly_is_made_again(tmp_path: Path, damage: str) -> None:
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}, {"cat": 0.9}])
        bitmaps_of(store)
    with open_store(tmp_path / "library") as store:
        store.index.write(lambda conn: conn.exec_driver_sql(damage) and None)
        index = bitmaps_of(store)
        assert answers(index, "hat") == [1]
        assert answers(index, "width:>100", "id") == [2]


def test_what_others_wrote_in_between_is_seen(tmp_path: Path) -> None:
    with open_store(tmp_path / "library") as store:
        ids = fill(store, [{"hat": 0.9}, {"cat": 0.9}])
        bitmaps_of(store)
    with open_store(tmp_path / "library") as store:  # a process that does not search
        Corrector(store).correct([ids[1]], add=["hat"])
        add_image(store, 7)
    with open_store(tmp_path / "library") as store:
        index = bitmaps_of(store)
        assert answers(index, "hat", "id_asc") == ids
        assert len(answers(index, "")) == 3


def test_ids_that_stand_for_other_images_are_noticed(tmp_path: Path) -> None:
    """An older library was put in place of this one, and went another way."""
    with open_store(tmp_path / "library") as store:
        fill(store, [{"hat": 0.9}, {"cat": 0.9}])
        bitmaps_of(store)
    with open_store(tmp_path / "library") as store:

        def swap_ids(conn) -> None:
            conn.exec_driver_sql("DROP TRIGGER files_keep_replaced")  # nothing is replaced here
            for old, new in ((1, 91), (2, 1), (91, 2)):
                for table, column in (
                    ("images", "id"),
                    ("files", "image_id"),
                    ("subjects", "image_id"),
                ):
                    conn.exec_driver_sql(f"UPDATE {table} SET {column}={new} WHERE {column}={old}")

        store.library.write(
            lambda conn: conn.exec_driver_sql("PRAGMA defer_foreign_keys=ON") and swap_ids(conn)
        )
        index = bitmaps_of(store)
        assert (answers(index, "hat"), answers(index, "cat")) == ([2], [1])
