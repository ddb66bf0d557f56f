import os

from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.services.showing import Showing
from anitag_desktop.storage import files
from anitag_desktop.storage.folder_counts import present_by_folder
from tests.helpers.libraries import open_store
from tests.helpers.seeding import add_folder, add_picture


def test_present_pictures_are_counted_in_their_own_folder(tmp_path):
    odd = os.fsdecode(b"/art/caf\xe9")
    with open_store(tmp_path) as store:
        folder = add_folder(store, "/art")
        for path in ("/art/a.png", "/art/b.png", "/art/sub/c.png", f"{odd}/d.png", "/e.png"):
            add_picture(store, folder, path)
        with store.library.read() as conn:
            known = files.known(conn, folder)
        gone = known[b"/art/b.png"].file_id
        store.library.write(lambda conn: files.set_status(conn, [gone], ImageStatus.MISSING, 2.0))
        with store.library.read() as conn:
            found = present_by_folder(conn)
        assert found == {b"/art": 1, b"/art/sub": 1, b"/art/caf\xe9": 1, b"/": 1}
        assert Showing(store).folder_counts() == {"/art": 1, "/art/sub": 1, odd: 1, "/": 1}
