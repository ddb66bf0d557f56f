"""``anitag retrain`` besides ``--quick``: what it prints, and how it ends."""

import io
import json
from argparse import Namespace
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest

from anitag_desktop.cli import learnt_changes, main
from anitag_desktop.cli.full_retraining import (
    environment_lines,
    plan_lines,
    report_lines,
)
from anitag_desktop.cli.full_retraining import run as retrain
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.retraining import TrainingMode, TrainingPlan
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.downloading.environments import Outlook
from anitag_desktop.services.correcting import ActionView
from anitag_desktop.services.equipping import TrainingEnvironment
from anitag_desktop.services.refreshing import LearntChanges, TagChange
from anitag_desktop.services.switching import Switched

FIGURES = {"old": [0.5, 0.4, 0.6], "new": [0.7, 0.6, 0.8], "difference": [0.2, 0.1, 0.3]}
REPORT = {
    "old": "anitag/old",
    "new": "personal/old-1",
    "better": False,
    "reasons": ["forgotten"],
    "overall": {"yes": 20, "no": 10, **FIGURES},
    "categories": [{"name": "general", "yes": 20, "no": 10, **FIGURES}],
    "tags": [{"name": "hat", "yes": 5, "no": 3, **dict.fromkeys(FIGURES)}],
    "worse": ["dog"],
    "drawbacks": ["calibration", "latency"],
    "kept": {"pictures": 40, "share": 0.75, "gone": 9, "come": 4},
    "calibration": {"old": 0.12, "new": 0.04},
    "latency": {"old": 10.2, "new": 11.0},
    "held_out": 12,
    "confusions": [{"right": "saber", "said": "rin", "old": 2, "new": 1}],
    "changes": [{"tag": "hat", "category": "general", "appeared": 3, "disappeared": 1}],
}


@pytest.fixture
def run(tmp_path):
    def call(*words: str) -> tuple[int, str, str]:
        out, err = io.StringIO(), io.StringIO()
        code = main(["--library", str(tmp_path / "library"), "retrain", *words], out, err)
        return code, out.getvalue(), err.getvalue()

    return call


def test_a_plan_of_an_empty_library(run) -> None:
    code, out, _ = run("--plan", "--json")
    plan = json.loads(out)
    assert code == 0
    assert (plan["mode"], plan["model"], plan["taught"]) == ("full", "anitag/anitag-small", 0)
    assert plan["seconds"] is None
    assert "begins with anitag/anitag-small" in run("--plan")[1]


def test_a_plan_is_of_the_way_that_is_meant(run, tmp_path) -> None:
    assert json.loads(run("--plan", "--way", "adapt", "--json")[1])["mode"] == "adapt"
    job = str(tmp_path / "job")
    assert "too little to learn from" in run("--export-job", job, "--way", "lora")[2]
    code, out, err = run("--full", "--way", "lora")
    assert (code, out) == (2, "")
    assert "--way needs --plan, --measure or --export-job beside it" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--accept"], "No new model waits"),
        (["--refuse"], "No new model waits"),
        (["--rollback"], "nothing to go back to"),
        (["--cancel"], "no retraining was begun"),
        (["--full"], "too little to learn from"),
    ],
)
def test_what_cannot_be_done_is_said(run, words, said) -> None:
    code, out, err = run(*words)
    assert (code, out) == (1, "")
    assert said in err


@pytest.mark.parametrize("words", [["--anyway"], ["--full", "--anyway"]])
def test_anyway_says_what_it_needs(run, words) -> None:
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert "--anyway needs --accept beside it" in err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_writing_a_job_tells_a_terminal_how_many_pictures_are_copied() -> None:
    def export(out, mode, on_event) -> int:
        assert (out, mode) == (Path("job"), TrainingMode.LORA)
        on_event({"event": "copied", "done": 1200, "of": 20000})
        return 20000

    library = SimpleNamespace(retraining=SimpleNamespace(export=export))
    args = Namespace(export_job="job", import_result=None, way="lora", json=False)
    out, err = io.StringIO(), Terminal()
    assert retrain(library, args, out, err) == 0
    assert out.getvalue() == "wrote 20000 pictures to job; its README says how\n"
    assert "copied 1,200 of 20,000 pictures" in err.getvalue()


