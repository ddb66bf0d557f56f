"""Files and images: odd paths and numbers come back, moves keep the image, nothing is deleted."""

import pytest

from anitag_desktop.domain.file import FileStat
from anitag_desktop.domain.image import Box, ImageFacts, ImageStatus
from anitag_desktop.storage import files, folders, images, problems, regions, subjects
from tests.helpers.libraries import MODEL, add_image, facts_of, open_store, predict, use_model

_ODD = b"/pictures/\xff\xfe odd\nname.png"
_STAT = FileStat(12, 34, 56, 2**64 - 1, 2**63)


@pytest.fixture
def store(tmp_path):
    with open_store(tmp_path / "library") as store:
        yield store


def _folder(store, path=b"/pictures"):
    return store.library.write(lambda conn: folders.add(conn, path, None, 1.0))


def _read(store, function, *arguments):
    with store.library.read() as conn:
        return function(conn, *arguments)


def test_any_bytes_are_a_path_and_any_number_an_inode(store):
    folder = _folder(store)
    file_id = store.library.write(lambda conn: files.upsert(conn, folder, _ODD, _STAT, None))
    known = _read(store, files.known, folder)
    assert known == {_ODD: files.KnownFile(file_id, None, _STAT, "present")}
    assert _read(store, files.by_path, _ODD) == known[_ODD]
    assert _read(store, files.pending, 5) == [files.PendingFile(file_id, _ODD, _STAT)]


def test_facts_come_back_as_they_were(store):
    facts = ImageFacts("a" * 64, "b" * 32, "c" * 64, 2**64 - 1, 3, 4, "gif", 5, 6)
    image = store.library.write(lambda conn: images.add(conn, facts, 1.0))
    assert _read(store, images.by_sha256, facts.sha256) == (image, facts)
    again = store.library.write(lambda conn: images.add(conn, facts, 2.0))
    assert again == image
    assert _read(store, images.sizes) == {5}
    assert _read(store, images.by_sha256, "d" * 64) is None


def test_a_moved_file_keeps_its_image_and_takes_the_place_of_what_was_there(store):
    image = add_image(store, 1)
    folder = _folder(store)
    store.library.write(lambda conn: files.upsert(conn, folder, b"/pictures/new", _STAT, None))
    known = _read(store, files.by_path, b"/pictures/1.png")
    store.library.write(
        lambda conn: files.move(conn, known.file_id, b"/pictures/new", folder, _STAT)
    )
    assert _read(store, files.by_path, b"/pictures/1.png") is None
    assert _read(store, files.by_path, b"/pictures/new").image_id == image


def test_missing_is_a_status(store):
    image = add_image(store, 1)
    known = _read(store, files.by_path, b"/pictures/1.png")
    heard = []
    store.changes.subscribe(heard.append)
    store.library.write(
        lambda conn: files.set_status(conn, [known.file_id], ImageStatus.MISSING, 9.0)
    )
    assert _read(store, files.by_path, b"/pictures/1.png").status == "missing"
    assert [(c.files, c.images) for c in heard] == [(True, {image})]
    assert _read(store, images.count) == 1


def test_a_problem_takes_a_file_out_of_the_queue_until_it_is_seen_anew(store):
    folder = _folder(store)
    file_id = store.library.write(lambda conn: files.upsert(conn, folder, b"/p/x", _STAT, None))
    params = {"reason": "odd", "path": b"/p/x"}
    store.library.write(lambda conn: problems.put(conn, file_id, "bad_value", params, 2.0))
    assert _read(store, files.pending, 5) == []
    (problem,) = _read(store, problems.every)
    assert (problem.code, problem.path, problem.params["reason"]) == ("bad_value", b"/p/x", "odd")
    store.library.write(lambda conn: files.upsert(conn, folder, b"/p/x", _STAT, None))
    assert _read(store, problems.every) == []
    assert len(_read(store, files.pending, 5)) == 1


def test_only_present_pictures_without_a_run_are_in_the_queue(store):
    use_model(store)
    ids = [add_image(store, number) for number in range(3)]
    predict(store, 0, {"hat": 0.9})
    known = _read(store, files.by_path, b"/pictures/1.png")
    store.library.write(lambda conn: files.set_status(conn, [known.file_id], ImageStatus.AWAY, 9.0))
    waiting = _read(store, images.without_run, [MODEL], 9)
    assert waiting == [(ids[2], facts_of(2).sha256, b"/pictures/2.png")]
    assert _read(store, images.without_run, [], 9) == []


def test_a_removed_folder_keeps_its_rows_and_comes_back_as_itself(store):
    folder = _folder(store)
    add_image(store, 1)
    store.library.write(lambda conn: folders.remove(conn, folder, 5.0))
    assert _read(store, folders.every) == []
    assert _read(store, files.by_path, b"/pictures/1.png") is not None
    assert _folder(store) == folder
    assert _read(store, folders.image_counts) == {folder: 1}


def test_a_region_is_a_subject_of_its_picture(store):
    sha = facts_of(1).sha256
    said = regions.command(f"{sha}#face", regions.Said(Box(0.1, 0.2, 0.3, 0.4)))
    store.library.write(lambda conn: regions.put(conn, said))
    image = add_image(store, 1)
    picture = _read(store, subjects.picture_ids, [image])
    assert len(picture) == 1
    with store.library.read() as conn:
        rows = conn.execute(subjects.subjects.select().order_by(subjects.subjects.c.kind)).all()
    assert [(row.kind, row.image_id) for row in rows] == [("picture", image), ("region", image)]
    assert rows[1].width == 0.3
