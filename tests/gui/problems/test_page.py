import os
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import Qt

from anitag_desktop.domain.details import FileProblem
from anitag_desktop.gui.problems.page import ProblemsPage

pytestmark = pytest.mark.gui


def problem(path: str, day: int = 1) -> FileProblem:
    return FileProblem(
        path, "cut_off", "<b>The file</b> is cut off.", datetime(2026, 1, day, tzinfo=UTC)
    )


@pytest.fixture
def page(qtbot, workspace, library):
    library.problem_list = [
        problem("/art/<img src=x>.png", 1),
        problem(os.fsdecode(b"/art/caf\xe9\n.png"), 3),
    ]
    made = ProblemsPage(workspace)
    qtbot.addWidget(made)
    made.resize(600, 400)
    made.show()
    made.read()
    qtbot.waitUntil(lambda: made.model.rowCount() == 2)
    return made


def test_the_newest_comes_first_and_is_drawn_plainly(qtbot, page, qtmodeltester):
    first = page.model.index(0).data()
    assert first == "/art/caf\ufffd .png: <b>The file</b> is cut off."
    tooltip = page.model.index(1).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in tooltip
    assert "&lt;img" in tooltip
    assert not page.grab().isNull()
    qtmodeltester.check(page.model)


def test_no_problems_says_so(qtbot, page, library):
    library.problem_list = []
    page.read()
    qtbot.waitUntil(lambda: page.model.rowCount() == 0)
    assert page._head.text() == "No problems"
