"""The page of retrainings: what it says, what can be done when, and that it shows text as it is."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QScrollArea

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.retraining import RetrainingState, TrainingMode
from anitag_desktop.gui.models.work import ModelWork
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.training.curves import CurveView, round_top, thinned
from anitag_desktop.gui.training.facts import curve_of, reason_words
from anitag_desktop.gui.training.page import TrainingPage
from anitag_desktop.gui.training.report_card import GainBar, ReportCard, gain_of, reach_of
from anitag_desktop.gui.training.work import TrainingWork
from tests.gui.fake_training import PLAN, report

pytestmark = pytest.mark.gui


@pytest.fixture
def work(qtbot, workspace, qapp):
    models = ModelWork(workspace, qapp)
    made = TrainingWork(workspace, models, models)
    made.said, made.errors = [], []
    models.announced.connect(made.said.append)
    models.failed.connect(made.errors.append)
    yield made
    models.deleteLater()


@pytest.fixture
def page(qtbot, workspace, work):
    made = TrainingPage(workspace, work)
    qtbot.addWidget(made)
    made.resize(800, 700)
    made.show()
    made.read()
    qtbot.waitUntil(lambda: bool(made.plan.text()))
    return made


def words(page) -> str:
    return " | ".join(label.text() for label in page.findChildren(QLabel) if not label.isHidden())


def enabled(page) -> set[str]:
    return {name for name, button in page.buttons.items() if not button.isHidden()}


def test_the_plan_says_what_is_learnt_and_what_it_takes(qtbot, page, work):
    assert "Learns from 412 pictures that you corrected" in page.plan.text()
    assert "131 pictures are held out" in page.plan.text()
    assert enabled(page) == {"train", "measure", "export", "take_in"}
    page.buttons["measure"].click()
    qtbot.waitUntil(lambda: "12 min 34 s, 1.9 GB" in page.plan.text())
    page.way.choose("lora")
    assert "12 min 34 s" not in page.plan.text()
    page.way.choose("full")
    assert "12 min 34 s" in page.plan.text()


def test_the_look_is_learnt_from_all_pictures_and_judged_by_characters(page):
    page.way.choose("adapt")
    assert "Learns how 824 pictures look" in page.plan.text()
    assert "characters that you named: 131 pictures" in page.plan.text()


def test_what_is_judged_by_characters_says_so(qtbot):
    shots = {"characters": 9, "pictures": 200, "old": [0.8, 0.7, 0.9], "new": [0.85, 0.8, 0.9]}
    found = report() | {"shots": {**shots, "difference": [0.05, 0.02, 0.08]}}
    card = ReportCard(found)
    qtbot.addWidget(card)
    text = words(card)
    assert "in 85.0 % of the others (80.0 % by the old model; +5.0 points" in text
    assert gain_of(found) == [0.05, 0.02, 0.08]
    assert gain_of(report()) == list(report()["overall"]["difference"])
    codes = ["few_named", "not_known_better", "tags_worse"]
    assert not {*codes} & {*reason_words(codes)}


def test_a_training_travels_and_comes_back(qtbot, page, work, library, tmp_path, monkeypatch):
    chosen = [str(tmp_path)]
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: chosen[-1])
    page.way.choose("adapt")
    names = ("anitag-training", "anitag-training-2")
    for name in names:
        page.buttons["export"].click()
        qtbot.waitUntil(lambda name=name: (tmp_path / name).is_dir() and not work.is_busy)
    told = [f"The new folder {tmp_path / name} trains" for name in names]
    assert [one.partition(" on any machine")[0] for one in work.said] == told
    assert "with 905 pictures; its README says how" in work.said[0]
    assert library.training.done == ["export adapt"] * 2
    chosen.append(str(tmp_path / "anitag-training"))
    page.buttons["take_in"].click()
    qtbot.waitUntil(lambda: [error.code for error in work.errors] == ["not_a_model"])
    (tmp_path / "anitag-training" / "result").mkdir()
    page.buttons["take_in"].click()
    qtbot.waitUntil(lambda: enabled(page) >= {"accept", "refuse"})
    assert "The new model is better" in words(page)
    chosen.append("")
    page.buttons["export"].click()
    page.buttons["take_in"].click()
    assert not work.is_busy


def test_how_far_an_export_is_stands_there_and_it_can_be_stopped(
    qtbot, page, work, library, tmp_path
) -> None:
    library.training.waits = True
    work.export(tmp_path, TrainingMode.FULL)
    assert page.state.text() == "Writing pictures for another machine"
    qtbot.waitUntil(lambda: page.state.text() == "Copied 181 of 905 pictures")
    assert work.models.job.share == 0.2
    assert enabled(page) == {"stop"}
    stop = page.buttons["stop"]
    assert stop.text() == "Stop"
    assert "Stop; nothing is kept" in stop.toolTip()
    stop.click()
    qtbot.waitUntil(lambda: "export" in enabled(page))
    assert (work.said, work.errors) == (["Stopped; no folder was written."], [])
    qtbot.waitUntil(lambda: not page.state.text())
    assert not (tmp_path / "anitag-training").exists()


def test_how_far_a_result_is_taken_in_stands_there_and_it_can_be_stopped(
    qtbot, page, work, library, tmp_path
) -> None:
    library.training.waits = True
    (tmp_path / "result").mkdir()
    work.take_in(tmp_path)
    qtbot.waitUntil(lambda: page.state.text() == "Comparing: 3 of 9 pictures")
    assert page.buttons["stop"].text() == "Stop"
    page.buttons["stop"].click()
    qtbot.waitUntil(lambda: work.said == ["Stopped; nothing was taken in."])


def test_measuring_how_long_it_takes_can_be_stopped(qtbot, page, work, library) -> None:
    library.training.waits = True
    page.buttons["measure"].click()
    assert enabled(page) == {"stop"}
    assert page.buttons["stop"].text() == "Stop"
    page.buttons["stop"].click()
    qtbot.waitUntil(lambda: work.said == ["Stopped; nothing was measured."])
    assert work.errors == []


def test_what_cannot_be_stopped_has_no_button_for_it(qtbot, page, work) -> None:
    work.refuse()
    assert enabled(page) == set()
    qtbot.waitUntil(lambda: bool(work.errors))


def test_why_nothing_can_be_trained(qtbot, page, library):
    library.training.now = AnitagError("not_trainable", model="wd", reason="it is foreign")
    page.read()
    qtbot.waitUntil(lambda: "wd cannot be trained on: it is foreign." in page.plan.text())
    assert enabled(page) == set()


def test_the_environment_is_made_on_a_click_that_says_how_large_it_is(qtbot, page, work, library):
    library.training.now = replace(PLAN, is_ready=False)
    jobs = []
    work.models.working.connect(jobs.append)
    page.read()
    needed = "an environment with torch is needed: torch, "
    qtbot.waitUntil(lambda: needed in page.environment.text())
    told = "It takes about 5.4 GB of the disk, of which 82.0 GB are free, and less to"
    assert told in page.environment.text()
    assert not page.environment.isHidden()
    assert enabled(page) == {"equip", "export", "take_in"}
    page.buttons["equip"].click()
    qtbot.waitUntil(lambda: "train" in enabled(page))
    assert library.training.done == ["equip"]
    facts = [(job.facts, job.share) for job in jobs if job is not None]
    assert facts == [("", None), ("5.0 GB of about 10.8 GB", pytest.approx(0.463, abs=0.001))]
    assert work.said == ["The training environment is ready."]
    assert "torch" not in words(page)


def test_train_look_accept_and_go_back(qtbot, page, work, library):
    page.buttons["train"].click()
    qtbot.waitUntil(lambda: enabled(page) >= {"accept", "refuse"})
    assert work.said == ["The new model is better. Look at its report, then decide."]
    assert page.curve.count == 40
    assert "The new model is better" in words(page)
    assert "Worse: long sleeves" in words(page)
    assert "can be believed less" not in words(page)
    assert "Its scores are off by 4.3 % (the old model's by 12.1 %)." in words(page)
    assert "A picture takes 11.0 ms (with the old model 10.2 ms)." in words(page)
    assert "saber taken for <i>rin</i>: before 4, now 1" in words(page)
    assert len(page.findChildren(GainBar)) == 6
    assert any("surely between" in bar.accessibleName() for bar in page.findChildren(GainBar))
    page.buttons["accept"].click()
    qtbot.waitUntil(lambda: "back" in enabled(page))
    assert library.training.done == ["accept"]
    assert "What you taught counts again" in work.said[-1]
    page.buttons["back"].click()
    qtbot.waitUntil(lambda: library.training.done == ["accept", "back"])
    qtbot.waitUntil(lambda: "taken back" in words(page))


def test_one_that_is_not_better_says_why_and_is_taken_only_on_insistence(
    qtbot, page, work, library
):
    library.training.is_better = False
    page.buttons["train"].click()
    qtbot.waitUntil(lambda: "refuse" in enabled(page))
    assert "It says otherwise too often where nobody corrected anything." in words(page)
    assert "Worse: its scores can be believed less than the old model's." in words(page)
    assert "Worse: a picture takes clearly longer." in words(page)
    assert page.buttons["accept"].text() == "Use it all the same"
    page.buttons["refuse"].click()
    qtbot.waitUntil(lambda: "refused" in words(page))
    assert library.training.done == ["refuse"]


def test_a_training_is_paused_goes_on_or_is_forgotten(qtbot, page, work, library):
    library.training.waits = True
    page.buttons["train"].click()
    qtbot.waitUntil(lambda: page.curve.count == 40)
    assert enabled(page) == {"stop"}
    assert page.buttons["stop"].text() == "Pause"
    qtbot.waitUntil(lambda: page.state.text() == "Step 40 of 232 · 1 min 30 s left")
    page.buttons["stop"].click()
    qtbot.waitUntil(lambda: "forget" in enabled(page))
    assert work.said == ["Stopped. What was reached is kept."]
    assert page.buttons["train"].text() == "Go on"
    page.buttons["forget"].click()
    qtbot.waitUntil(lambda: library.training.done == ["drop"])
    assert work.errors == []


def test_nothing_is_cut_off_in_a_narrow_window(qtbot, page, library):
    told = report()
    told["overall"] |= {"yes": 12_345, "no": 123_456}
    library.training.add(RetrainingState.JUDGED, told)
    page.resize(440, 560)
    page.read()
    qtbot.waitUntil(lambda: "The new model is better" in words(page))
    scroll = page.findChild(QScrollArea)
    qtbot.waitUntil(lambda: scroll.widget().width() == scroll.viewport().width())
    assert scroll.widget().minimumSizeHint().width() <= scroll.viewport().width()
    page.resize(Size.CENTRE_LEAST, 560)
    qtbot.waitUntil(lambda: scroll.widget().width() == scroll.viewport().width())
    qtbot.waitUntil(lambda: "61.0 %" not in words(page))  # old and new make room for the gain
    card = page.findChild(ReportCard)
    qtbot.waitUntil(lambda: card.layout().minimumSize().width() <= card.width())


def test_only_tags_that_differ_are_told(qtbot):
    told = report()
    same = {**told["tags"][0], "name": "sameness", "difference": [0.0, 0.0, 0.0]}
    card = ReportCard({**told, "tags": [same, *told["tags"]]})
    qtbot.addWidget(card)
    assert "sameness" not in words(card)
    assert "serafuku" in words(card)


def test_where_nothing_was_learnt_in_steps_there_is_no_empty_curve(qtbot, page, library):
    assert not page.curve.isHidden()
    library.training.add(RetrainingState.JUDGED, report())
    page.read()
    qtbot.waitUntil(page.curve.isHidden)
    library.training.points = [{"step": step, "loss": 0.5} for step in (1, 2)]
    page.read()
    qtbot.waitUntil(lambda: not page.curve.isHidden())


def test_names_of_tags_are_plain_text(qtbot, page, library):
    library.training.add(RetrainingState.JUDGED, report())
    page.read()
    qtbot.waitUntil(lambda: "<b>hat</b>" in words(page))
    formats = {label.textFormat() for label in page.findChildren(QLabel)}
    assert formats == {Qt.TextFormat.PlainText}


def test_every_button_can_be_reached_by_keys(page):
    policies = {button.focusPolicy() for button in page.buttons.values()}
    assert Qt.FocusPolicy.NoFocus not in policies


def test_every_button_says_what_it_does(page):
    silent = {name for name, button in page.buttons.items() if not button.toolTip()}
    assert silent <= {"stop"}  # it says so once something runs
    role = Qt.ItemDataRole.ToolTipRole
    assert all(page.way.itemData(place, role) for place in range(page.way.count()))


def test_what_is_to_be_done_next_stands_out_and_is_above_the_figures(qtbot, page, library):
    def primary() -> set[str]:
        return {name for name in enabled(page) if page.buttons[name].property("kind") == "primary"}

    assert primary() == {"train"}
    library.training.add(RetrainingState.JUDGED, report())
    page.read()
    qtbot.waitUntil(lambda: primary() == {"accept"})
    card = page.findChild(ReportCard)
    qtbot.waitUntil(lambda: page.buttons["accept"].y() + Size.CONTROL <= card.y())
    library.training.known = []
    library.training.add(RetrainingState.JUDGED, report(is_better=False))
    page.read()
    qtbot.waitUntil(lambda: page.buttons["accept"].text() == "Use it all the same")
    assert primary() == set()
    assert "Something speaks against the new model" in words(page)


def test_gains_have_a_unit_and_all_bars_of_a_table_one_scale(qtbot):
    told = report()
    card = ReportCard(told)
    qtbot.addWidget(card)
    assert "±40 points" in words(card)  # the widest ends at 31
    assert all(bar.reach == pytest.approx(0.4) for bar in card.findChildren(GainBar))
    hints = [bar.toolTip() for bar in card.findChildren(GainBar)]
    expected = "long sleeves: gain −12.0 points, surely between −20.0 and −3.0"
    assert any(expected in hint for hint in hints)
    assert "all character tags" in words(card)
    assert reach_of([]) == 0.1
    assert reach_of([(0.1, -1.0, 0.3)]) == 1.0


def test_with_too_few_corrections_it_says_so_and_offers_what_needs_none(qtbot, page, library):
    library.training.now = replace(PLAN, taught=3)
    page.read()
    qtbot.waitUntil(lambda: "too little to learn from: 3 corrected" in page.plan.text())
    assert enabled(page) == {"take_in"}
    assert page.curve.isHidden()
    page.way.choose("adapt")
    assert "Learns how 824 pictures look" in page.plan.text()
    assert enabled(page) == {"train", "measure", "export", "take_in"}


def test_why_a_training_failed_stays_until_something_else_is_begun(
    qtbot, page, work, library, monkeypatch
):
    def fail(*_):
        raise AnitagError("few_corrections", count=3, least=8)

    monkeypatch.setattr(library.training, "train", fail)
    assert page.trouble.isHidden()
    page.buttons["train"].click()
    qtbot.waitUntil(lambda: "too little to learn from: 3" in page.trouble.text())
    qtbot.waitUntil(lambda: "train" in enabled(page))
    assert not page.trouble.isHidden()
    assert [error.code for error in work.errors] == ["few_corrections"]
    page.buttons["measure"].click()
    assert page.trouble.isHidden()
    qtbot.waitUntil(lambda: not work.is_busy)


def test_where_nothing_can_be_trained_no_curve_is_promised(qtbot, page, library):
    library.training.now = AnitagError("not_trainable", model="wd", reason="it is foreign")
    page.read()
    qtbot.waitUntil(page.curve.isHidden)


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_a_curve_is_drawn_whatever_it_holds(qtbot, count):
    view = CurveView()
    qtbot.addWidget(view)
    view.resize(400, 130)
    view.show_points([(float(step), 1.0 / (step + 1)) for step in range(count)])
    assert not view.grab().isNull()


@pytest.mark.parametrize(
    ("highest", "top"),
    [
        (0.0, 1.0),
        (5e-324, 1.0),
        (0.275, 0.3),
        (1.0, 1.0),
        (1.2, 2.0),
        (0.041, 0.06),
        (95, 100),
        (1e300, 1e300),
    ],
)
def test_the_axis_of_losses_ends_at_a_round_number(highest, top):
    assert round_top(highest) == pytest.approx(top)


def test_a_long_curve_is_drawn_with_as_many_points_as_there_are_pixels():
    points = [(float(step), float(step % 2)) for step in range(20_001)]
    drawn = thinned(points, 800)
    assert 400 < len(drawn) <= 800
    assert drawn[-1][0] == points[-1][0]
    assert all(0.4 < loss < 0.6 for _, loss in drawn[:-1])
    assert thinned(points[:800], 800) == points[:800]


def test_steps_that_are_done_again_are_drawn_once(qtbot):
    view = CurveView()
    qtbot.addWidget(view)
    view.show_points([(1, 0.9), (2, 0.8), (3, 0.7), (2, 0.6)])
    assert view.count == 2
    view.add(2, 0.5)
    view.add(3, 0.4)
    assert view.count == 3


def test_a_curve_takes_no_nonsense():
    points = [{"step": 1, "loss": "low"}, {"loss": 1.0}, {"step": 2, "loss": float("nan")}, {}]
    assert curve_of([*points, {"step": 3, "loss": 0.5}]) == [(3.0, 0.5)]


@pytest.mark.parametrize("loss", [float("nan"), float("inf"), -1.0])
def test_a_training_that_runs_away_is_told_and_not_drawn(page, work, loss):
    page.show()
    for step, one in enumerate((0.5, loss, 0.4), 1):
        work._hear({"event": "step", "step": step, "loss": one})
    assert page.curve.count == 2
    page.curve.grab()
