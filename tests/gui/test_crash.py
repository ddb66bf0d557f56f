import sys
import threading

import pytest
from PySide6.QtGui import QGuiApplication

from anitag_desktop.gui.crash import CrashReporter

pytestmark = pytest.mark.gui


@pytest.fixture
def reporter(qapp, capfd):
    made = CrashReporter()
    yield made
    made.uninstall()
    if made._dialog is not None:
        made._dialog.close()


def test_faults_of_any_thread_are_shown_in_one_dialog_and_can_be_copied(qtbot, reporter):
    threads = [
        threading.Thread(target=reporter.report, args=(ValueError(f"<b>bug {number}</b>"),))
        for number in range(2)
    ]
    for thread in threads:
        thread.start()
        thread.join()
    qtbot.waitUntil(lambda: reporter._dialog is not None and "bug 1" in reporter._dialog.details)
    assert "<b>bug 0</b>" in reporter._dialog.details
    reporter._dialog.copy()
    assert QGuiApplication.clipboard().text() == reporter._dialog.details
    reporter._dialog.accept()


def test_it_catches_what_nobody_caught_and_lets_go_again(qtbot, reporter):
    reporter.install()
    sys.excepthook(KeyError, KeyError("lost"), None)
    qtbot.waitUntil(lambda: reporter._dialog is not None and "lost" in reporter._dialog.details)
    reporter.uninstall()
    assert sys.excepthook is sys.__excepthook__
    assert threading.excepthook is threading.__excepthook__
