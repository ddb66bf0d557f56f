"""Forgetting on the page of the models: told first, stopped and gone on with."""

import pytest
from PySide6.QtWidgets import QPushButton

from anitag_desktop.gui.models.loss_words import sentences
from anitag_desktop.services.forgetting import ForgetPreview, Memory

pytestmark = pytest.mark.gui

OWN, GONE = ("anitag/small", "1"), ("somebody/<b>old</b>", "2")


@pytest.fixture
def cards(qtbot, page, library):
    """Return the cards of a page with two models of which something is kept, by title."""
    library.memories.kept = {OWN: 9, GONE: 5_000}
    page.read()
    qtbot.waitUntil(lambda: len(page.cards) == 4)
    return lambda: {card.row.title: card for card in page.cards}


def answer(page, words):
    buttons = page.question.findChildren(QPushButton)
    next(button for button in buttons if button.text().replace("&", "") == words).click()


def test_only_what_is_kept_can_be_forgotten(cards):
    assert set(cards()["anitag small"].buttons) == {"check", "fast", "forget"}
    assert set(cards()["somebody/<b>old</b>"].buttons) == {"forget"}
    assert set(cards()["WD Test"].buttons) == {"install"}


def test_it_is_told_before_and_done_after_a_yes(qtbot, page, work, cards, library):
    cards()["anitag small"].buttons["forget"].click()
    qtbot.waitUntil(lambda: page.question is not None)
    assert page.question.text() == "Forget what anitag small said?"
    assert "It looked at 9 pictures." in page.question.informativeText()
    assert "63 tags would go, from 4 pictures." in page.question.informativeText()
    assert work.said == []
    answer(page, "Cancel")
    assert library.memories.kept[OWN] == 9
    cards()["anitag small"].buttons["forget"].click()
    qtbot.waitUntil(lambda: page.question is not None and page.question.isVisible())
    answer(page, "Forget")
    qtbot.waitUntil(lambda: work.said == ["What it said of 9 pictures was forgotten."])
    qtbot.waitUntil(lambda: "forget" not in cards()["anitag small"].buttons)
    assert "3 of 9 pictures" in [job.facts for job in work.jobs if job]


def test_it_can_be_stopped_and_gone_on_with(qtbot, page, work, cards, library):
    library.memories.pace = 0.02
    cards()["somebody/<b>old</b>"].buttons["forget"].click()
    qtbot.waitUntil(lambda: page.question is not None)
    assert "estimated from a sample" in page.question.informativeText()
    answer(page, "Forget")
    qtbot.waitUntil(lambda: any(job and job.share for job in work.jobs))
    work.stop()
    qtbot.waitUntil(lambda: bool(work.said))
    assert work.said[0].startswith("Stopped. What it said of ")
    assert 0 < library.memories.kept[GONE] < 5_000
    assert "forget" in cards()["somebody/<b>old</b>"].buttons


@pytest.mark.parametrize(
    ("is_here", "is_active", "words"),
    [
        (True, True, "use another model first"),
        (True, False, "only the model itself"),
        (False, False, "Nothing brings it back"),
    ],
)
def test_the_way_back_depends_on_the_model(qapp, is_here, is_active, words):
    memory = Memory("m", "1", is_here, is_active)
    said = sentences(ForgetPreview((memory,), 3, 2, 1, 4, is_estimate=False))
    assert words in said[-1]
    assert "1 tag would go and 4 tags come, on 2 pictures." in said[0]


def test_a_model_that_is_not_in_use_takes_no_tags(qapp):
    memory = Memory("m", "1", is_here=True, is_active=False)
    said = sentences(ForgetPreview((memory,), 3, 0, 0, 0, is_estimate=False))
    assert "It looked at 3 pictures." in said[0]
    assert "No picture gets other tags by that." in said[0]
