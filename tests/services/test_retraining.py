"""From corrections to another model and back: judged, switched whole or not at all, never lost."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.retraining import RetrainingState, TrainingMode
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.services import refreshing, retraining
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.refreshing import Refresher
from anitag_desktop.services.retraining import Retrainer
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage import head_choices, models
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import open_store, tags_of
from tests.helpers.taught_models import write_fake_python, write_pictures, write_tagger

pytestmark = pytest.mark.integration

CORRECTED, PICTURES = 130, 200


@pytest.fixture(scope="module")
def taught(tmp_path_factory) -> Path:
    """A library that was tagged, and of which some pictures were corrected; copy it."""
    folder = tmp_path_factory.mktemp("taught")
    write_tagger(folder / "bundled" / "old")
    hats = write_pictures(folder / "art", PICTURES)
    with open_store(folder / "library") as store:
        indexer = Indexer(store, quiet=0.0)
        indexer.add_folder(os.fspath(folder / "art"))
        indexer.scan()
        tag(store, folder / "bundled")
        with store.library.read() as conn:
            sql = "SELECT path, image_id FROM files"
            ids = {os.fsdecode(path): image for path, image in conn.exec_driver_sql(sql)}
        known = list(hats)[:CORRECTED]
        corrector = Corrector(store)
        corrector.correct([ids[path] for path in known if hats[path]], add=["hat"])
        corrector.correct([ids[path] for path in known if not hats[path]], reject=["hat"])
    return folder


def tag(store: Store, bundled: Path) -> None:
    indexer = Indexer(store, quiet=0.0)
    tagging = TaggingQueue(store, indexer, Models(store, bundled))
    tagging.run_until_idle()
    tagging.stop()


@pytest.fixture
def store(taught, tmp_path, monkeypatch) -> Iterator[Store]:
    monkeypatch.setenv("ANITAG_TRAINING_PYTHON", str(write_fake_python(tmp_path / "fake")))
    shutil.copytree(taught / "library", tmp_path / "library")
    with open_store(tmp_path / "library") as store:
        yield store


@pytest.fixture
def retrainer(store, taught) -> Retrainer:
    return Retrainer(store, Models(store, taught / "bundled"))


def active(store: Store) -> list[str]:
    with store.library.read() as conn:
        return [key.model_id for key in models.active(conn)]


def hats(store: Store) -> list[str | None]:
    return [tags_of(store, number).get("hat") for number in range(1, PICTURES + 1)]


def code_of(action) -> str:
    with pytest.raises(AnitagError) as error:
        action()
    assert str(error.value)
    return error.value.code


def test_a_better_model_is_taken_keeps_every_human_word_and_is_left_again(
    store, retrainer, taught
) -> None:
    before, events = hats(store), []
    plan = retrainer.plan()
    assert (plan.model, plan.is_ready, plan.seconds) == ("anitag/old", True, None)
    assert min(plan.taught, plan.held_out, plan.replayed, plan.steps, plan.disk) > 0
    found = retrainer.train(on_event=lambda event: events.append(event["event"]))
    report = found.report
    assert (found.state, report["better"]) == (RetrainingState.JUDGED, True)
    assert report["overall"]["difference"][1] > 0.2
    assert [one["name"] for one in report["categories"]] == ["general"]
    assert {change["tag"] for change in report["changes"]} == {"hat"}
    assert report["kept"]["share"] == 1
    assert report["calibration"]["new"] < report["calibration"]["old"] - 0.2
    assert report["calibration"]["difference"][2] < 0
    assert min(report["latency"].values()) > 0
    assert set(report["drawbacks"]) <= {"latency"}
    assert (report["shots"], report["vectors"]["characters"]) == (None, 0), "nobody was named"
    assert {"stage", "step", "compared"} <= set(events)
    assert next(point["loss"] for point in retrainer.curves(found.name) if "loss" in point) == 1
    assert (active(store), hats(store)) == (["anitag/old"], before), "nothing is switched yet"

    view = retrainer.accept()
    assert active(store) == [view.id] == ["personal/old-retrained-1"]
    switched = retrainer.switched()
    assert (switched.title, switched.old) == (found.title, "anitag/old")
    [turn] = switched.tags
    assert (turn.tag.name, turn.appeared + turn.disappeared > 0) == ("hat", True)
    for ids, is_given in ((turn.on, True), (turn.off, False)):
        assert all((before[number - 1] is None) is is_given for number in ids)
    assert switched.is_newer(Refresher(store).changes())
    tag(store, taught / "bundled")
    after = hats(store)
    user = [number for number, source in enumerate(before) if source == "user"]
    assert all(after[number] == "user" for number in user)
    with store.library.read() as conn:
        sql = "SELECT count(*) FROM verdicts WHERE verdict = 'rejected'"
        rejected = conn.exec_driver_sql(sql).scalar_one()
    assert rejected + len(user) == CORRECTED
    assert sum(source is None for source in after[:]) >= rejected, "rejected tags stay rejected"
    assert after != before

    [back] = retrainer.roll_back()
    assert active(store) == [back.id] == ["anitag/old"]
    assert hats(store) == before
    left = retrainer.switched()
    assert (left.title, left.old, left.is_left) == (found.title, "anitag/old", True)
    assert [(one.tag, one.on, one.off) for one in left.tags] == [(turn.tag, turn.off, turn.on)]
    assert (left.tags[0].appeared, left.tags[0].disappeared) == (turn.disappeared, turn.appeared)
    assert left.at > switched.at
    assert left.is_newer(Refresher(store).changes())
    assert [one.state for one in retrainer.history()] == [RetrainingState.TAKEN_BACK]
    assert code_of(retrainer.roll_back) == "nothing_to_roll_back"


def test_a_damaged_model_is_refused_unless_one_insists(store, retrainer, monkeypatch) -> None:
    monkeypatch.setenv("FAKE_TRAINING", "damaged")
    found = retrainer.train()
    assert not found.report["better"]
    assert "forgotten" in found.report["reasons"]
    assert code_of(retrainer.accept) == "gate_refused"
    assert active(store) == ["anitag/old"]
    assert retrainer.refuse().name == found.name
    assert [one.state for one in retrainer.history()] == [RetrainingState.REFUSED]
    assert not (found.folder / "result").exists()
    assert retrainer.history()[0].report == found.report
    assert code_of(retrainer.refuse) == "nothing_to_decide"


def test_one_that_learnt_nothing_is_not_better(store, retrainer, monkeypatch) -> None:
    monkeypatch.setenv("FAKE_TRAINING", "same")
    assert retrainer.train().report["reasons"] == ["not_better", "guessing"]
    view = retrainer.accept(anyway=True)
    assert active(store) == [view.id]


def test_what_is_stopped_ends_soon_goes_on_later_or_is_forgotten(
    store, retrainer, monkeypatch
) -> None:
    monkeypatch.setenv("FAKE_TRAINING", "slow")
    stopped, at = threading.Event(), []

    def listen(event) -> None:
        if event["event"] == "step" and event["step"] == 3:
            stopped.set()
            at.append(time.monotonic())

    assert code_of(lambda: retrainer.train(TrainingMode.FULL, listen, stopped.is_set)) == (
        "retraining_stopped"
    )
    assert time.monotonic() - at[0] < 30, "it did not wait for the end"
    waiting = retrainer.waiting()
    assert waiting is not None
    monkeypatch.setenv("FAKE_TRAINING", "better")
    assert retrainer.train().name == waiting.name
    assert retrainer.waiting() is None
    assert not retrainer.drop()


def test_what_goes_wrong_is_said_and_nothing_changes(store, retrainer, monkeypatch) -> None:
    for wish, code in (("fails", "training_failed"), ("absent", "no_training_packages")):
        monkeypatch.setenv("FAKE_TRAINING", wish)
        assert code_of(retrainer.train) == code
    assert active(store) == ["anitag/old"]
    assert retrainer.drop()
    assert retrainer.history() == []


def test_one_runs_at_a_time_and_what_was_compared_with_another_model_is_not_taken(
    store, retrainer
) -> None:
    codes = set()
    first = retrainer.train(on_event=lambda _: codes.add(code_of(retrainer.train)))
    assert codes == {"retraining_runs"}
    second = retrainer.train()
    assert retrainer.accept().id == "personal/old-retrained-2"
    assert retrainer.judged().name == first.name != second.name
    assert code_of(retrainer.accept) == "gate_refused"
    assert active(store) == ["personal/old-retrained-2"]
    assert retrainer.accept(anyway=True).id == "personal/old-retrained-1"


def test_what_was_compared_with_another_revision_is_not_taken(store, retrainer) -> None:
    found = retrainer.train()
    report = found.folder / "report.json"
    told = json.loads(report.read_text())
    assert (told["old"], told["old_revision"]) == ("anitag/old", "1")
    report.write_text(json.dumps(told | {"old_revision": "0"}))
    assert code_of(retrainer.accept) == "gate_refused"
    assert active(store) == ["anitag/old"]


def test_one_that_is_under_way_is_stopped_before_it_is_forgotten(
    store, retrainer, monkeypatch
) -> None:
    monkeypatch.setenv("FAKE_TRAINING", "slow")
    dropped = []

    def drop(_event) -> None:
        if not dropped:
            dropped.append(threading.Thread(target=retrainer.drop))
            dropped[0].start()

    assert code_of(lambda: retrainer.train(on_event=drop)) == "retraining_stopped"
    dropped[0].join()
    assert retrainer.history() == []
    assert not retrainer.drop()


def test_a_plan_is_measured_and_leaves_nothing(store, retrainer) -> None:
    plan = retrainer.measure(TrainingMode.ADAPT)
    assert (plan.seconds, plan.memory) == (90.0, 5 * 10**8)
    assert not list(store.paths.training.glob(".*"))
    assert retrainer.history() == []


def test_what_is_stopped_while_it_is_prepared_ends_there_and_leaves_nothing(
    store, retrainer, tmp_path
) -> None:
    result = write_tagger(tmp_path / "result", hat=3, key=("personal/elsewhere", "1"))
    said: list[dict] = []
    stops = {"is_given_up": lambda: True}
    ways = {
        "export_stopped": lambda: retrainer.export(tmp_path / "out", on_event=said.append, **stops),
        "import_stopped": lambda: retrainer.take_in(result, said.append, **stops),
    }
    for code, way in ways.items():
        assert code_of(way) == code
    assert code_of(lambda: retrainer.train(on_event=said.append, **stops)) == "retraining_stopped"
    assert code_of(lambda: retrainer.measure(**stops)) == "retraining_stopped"
    assert {one.get("name") for one in said} == {"prepare"}
    assert not (tmp_path / "out").exists()
    assert retrainer.history() == []
    assert_nothing_is_left(store, retrainer)
    assert retrainer.take_in(result).report["better"]


def test_an_export_that_fails_leaves_no_folder(store, retrainer, tmp_path, monkeypatch) -> None:
    def fail(_store, folder, *_rest, **_options) -> int:
        (folder / "dataset").mkdir(parents=True)
        raise AnitagError("disk_full", path=folder)

    (tmp_path / "out").mkdir()
    with monkeypatch.context() as patched:
        patched.setattr(retraining, "write_job", fail)
        assert code_of(lambda: retrainer.export(tmp_path / "out" / "job")) == "disk_full"
        assert code_of(lambda: retrainer.export(tmp_path / "out")) == "disk_full"
    assert list((tmp_path / "out").iterdir()) == []
    assert not (tmp_path / ".out.part").exists()
    said = []
    asked = {"on_event": said.append, "is_given_up": lambda: len(said) > 1}
    stopped = code_of(lambda: retrainer.export(tmp_path / "out", **asked))
    assert (stopped, said[0]["name"], said[1]["event"]) == ("export_stopped", "prepare", "copied")
    assert (list((tmp_path / "out").iterdir()), (tmp_path / ".out.part").exists()) == ([], False)
    assert retrainer.export(tmp_path / "out") > CORRECTED
    assert (tmp_path / "out" / "job.json").is_file()


def test_going_back_brings_back_what_was_taught_on_the_old_model(
    store, retrainer, taught, monkeypatch
) -> None:
    monkeypatch.setattr(refreshing, "_KEPT", 1)
    refresher = Refresher(store)
    refresher.refresh()
    with store.library.read() as conn:
        head = head_choices.in_use(conn)
    before = hats(store)
    retrainer.train()
    retrainer.accept()
    tag(store, taught / "bundled")
    Corrector(store).correct([1], add=["tail"])
    for number in (2, 3):  # more heads than are kept otherwise
        Corrector(store).correct([number], reject=["tail"])
        refresher.refresh()
    with store.library.read() as conn:
        assert head_choices.in_use(conn).model.model_id == "personal/old-retrained-1"
    retrainer.roll_back()
    with store.library.read() as conn:
        assert head_choices.in_use(conn) == head
    assert hats(store) == before


def test_a_job_travels_and_its_result_passes_the_same_gate(store, retrainer, tmp_path) -> None:
    out = tmp_path / "job"
    assert retrainer.export(out) > CORRECTED
    assert code_of(lambda: retrainer.export(out)) == "bad_value"
    assert code_of(lambda: retrainer.take_in(out)) == "not_trained_yet"
    write_tagger(out / "result", hat=3, key=("personal/elsewhere", "1"))
    found = retrainer.take_in(out)
    assert found.report["better"]
    assert retrainer.accept().id == "personal/elsewhere"
    assert not list(store.paths.training.glob(".*"))
    write_tagger(tmp_path / "damaged", gain=-30.0, key=("personal/damaged", "1"))
    assert not retrainer.take_in(tmp_path / "damaged").report["better"]
    (tmp_path / "damaged" / "model.onnx").write_bytes(b"nothing")
    assert code_of(lambda: retrainer.take_in(tmp_path / "damaged")) == "model_refused"


def test_what_is_stopped_while_it_is_compared_was_never_taken_in(
    store, retrainer, tmp_path
) -> None:
    result = write_tagger(tmp_path / "result", hat=3, key=("personal/elsewhere", "1"))
    seen: list[str] = []

    def stop_at_once(event) -> None:
        seen.append(event["event"])
        if event["event"] == "compared":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        retrainer.take_in(result, stop_at_once)
    ways = {"is_given_up": lambda: "compared" in seen}
    seen.clear()
    code = code_of(lambda: retrainer.take_in(result, lambda e: seen.append(e["event"]), **ways))
    assert (code, "compared" in seen) == ("import_stopped", True)
    assert (retrainer.history(), retrainer.waiting()) == ([], None)
    assert_nothing_is_left(store, retrainer)


def test_a_model_that_is_taken_in_twice_waits_once_and_none_is_compared_with_itself(
    store, retrainer, tmp_path
) -> None:
    result = write_tagger(tmp_path / "result", hat=3, key=("personal/elsewhere", "1"))
    first = retrainer.take_in(result)
    second = retrainer.take_in(result)
    assert [one.name for one in retrainer.history()] == [second.name] != [first.name]
    assert second.title == ModelPackage.load(result).manifest.title
    assert retrainer.accept().id == "personal/elsewhere"
    assert code_of(lambda: retrainer.take_in(result)) == "already_in_use"
    assert [one.name for one in retrainer.history()] == [second.name]


def test_two_jobs_that_travel_make_models_of_two_names(store, retrainer, tmp_path) -> None:
    for name in ("one", "two"):
        retrainer.export(tmp_path / name)
    orders = [json.loads((tmp_path / n / "job.json").read_text()) for n in ("one", "two")]
    assert len({one["id"] for one in orders}) == len({one["title"] for one in orders}) == 2


KILLED = """
import sys
from pathlib import Path
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.retraining import Retrainer
from anitag_desktop.storage.store import Store