def test_another_model_is_told_as_what_changed() -> None:
    hat = Tag("uid", "hat", TagCategory.GENERAL)
    turned = (TagChange(hat, 2, 1, (1, 2), (3,)),)
    switched = Switched("Small (retrained 1)", "anitag/small", 9.0, 331, turned)
    row = SimpleNamespace(image_id=1, path="/art/1.png")
    library = SimpleNamespace(
        refreshing=SimpleNamespace(changes=lambda: None),
        retraining=SimpleNamespace(switched=lambda: switched),
        showing=SimpleNamespace(rows=lambda _ids: [row]),
    )
    out = io.StringIO()
    assert learnt_changes.run(library, Namespace(json=False), out, out) == 0
    assert out.getvalue().splitlines() == [
        "hat: on 2 more, off 1",
        "  on /art/1.png",
        "Small (retrained 1) took the place of anitag/small; this is what changed, of 331 pictures "
        "that both looked at",
        "go back with: anitag retrain --rollback",
    ]
    out = io.StringIO()
    learnt_changes.run(library, Namespace(json=True), out, out)
    first, last = map(json.loads, out.getvalue().splitlines())
    assert (first["tag"], first["on"], first["off"]) == ("hat", ["/art/1.png"], [])
    assert (last["switched_to"], last["from"]) == ("Small (retrained 1)", "anitag/small")


def test_a_model_that_was_left_is_told_as_what_changed_by_that() -> None:
    switched = Switched("Small (retrained 1)", "anitag/small", 9.0, 331, (), is_left=True)
    learnt = LearntChanges(
        ActionView(7, "Learn from corrections", datetime.fromtimestamp(8, UTC)), ()
    )
    library = SimpleNamespace(
        refreshing=SimpleNamespace(changes=lambda: learnt),
        retraining=SimpleNamespace(switched=lambda: switched),
        showing=SimpleNamespace(rows=lambda _ids: []),
    )
    out = io.StringIO()
    assert learnt_changes.run(library, Namespace(json=False), out, out) == 0
    assert out.getvalue() == (
        "Small (retrained 1) was left, and anitag/small is in use again; this is what changed, of "
        "331 pictures that both looked at\n"
    )
    out = io.StringIO()
    learnt_changes.run(library, Namespace(json=True), out, out)
    told = json.loads(out.getvalue())
    assert (told["switched_to"], told["from"]) == ("anitag/small", "Small (retrained 1)")


def test_there_is_no_history_yet_and_one_thing_is_done_at_a_time(run, tmp_path) -> None:
    assert run("--history", "--json")[:2] == (0, "")
    assert run("--full", "--accept")[0] == 2
    assert run("--import-result", str(tmp_path / "nothing"))[0] == 2


def test_one_way_does_not_go_on_with_what_was_begun_in_another() -> None:
    waiting = SimpleNamespace(mode="full", title="Small (retrained 1)")
    library = SimpleNamespace(retraining=SimpleNamespace(waiting=lambda: waiting))
    args = Namespace(mode="lora", export_job=None, import_result=None, json=False)
    with pytest.raises(AnitagError) as error:
        retrain(library, args, io.StringIO(), io.StringIO())
    assert "anitag retrain --full" in str(error.value)


