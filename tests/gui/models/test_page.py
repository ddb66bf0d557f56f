from dataclasses import replace

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from anitag_desktop.domain.error import AnitagError
from tests.gui.fake_models import OWN, offered

pytestmark = pytest.mark.gui


def card(page, title):
    return next(one for one in page.cards if one.row.title == title)


def words(widget) -> str:
    return " | ".join(label.text() for label in widget.findChildren(QLabel))


def test_what_is_said_of_each_model(page):
    own, wd, gpl = page.cards
    assert words(own).startswith("anitag small | In use | Tagger · 6.4 MB · MIT · 420 tags")
    assert "macro F1 0.71 · held-out drawings of our own" in words(own)
    assert set(own.buttons) == {"check", "fast"}
    assert "378.8 MB · Apache-2.0 · 10861 tags · pictures up to 28 Feb 2024" in words(wd)
    assert "macro F1 0.44 · the author's pictures, at 0.26" in words(wd)
    assert "Not yet run on its real weights." in words(wd)
    assert set(wd.buttons) == set(gpl.buttons) == {"install"}
    assert "those of the authors, as of 21 Nov 2026;" in words(page)


def test_why_a_model_runs_on_nothing_faster(qtbot, page, library):
    reason = "CUDA is not used: its memory is full"
    library.models.views = [replace(library.models.views[0], slow_reason=reason)]
    page.read()
    qtbot.waitUntil(lambda: f"runs on CPU ({reason})" in words(page.cards[0]))


def test_many_figures_stand_in_a_tooltip(qtbot, page, library):
    metric = library.catalogue.models[0].metrics[0]
    library.catalogue.models = [offered("Many", metrics=(metric,) * 5)]
    page.read()
    qtbot.waitUntil(lambda: len(page.cards) == 2)
    more = next(one for one in page.cards[1].findChildren(QLabel) if "more" in one.text())
    assert more.text() == "and 3 more figures"
    assert more.toolTip().count("macro F1") == 3


def test_download_use_and_remove(qtbot, page, work, library):
    card(page, "WD Test").buttons["install"].click()
    assert not card(page, "anitag small").buttons["check"].isEnabled()
    qtbot.waitUntil(lambda: len(work.said) == 1)
    assert work.said == ["WD Test is here and passed every check."]
    assert [job.facts for job in work.jobs if job and job.share == 0.5] == ["5.0 MB of 10.0 MB"]
    assert work.jobs[-1] is None
    qtbot.waitUntil(lambda: "use" in card(page, "WD Test").buttons)
    assert set(card(page, "WD Test").buttons) == {"use", "join", "check", "fast", "remove"}
    card(page, "WD Test").buttons["use"].click()
    qtbot.waitUntil(lambda: set(card(page, "WD Test").buttons) == {"check", "fast"})
    assert work.said[-1] == "WD Test tags from now on."
    card(page, "anitag small").buttons["use"].click()
    qtbot.waitUntil(lambda: "remove" in card(page, "WD Test").buttons)
    card(page, "WD Test").buttons["remove"].click()
    assert [view.title for view in library.models.views] == ["anitag small", "WD Test"]
    answer(page, "Remove")
    qtbot.waitUntil(lambda: set(card(page, "WD Test").buttons) == {"install"})


def test_detectors_are_used_beside_the_tagger_and_stopped(qtbot, page, work, library):
    for name in ("Faces", "Persons"):
        one = replace(OWN, id=f"local/{name}", title=name, kind="detector", active=False)
        library.models.views.append(replace(one, bundled=False))
    page.read()
    qtbot.waitUntil(lambda: len(page.cards) == 5)
    assert set(card(page, "Faces").buttons) == {"use", "check", "remove"}
    card(page, "Faces").buttons["use"].click()
    qtbot.waitUntil(lambda: "leave" in card(page, "Faces").buttons)
    assert work.said[-1] == "Faces is in use from now on."
    assert "In use" in words(card(page, "anitag small"))
    card(page, "Persons").buttons["join"].click()
    qtbot.waitUntil(lambda: "leave" in card(page, "Persons").buttons)
    assert "leave" in card(page, "Faces").buttons
    card(page, "Faces").buttons["leave"].click()
    qtbot.waitUntil(lambda: "use" in card(page, "Faces").buttons)
    assert work.said[-1] == "Faces is no longer in use."
    assert "leave" in card(page, "Persons").buttons


def answer(page, words):
    buttons = page.question.findChildren(QPushButton)
    next(button for button in buttons if button.text().replace("&", "") == words).click()


def test_terms_are_shown_before_anything_is_downloaded(qtbot, page, work, library):
    card(page, "GPL Test").buttons["install"].click()
    assert "GPL-3.0. Be kind." in page.question.informativeText()
    assert "on 21 Nov 2026:\nhttps://huggingface.co/Somebody/Model" in (
        page.question.informativeText()
    )
    answer(page, "Cancel")
    assert (work.busy, work.jobs) == ("", [])
    card(page, "GPL Test").buttons["install"].click()
    answer(page, "Accept and download")
    qtbot.waitUntil(lambda: bool(work.said))
    assert library.catalogue.accepted == {"somebody/gpl-test"}


