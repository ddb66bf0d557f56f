"""Garbage goes in Qt's thread, and nowhere else."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication

from anitag_desktop.gui.garbage import Garbage


class Knot(QObject):
    """Holds itself, so that only a look for cycles finds it."""

    def __init__(self) -> None:
        super().__init__()
        self.itself = self


@pytest.fixture
def collector(qapp: QApplication) -> Iterator[Garbage]:
    thresholds = gc.get_threshold()
    gc.set_threshold(50, 5, 5)
    made = Garbage()
    yield made
    made.end()
    gc.set_threshold(*thresholds)


def many() -> list[list[object]]:
    return [[] for _ in range(5_000)]


def test_no_other_thread_looks_for_cycles(collector: Garbage) -> None:
    knot = weakref.ref(Knot())
    thread = threading.Thread(target=many)
    thread.start()
    thread.join()
    assert knot() is not None
    kept = many()
    for _ in range(20):
        collector.look()
        kept += many()
    assert knot() is None


def test_python_looks_itself_once_the_window_is_gone(collector: Garbage) -> None:
    assert not gc.isenabled()
    collector.end()
    assert gc.isenabled()
