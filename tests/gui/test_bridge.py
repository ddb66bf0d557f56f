import threading

import pytest

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.gui.bridge import LibrarySignals
from tests.gui.fakes import FakeProgress

pytestmark = pytest.mark.gui


@pytest.fixture
def signals(qtbot, library, tasks):
    made = LibrarySignals()
    with qtbot.waitSignal(made.connected):
        made.connect_to(library, tasks)
    yield made
    made.disconnect_from_library()


def test_changes_of_any_thread_are_merged_and_told_on_the_main_one(qtbot, library, signals):
    heard, threads = [], []
    signals.changed.connect(heard.append)
    signals.changed.connect(lambda _: threads.append(threading.current_thread()))

    def write() -> None:
        for image_id in range(500):
            library.changes.publish(LibraryChange(images=frozenset({image_id})))
        library.changes.publish(LibraryChange(tags=True))

    writer = threading.Thread(target=write)
    writer.start()
    writer.join()
    qtbot.waitUntil(lambda: bool(heard) and heard[-1].tags)
    assert len(heard) <= 2
    merged = heard[0] if len(heard) == 1 else heard[0] | heard[1]
    assert merged == LibraryChange(images=frozenset(range(500)), tags=True)
    assert set(threads) == {threading.main_thread()}


def test_only_the_newest_progress_is_told(qtbot, library, signals):
    heard = []
    signals.progressed.connect(heard.append)
    for done in range(50):
        library.listeners[0](FakeProgress("running", done, 50))
    qtbot.waitUntil(lambda: bool(heard))
    qtbot.wait(150)
    assert [progress.done for progress in heard] == [49]


def test_nothing_is_heard_after_disconnecting(qtbot, library, signals):
    heard = []
    signals.changed.connect(heard.append)
    signals.disconnect_from_library()
    library.changes.publish(LibraryChange(tags=True))
    qtbot.wait(150)
    assert heard == []
    assert library.listeners == []