def test_stopped_download_goes_on_or_is_thrown_away(qtbot, page, work, library):
    library.catalogue.pace = 0.05
    card(page, "WD Test").buttons["install"].click()
    qtbot.waitUntil(lambda: any(job and job.share for job in work.jobs))
    work.stop()
    qtbot.waitUntil(lambda: bool(work.errors))
    assert work.errors[0].code == "download_stopped"
    qtbot.waitUntil(lambda: set(card(page, "WD Test").buttons) == {"install", "remove"})
    assert card(page, "WD Test").buttons["install"].text() == "Go on"
    card(page, "WD Test").buttons["remove"].click()
    answer(page, "Remove")
    qtbot.waitUntil(lambda: set(card(page, "WD Test").buttons) == {"install"})


def test_what_fails_is_told_and_the_page_is_as_it_was(qtbot, page, work, library):
    library.catalogue.error = AnitagError("hub_unreachable", host="h", reason="r")
    card(page, "WD Test").buttons["install"].click()
    qtbot.waitUntil(lambda: bool(work.errors))
    assert work.errors == [library.catalogue.error]
    qtbot.waitUntil(lambda: card(page, "WD Test").buttons["install"].isEnabled())


def test_checks_are_told_in_words(qtbot, page, work, library):
    card(page, "anitag small").buttons["check"].click()
    qtbot.waitUntil(lambda: len(work.said) == 1)
    library.models.findings = ("ok: hashes: fine", "FAILED: run: all <b>wrong</b>")
    qtbot.waitUntil(lambda: card(page, "anitag small").buttons["check"].isEnabled())
    card(page, "anitag small").buttons["check"].click()
    qtbot.waitUntil(lambda: len(work.said) == 2)
    assert work.said == [
        "anitag small is sound: it passed 2 checks on CPU.",
        "anitag small is not sound. FAILED: run: all <b>wrong</b>",
    ]


def test_models_from_folders_are_added(qtbot, page, work, tmp_path):
    (tmp_path / "mine").mkdir()
    work.add(tmp_path / "mine")
    qtbot.waitUntil(lambda: any(one.row.title == "mine" for one in page.cards))
    work.add(tmp_path / "nothing")
    qtbot.waitUntil(lambda: bool(work.errors))
    assert work.errors[0].code == "not_a_model"


def test_several_models_tag_together(qtbot, page, work, library, tmp_path):
    (tmp_path / "mine").mkdir()
    work.add(tmp_path / "mine")
    qtbot.waitUntil(lambda: any(one.row.title == "mine" for one in page.cards))
    card(page, "mine").buttons["join"].click()
    qtbot.waitUntil(lambda: "leave" in card(page, "mine").buttons)
    assert work.said[-1] == "mine tags too from now on."
    assert [view.active for view in library.models.views] == [True, True]
    card(page, "anitag small").buttons["leave"].click()
    qtbot.waitUntil(lambda: "use" in card(page, "anitag small").buttons)
    assert work.said[-1] == "anitag small tags no more."
    assert [view.active for view in library.models.views] == [False, True]
    assert "leave" not in card(page, "mine").buttons


def test_a_fast_copy_is_made_when_asked_for_and_its_costs_told(qtbot, page, work, library):
    card(page, "anitag small").buttons["fast"].click()
    assert "Nothing uses it until you say so" in page.question.informativeText()
    answer(page, "Cancel")
    assert len(library.models.views) == 1
    card(page, "anitag small").buttons["fast"].click()
    answer(page, "Make and compare")
    qtbot.waitUntil(lambda: any(one.row.title == "anitag small (fast)" for one in page.cards))
    assert work.said == [
        "The fast copy is here and not used yet: 97.3 % of tags the same on 64 pictures, "
        "2.3 times as fast."
    ]
    assert any(job and job.facts == "32 of 64 pictures" for job in work.jobs)
    copy = card(page, "anitag small (fast)")
    assert set(copy.buttons) == {"use", "join", "check", "remove"}


def test_hostile_words_are_shown_as_they_are(qtbot, page, library):
    library.catalogue.models = [offered("<img src=x>\nlines", summary="<b>\u202ebold</b>")]
    page.read()
    qtbot.waitUntil(lambda: len(page.cards) == 2)
    assert "<img src=x> lines" in words(page.cards[1])
    labels = page.findChildren(QLabel)
    assert {label.textFormat().name for label in labels} == {"PlainText"}


def test_window_shows_the_page_and_its_download(qtbot, make_window, library):
    library.catalogue.pace = 0.1
    window = make_window()
    window.controls.models.open()
    browser, strip = window.controls.browser, window.controls.strip
    assert browser.page == "models"
    shown = window.centre.pages.currentWidget()
    qtbot.waitUntil(lambda: len(shown.cards) == 3)
    card(shown, "WD Test").buttons["install"].click()
    qtbot.waitUntil(lambda: "MB of 10.0 MB" in strip.facts)
    assert strip.title == "Downloading WD Test"
    strip.stop_button.click()
    qtbot.waitUntil(lambda: not window.controls.models.work.busy)
    assert window.crashes == []
    browser.look_for("")
    qtbot.waitUntil(lambda: browser.page == "")
