import pytest
from PySide6.QtWidgets import QLabel

from anitag_desktop.gui.models.graphics_state import state_of

pytestmark = pytest.mark.gui


@pytest.fixture
def panel(qtbot, page, library):
    library.graphics.plug_in()
    page.graphics.read()
    qtbot.waitUntil(lambda: page.graphics.set_up.isVisible())
    return page.graphics


def words(widget) -> str:
    labels = widget.findChildren(QLabel)
    return " | ".join(label.text() for label in labels if label.isVisible())


def answer(page, text):
    question = page.question
    next(button for button in question.buttons() if button.text() == text).click()


def test_a_machine_without_a_card(page, qtbot):
    qtbot.waitUntil(lambda: page.graphics.isVisible())
    assert words(page.graphics) == "No graphics card was found | Models run on the CPU."
    buttons = (page.graphics.set_up, page.graphics.test, page.graphics.remove)
    assert not any(button.isVisible() for button in buttons)


def test_the_size_is_told_before_anything_is_downloaded(page, panel, work):
    assert words(panel) == (
        "NVIDIA GeForce RTX 3060, driver 580.65 | ONNX Runtime lets models run on it: "
        "1.5 GB to download."
    )
    panel.set_up.click()
    told = page.question.informativeText()
    assert "1.5 GB to download" in told
    assert "onnxruntime-gpu 1.31.1" in told
    assert (work.jobs, work.said) == ([], [])
    answer(page, "Cancel")


def test_set_up_and_removed(qtbot, page, panel, work, library):
    panel.set_up.click()
    answer(page, "Download and try")
    assert not panel.set_up.isEnabled()
    qtbot.waitUntil(lambda: bool(work.said))
    assert work.said == ["ONNX Runtime is here; models run on CUDA from now on."]
    assert [job.facts for job in work.jobs if job and job.share == 1] == ["3.0 GB of 3.0 GB"]
    qtbot.waitUntil(lambda: panel.remove.isVisible())
    assert "Installed: ONNX Runtime (onnxruntime-gpu 1.31.1)" in words(panel)
    assert "38.2 times the CPU's speed, scores within 0.0009." in words(panel)
    assert not panel.set_up.isVisible()
    panel.remove.click()
    assert library.graphics.seen.installed is not None
    answer(page, "Remove")
    qtbot.waitUntil(lambda: panel.set_up.isVisible())
    assert work.said[-1] == "Models run on the CPU from now on."


def test_why_it_is_not_used_is_told(qtbot, page, panel, work, library):
    library.graphics.reason = "its driver is too old for this package"
    panel.set_up.click()
    answer(page, "Download and try")
    qtbot.waitUntil(lambda: panel.test.isVisible())
    assert work.said[-1].endswith("not used: its driver is too old for this package.")
    assert words(panel).endswith("| Not used: its driver is too old for this package.")
    library.graphics.reason = ""
    panel.test.click()
    qtbot.waitUntil(lambda: work.said[-1].endswith("models run on CUDA from now on."))


def test_text_of_drivers_is_no_html(library, qapp):
    library.graphics.plug_in()
    seen = library.graphics.seen
    assert state_of(type(seen)(("<b>card</b>",), None, None, ""), ()).card == "<b>card</b>"