if __name__ == "__main__":
    store = Store.open(LibraryPaths(Path(sys.argv[1])))
    retrainer = Retrainer(store, Models(store, Path(sys.argv[2])))
    retrainer.tidy()
    if retrainer.judged() is None:
        retrainer.train()
    retrainer.accept()
    if sys.argv[3] == "retraining.after_rollback":
        retrainer.roll_back()
"""


def assert_nothing_is_left(store: Store, retrainer: Retrainer) -> None:
    """No folder is there but those of retrainings, and nothing large of one that was decided."""
    jobs = store.paths.training / "jobs"
    known = {one.name: one for one in retrainer.history()}
    assert {path.name for path in jobs.glob("*")} == known.keys()
    decided = {"job.json", "README.md", "report.json", "decision.json", "curves.jsonl"}
    for one in known.values():
        if one.state not in (RetrainingState.WAITING, RetrainingState.JUDGED):
            assert {path.name for path in one.folder.iterdir()} <= decided
    assert not [*store.paths.training.glob(".*"), *store.paths.models.glob(".*")]


POINTS = {
    "retraining.writing": "anitag/old",
    "retraining.written": "anitag/old",
    "retraining.trained": "anitag/old",
    "retraining.before_report": "anitag/old",
    "retraining.before_install": "anitag/old",
    "retraining.before_switch": "anitag/old",
    "retraining.after_switch": "personal/old-retrained-1",
    "retraining.after_rollback": "anitag/old",
}


@pytest.mark.skipif(os.name == "nt", reason="kill -9")
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_step_the_model_in_use_is_the_old_one_or_the_new_one(
    taught, tmp_path, monkeypatch, point
) -> None:
    monkeypatch.setenv("ANITAG_TRAINING_PYTHON", str(write_fake_python(tmp_path / "fake")))
    root = tmp_path / "library"
    shutil.copytree(taught / "library", root)
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    where = {"PYTHONPATH": str(Path(__file__).parents[2]), "ANITAG_FAULT": f"{point}:kill"}
    command = [sys.executable, str(script), str(root), str(taught / "bundled"), point]
    done = subprocess.run(command, env={**os.environ, **where}, capture_output=True, check=False)
    assert done.returncode == -9, done.stderr.decode()
    with open_store(root) as store:
        modelling = Models(store, taught / "bundled")
        [package] = modelling.ensure_active()
        assert package.key.model_id == POINTS[point]
        ModelPackage.load(package.folder).check_hashes()
        retrainer = Retrainer(store, modelling)
        retrainer.tidy()
        assert_nothing_is_left(store, retrainer)
        if retrainer.judged() is None and package.key.model_id == "anitag/old":
            retrainer.train()
        if package.key.model_id == "anitag/old":
            assert retrainer.accept().id.startswith("personal/old-retrained-")
        assert retrainer.roll_back()[0].id == "anitag/old"


def test_to_adapt_every_picture_is_looked_at_and_the_vectors_are_judged(
    store, retrainer, tmp_path
) -> None:
    plan = retrainer.plan(TrainingMode.ADAPT)
    assert plan.replayed > 0.8 * PICTURES
    assert (plan.taught, plan.held_out, plan.steps) == (0, 0, 0)
    with store.library.read() as conn:
        ids = [number for (number,) in conn.exec_driver_sql("SELECT id FROM images ORDER BY id")]
    Corrector(store).correct(ids[:30], add=["char:saber"])
    Corrector(store).correct(ids[30:60], add=["char:rin"])
    plan = retrainer.plan(TrainingMode.ADAPT)
    assert (plan.held_out, plan.tags) == (60, 2)
    found = retrainer.train(TrainingMode.ADAPT)
    shots = found.report["shots"]
    assert (shots["characters"], shots["pictures"]) == (2, 60)
    assert found.report["vectors"] is None
    assert "not_known_better" in found.report["reasons"], "the same vectors know as much"
    assert shots["difference"] == [0, 0, 0]
    retrainer.refuse()
    out = tmp_path / "job"
    retrainer.export(out, TrainingMode.ADAPT)
    write_tagger(out / "result", key=("personal/elsewhere", "1"))
    assert retrainer.take_in(out / "result").report["shots"]["pictures"] == 60
