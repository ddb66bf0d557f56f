"""How soon the window stands and how smoothly a million pictures scroll.

Goals: from the start of the process to the first paint at most 1.4 times what a bare PySide6
window takes; a step of scrolling over 1,000,000 pictures well inside a frame of 60 a second
(p95). Starts are processes of their own in turns; the fastest of each is compared, since other
programs can only make it slower.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

START_GOAL = 1.4
SCROLL_GOAL_MS = 16.7
MILLION = 1_000_000
ROUNDS = int(os.environ.get("ROUNDS", "9"))

MINIMAL = """
import os, sys, time
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        super().paintEvent(event)
        print(time.time(), time.process_time(), flush=True)
        os._exit(0)
application = QApplication(sys.argv)
window = Window()
window.resize(1440, 900)
window.show()
application.exec()
"""

OURS = """
import os, sys, time
from pathlib import Path
from anitag_desktop.gui import application
from anitag_desktop.gui.main_window import MainWindow
painted = MainWindow.paintEvent
def paint(self, event):
    painted(self, event)
    from PySide6.QtCore import QTimer
    QTimer.singleShot(0, done)
def done():
    print(time.time(), time.process_time(), flush=True)
    os._exit(0)
MainWindow.paintEvent = paint
def never():
    time.sleep(60)
application.run_opening(never, Path(sys.argv[1]))
"""


def main() -> int:
    """Measure, print, and return 1 if a goal is missed."""
    ratio = _measure_start()
    p95 = _measure_scrolling()
    is_good = ratio <= START_GOAL and p95 <= SCROLL_GOAL_MS
    print(
        f"window: first paint {ratio:.2f} x a bare window (goal {START_GOAL}), "
        f"scroll step p95 {p95:.1f} ms (goal {SCROLL_GOAL_MS}): "
        f"{'reached' if is_good else 'MISSED'}"
    )
    return 0 if is_good else 1


def _measure_start() -> float:
    with tempfile.TemporaryDirectory() as root:
        commands = {
            "bare window": (sys.executable, "-c", MINIMAL),
            "anitag": (sys.executable, "-c", OURS, root),
        }
        for command in commands.values():
            _start(command)  # the first one reads the files from the disk
        times = {name: [] for name in commands}
        for _ in range(ROUNDS):
            for name, command in commands.items():
                times[name].append(_start(command))
    best = {name: min(wall for wall, _ in found) for name, found in times.items()}
    for name, found in times.items():
        wall = statistics.median(wall for wall, _ in found)
        cpu = min(cpu for _, cpu in found)
        print(
            f"{name:12} to first paint: best {best[name] * 1000:6.0f} ms, "
            f"median {wall * 1000:6.0f} ms, CPU {cpu * 1000:6.0f} ms"
        )
    return best["anitag"] / best["bare window"]


def _start(command: tuple[str, ...]) -> tuple[float, float]:
    """Return seconds from the start to the first paint, and CPU seconds used until then."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    # An installed program has its byte code written.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.time()
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    painted, cpu = (float(part) for part in done.stdout.split())
    return painted - began, cpu


def _measure_scrolling() -> float:
    """Return the p95 of a scroll step over a million pictures, in milliseconds."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from PySide6.QtGui import QImage
    from PySide6.QtTest import QTest

    from anitag_desktop.gui.application import make_application
    from anitag_desktop.gui.bridge import LibrarySignals
    from anitag_desktop.gui.gallery.view import GalleryView
    from anitag_desktop.gui.tasks import Tasks
    from anitag_desktop.gui.theme.theme import theme
    from anitag_desktop.gui.window_memory import WindowMemory
    from anitag_desktop.gui.workspace import Workspace
    from tests.gui.fakes import FakeLibrary, FakePicture

    application = make_application(sys.argv[:1])
    theme.dress(application)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        thumbnail = root / "thumbnail.jpg"
        image = QImage(384, 288, QImage.Format.Format_RGB32)
        image.fill(0x8B7CF6)
        image.save(str(thumbnail))

        class Crowd:
            def __len__(self) -> int:
                return MILLION

            def __getitem__(self, index: int) -> FakePicture:
                return FakePicture(f"/pictures/{index}.png", thumbnail=thumbnail)

        library = FakeLibrary(root)
        library.pictures = Crowd()
        tasks = Tasks()
        view = GalleryView(Workspace(library, tasks, LibrarySignals(), WindowMemory(root / "w")))
        view.resize(1440, 900)
        view.show()
        began = time.perf_counter()
        view.show_images(range(MILLION))
        view.viewport().repaint()
        print(f"showing {MILLION:,} pictures: {(time.perf_counter() - began) * 1000:.1f} ms")
        QTest.qWait(500)
        steps = _scroll(view, application, step=view.grid.pitch // 3, count=400)
        jumps = _scroll(view, application, step=MILLION // 7 * 13, count=100)
        view.close()
        tasks.close()
    for name, found in (("scroll step", steps), ("jump", jumps)):
        print(f"{name:12} p50 {statistics.median(found):5.1f} ms, p95 {_p95(found):5.1f} ms")
    return _p95(steps)


def _scroll(view: object, application: object, step: int, count: int) -> list[float]:
    bar = view.verticalScrollBar()
    found = []
    for _ in range(count):
        began = time.perf_counter()
        bar.setValue((bar.value() + step) % max(1, bar.maximum()))
        view.viewport().repaint()
        application.processEvents()
        found.append((time.perf_counter() - began) * 1000)
    return found


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


if __name__ == "__main__":
    raise SystemExit(main())
