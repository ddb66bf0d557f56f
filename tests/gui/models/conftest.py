"""Fixtures of the models' tests: their page, and what works on them."""

import pytest

from anitag_desktop.gui.models.page import ModelsPage
from anitag_desktop.gui.models.work import ModelWork


@pytest.fixture
def work(qtbot, workspace, qapp):
    made = ModelWork(workspace, qapp)
    made.said, made.jobs, made.errors = [], [], []
    made.announced.connect(made.said.append)
    made.working.connect(made.jobs.append)
    made.failed.connect(made.errors.append)
    yield made
    made.deleteLater()


@pytest.fixture
def page(qtbot, workspace, work):
    made = ModelsPage(workspace, work)
    qtbot.addWidget(made)
    made.resize(800, 600)
    made.show()
    made.read()
    qtbot.waitUntil(lambda: len(made.cards) == 3)
    return made
