import pytest
from PySide6.QtCore import QLocale

from anitag_desktop.gui.job_strip.job import rate_text, tagging_job
from tests.gui.fakes import FakeProgress

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def american(qapp):
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


def test_a_running_job_says_count_rate_provider_and_time():
    job = tagging_job(FakeProgress("running", 1204, 8000, 31.2, "CPU", True, 219.0))
    assert job.title == "Tagging 1,204 of 8,000"
    assert job.facts == "31 pictures/s · CPU, measured · 3 min 39 s left"
    assert job.share == pytest.approx(0.1505)
    assert job.can_pause
    assert not job.is_paused


def test_what_is_not_measured_is_not_called_so_and_what_is_unknown_is_left_out():
    job = tagging_job(FakeProgress("running", 0, 10, 0.0, "CPU", False, None))
    assert job.facts == "CPU"
    assert tagging_job(FakeProgress("running", 0, 10)).facts == ""


def test_why_it_is_not_faster_comes_last():
    note = "CUDA is not used: its memory is full"
    job = tagging_job(FakeProgress("running", 1, 10, 2.0, "CPU", True, 4.5, note=note))
    assert job.facts == f"2.0 pictures/s · CPU, measured · 4 s left · {note}"


def test_a_paused_job_says_so_and_gives_no_time():
    job = tagging_job(FakeProgress("paused", 3, 10, 31.2, "CPU", True, 9.0))
    assert job.title == "Paused at 3 of 10"
    assert job.facts == ""
    assert job.is_paused


def test_nothing_to_do_is_no_job():
    assert tagging_job(FakeProgress("idle", 0, 0)) is None
    assert tagging_job(FakeProgress("running", 10, 10)) is None


@pytest.mark.parametrize(("rate", "text"), [(31.24, "31"), (9.96, "10.0"), (0.4, "0.4")])
def test_rates(rate, text):
    assert rate_text(rate) == text


def test_trouble_is_a_sentence_even_when_nothing_runs():
    job = tagging_job(FakeProgress("idle", error="The disk is full."))
    assert (job.title, job.is_trouble, job.can_pause) == ("The disk is full.", True, False)