def test_who_accepts_or_refuses_hears_what_waits_besides() -> None:
    named = SimpleNamespace(title="Small (retrained 1)", name="0001", id="personal/1")
    retraining = SimpleNamespace(
        refuse=lambda: SimpleNamespace(title="Small (retrained 2)", name="0002"),
        accept=lambda anyway: named,
        judged=lambda: named,
    )
    for mode in ("accept", "refuse"):
        args = Namespace(mode=mode, export_job=None, import_result=None, json=False, anyway=False)
        out = io.StringIO()
        assert retrain(SimpleNamespace(retraining=retraining), args, out, out) == 0
        assert out.getvalue().endswith("Small (retrained 1) (0001) waits for a decision, too\n")


def test_what_was_looked_at_nowhere_is_not_told() -> None:
    report = REPORT | {"kept": REPORT["kept"] | {"pictures": 0}}
    assert "elsewhere" not in "\n".join(report_lines(report))


def test_a_report_in_words_says_what_speaks_against_it() -> None:
    text = "\n".join(report_lines(REPORT))
    for words in (
        "anitag/old against personal/old-1, on 12 held-out pictures",
        "general: 0.500 -> 0.700 (+0.200, surely +0.100 to +0.300), 20 yes and 10 no",
        "hat: nothing to compare",
        "elsewhere 75.0% of the tags stay",
        "its scores are off by 4.0% (the old one's by 12.0%)",
        "11.0 ms a picture (the old one 10.2 ms)",
        "hat: on 3 more, off 1",
        "worse: dog",
        "worse: its scores can be believed less than the old one's",
        "worse: a picture takes clearly longer",
        "saber taken for rin: before 2, now 1",
        "not better: it says otherwise too often",
    ):
        assert words in text
    better = "\n".join(report_lines({**REPORT, "better": True, "reasons": []}))
    assert "anitag retrain --accept" in better


def test_what_was_judged_by_characters_in_words() -> None:
    shots = {"characters": 9, "pictures": 200, "old": [0.8, 0.7, 0.9], "new": [0.85, 0.8, 0.9]}
    shots["difference"] = [0.05, 0.02, 0.08]
    text = "\n".join(report_lines({**REPORT, "reasons": ["few_named"], "shots": shots}))
    gain = "0.800 -> 0.850 (+0.050, surely +0.020 to +0.080), 200 pictures of 9"
    assert f"characters by 5 pictures each: {gain}" in text
    assert "not better: too few pictures show characters" in text
    assert "nothing to compare" in "\n".join(
        report_lines({**REPORT, "shots": {**shots, "difference": None}})
    )


def test_a_plan_to_adapt_in_words() -> None:
    plan = TrainingPlan(TrainingMode.ADAPT, "a/b", 0, 0, 60, 900, 12, 0, 10**8, is_ready=True)
    text = "\n".join(plan_lines(replace(plan, seconds=90.0, memory=10**9)))
    assert "looks at 900 pictures, and at nothing that is said of them" in text
    assert "compares by 60 of them that show 12 characters" in text
    assert "1.5 minutes, 1.0 GB" in text


def test_a_plan_in_words() -> None:
    plan = TrainingPlan(TrainingMode.FULL, "a/b", 9, 1, 3, 20, 4, 120, 10**8, is_ready=False)
    text = "\n".join(plan_lines(plan))
    assert "9 corrected pictures with 4 tags" in text


def test_what_the_environment_takes_in_words() -> None:
    missing = ("torch", "timm")
    outlook = Outlook(3 * 10**9, 5 * 10**9)
    found = TrainingEnvironment(Path("/x"), missing, outlook, 9 * 10**10, is_named=False)
    assert environment_lines(found) == [
        "the training environment lacks torch, timm (/x)",
        "about 5.0 GB of the disk, 3.0 GB to download (11.0 GB while it is made; 90.0 GB are free)",
        "make it with: anitag retrain --equip",
    ]
    unpacked = replace(found, outlook=Outlook(0, 5 * 10**9))
    assert environment_lines(unpacked)[1].startswith(
        "about 5.0 GB of the disk, less to download (10.0"
    )
    assert "nobody measured" in environment_lines(replace(found, outlook=None))[1]
