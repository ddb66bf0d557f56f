"""Looking through folders, and having enough of it."""

import pytest

pytestmark = pytest.mark.gui


def test_a_scan_can_be_stopped_from_the_strip(qtbot, make_window, library):
    library.folders = [library.indexing._service.add_folder("/tmp")]
    window = make_window()
    strip, toast = window.controls.strip, window.controls.toast
    library.scan_steps = 100_000
    window.controls.folders.rescan()
    qtbot.waitUntil(lambda: "files" in strip.facts)
    assert strip.stop_button.isVisible()
    assert not strip.pause_button.isVisible()
    strip.stop_button.click()
    qtbot.waitUntil(lambda: not strip.stop_button.isVisible())
    assert toast.text.startswith("Stopped after")
    library.scan_steps = 2
    window.controls.folders.rescan()
    qtbot.waitUntil(lambda: toast.text.startswith("0 files: 0 new"))
    assert not window.crashes
