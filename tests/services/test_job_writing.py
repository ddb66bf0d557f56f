"""A dataset and a job that another program, and another machine, can read."""

import json
from pathlib import Path

import pytest

from anitag_desktop.domain.correction import Source, Verdict
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.services.choosing import choose
from anitag_desktop.services.dividing import TEST, TRAIN
from anitag_desktop.services.job_writing import JobOrder, write_job
from anitag_desktop.settings import Settings
from anitag_desktop.storage import actions, settings
from tests.helpers.seeding import activate_model, add_folder, add_picture, say, score

ORDER = JobOrder("full", "personal/test-1", "Test, retrained")


@pytest.fixture
def library(store, root):
    """Eighty pictures; of the first forty something is said."""
    activate_model(store)
    folder = add_folder(store, str(root))
    for number in range(80):
        path = root / f"{number}.png"
        path.write_bytes(b"picture %d" % number)
        image_id = add_picture(store, folder, str(path))
        score(store, image_id, hat=0.9, dog=0.25, cat=0.01)
        if number < 40:
            say(store, image_id, "hat", Verdict.REJECTED if number % 2 else Verdict.CONFIRMED)
        if number == 7:
            say(store, image_id, "dog", Verdict.CONFIRMED, Source.IMPORT)
    return store


def trust_imports(store, trust):
    def step(conn):
        wanted = Settings(import_trust=trust)
        actions.perform(conn, "set", settings.commands_for(conn, wanted))

    store.library.write(step)


@pytest.fixture
def base(bundled):
    return ModelPackage.load(bundled / "test")


def rows(folder):
    lines = (folder / "dataset/manifest.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_untouched_tags_are_unknown_and_who_said_what_is_told(library, base, tmp_path) -> None:
    choice = choose(library, library.paths)
    write_job(library, tmp_path / "job", ORDER, base, choice)
    found = {row["file"].rsplit("/", 1)[1]: row for row in rows(tmp_path / "job")}
    assert (found["4.png"]["tags"], found["4.png"]["absent"]) == (["hat"], [])
    assert (found["5.png"]["tags"], found["5.png"]["absent"]) == ([], ["hat"])
    assert (found["7.png"]["tags"], found["7.png"]["absent"]) == (["dog"], ["hat"])
    assert found["7.png"]["sources"] == {"dog": "import", "hat": "user"}
    assert found["4.png"]["answers"] == {"dog": 0.25, "hat": 0.9}
    replayed = [row for name, row in found.items() if int(name.split(".")[0]) >= 40]
    assert {row["split"] for row in replayed} == {TRAIN, TEST}
    assert not any(row["tags"] or row["absent"] for row in replayed)


def test_how_much_imported_labels_are_trusted_is_told(library, base, tmp_path) -> None:
    trust_imports(library, 0.25)
    write_job(library, tmp_path / "job", ORDER, base, choose(library, library.paths))
    assert {row["import_trust"] for row in rows(tmp_path / "job")} == {0.25}


def test_what_is_not_trusted_at_all_is_not_said(library, base, tmp_path) -> None:
    trust_imports(library, 0.0)
    write_job(library, tmp_path / "job", ORDER, base, choose(library, library.paths))
    assert not any("dog" in row["tags"] for row in rows(tmp_path / "job"))
    assert any("hat" in row["tags"] for row in rows(tmp_path / "job"))


def test_who_judges_was_corrected_and_stays_who_judges(library, base, tmp_path) -> None:
    before = {one.facts.sha256: one.part for one in choose(library, library.paths).pictures}
    judges = choose(library, library.paths).held_out
    assert judges
    assert all(one.said and one.part == TEST for one in judges)
    folder = add_folder(library, str(tmp_path / "more"))
    for number in range(50):
        image_id = add_picture(library, folder, str(tmp_path / "more" / f"{number}.png"))
        say(library, image_id, "hat")
    after = {one.facts.sha256: one.part for one in choose(library, library.paths).pictures}
    assert before.items() <= after.items()


def test_a_job_that_travels_has_its_pictures_and_its_model(library, base, tmp_path) -> None:
    choice = choose(library, library.paths)
    (gone, *_) = (one for one in choice.pictures if one.said)
    Path(gone.facts.path).unlink()
    written = write_job(library, tmp_path / "job", ORDER, base, choice, on_copied=lambda *_: None)
    found = rows(tmp_path / "job")
    assert written == len(found) == len(choice.pictures) - 1
    for row in found:
        assert (tmp_path / "job/dataset" / row["file"]).is_file()
        assert not row["file"].startswith("/")
        assert (tmp_path / "job/dataset" / row["file"]).read_bytes().startswith(b"picture ")
    assert ModelPackage.load(tmp_path / "job/base").key == base.key
    order = json.loads((tmp_path / "job/job.json").read_text())
    assert (order["version"], order["mode"], order["id"]) == (1, "full", "personal/test-1")
    assert "python -m training retrain PATH/job" in (tmp_path / "job/README.md").read_text()


def test_how_many_pictures_are_copied_is_told_and_what_hears_of_it_may_break_off(
    library, base, tmp_path
) -> None:
    choice = choose(library, library.paths)
    every, told = len(choice.pictures), []

    def hear(done: int, of: int) -> None:
        told.append((done, of))
        if len(told) == every + 7:
            raise AnitagError("export_stopped")

    write_job(library, tmp_path / "job", ORDER, base, choice, on_copied=hear)
    assert told == [(done, every) for done in range(1, every + 1)]
    with pytest.raises(AnitagError):
        write_job(library, tmp_path / "stopped", ORDER, base, choice, on_copied=hear)
    assert not (tmp_path / "stopped" / "job.json").exists()
