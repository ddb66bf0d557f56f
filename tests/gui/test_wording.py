from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QLocale

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.gui import wording

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def american(qapp):
    before = QLocale()
    QLocale.setDefault(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
    yield
    QLocale.setDefault(before)


def test_numbers_are_grouped():
    assert wording.number(18204) == "18,204"
    assert wording.pictures(1) == "1 picture"
    assert wording.pictures(2000) == "2,000 pictures"


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 bytes"), (999, "999 bytes"), (12_345, "12 kB"), (2_400_000, "2.4 MB")]
)
def test_sizes(size, text):
    assert wording.file_size(size) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.4, "59 s"), (219, "3 min 39 s"), (7322, "2 h 2 min")]
)
def test_durations(seconds, text):
    assert wording.duration(seconds) == text


@pytest.mark.parametrize(
    ("score", "text"), [(0.0, "0"), (0.5, "50"), (0.999, "99"), (1.0, "100"), (0.29, "28")]
)
def test_a_score_is_never_rounded_up_to_certainty(score, text):
    assert abs(int(wording.percent(score)) - int(text)) <= 1
    assert (wording.percent(score) == "100") == (score == 1.0)


def test_days_are_local_and_short():
    assert wording.day(datetime(2026, 11, 12, 12, tzinfo=UTC)) == "12 Nov 2026"


def test_faces_keep_their_underscores():
    assert wording.tag_text("long_hair") == "long hair"
    assert wording.tag_text("^_^") == "^_^"


def test_errors_become_their_sentence_with_the_text_unharmed():
    error = AnitagError("no_such_folder", path="/a/{b}/<i>")
    assert "/a/{b}/<i>" in wording.error_text(error)
    assert wording.error_text(ValueError()) == "ValueError"
