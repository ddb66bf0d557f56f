"""How soon the window stands and how smoothly a million pictures scroll.

Goals: from the start of the process to the first paint at most 1.4 times what the smallest
PySide6 window takes (one centred label); a step of scrolling over 1,000,000 pictures inside a
frame of 60 a second (p95).

Starts are processes of their own in turns. What is compared is the processor time until the paint
(least of all rounds) and of the main thread in a step: other programs that are busy make the clock
meaningless. The clock is printed too.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

START_GOAL = 1.4
SCROLL_GOAL_MS = 16.7
MILLION = 1_000_000
ROUNDS = int(os.environ.get("ROUNDS", "21"))

DONE = """
def done():
    print(time.time(), time.process_time(), flush=True)
    os._exit(0)
"""

MINIMAL = f"""
import os, sys, time
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
{DONE}
class Window(QMainWindow):
    def paintEvent(self, event):
        QTimer.singleShot(0, done)
        super().paintEvent(event)
application = QApplication(sys.argv)
window = Window()
label = QLabel("Hello")
label.setAlignment(Qt.AlignmentFlag.AlignCenter)
window.setCentralWidget(label)
window.resize(1440, 900)
window.show()
application.exec()
"""

OURS = f"""
import os, sys, time
from pathlib import Path
from PySide6.QtCore import QTimer
from anitag_desktop.gui import application
from anitag_desktop.gui.main_window import MainWindow
{DONE}
painted = MainWindow.paintEvent
def paint(self, event):
    QTimer.singleShot(0, done)
    painted(self, event)
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
    least = {name: min(cpu for _, cpu in found) for name, found in times.items()}
    for name, found in times.items():
        best = min(wall for wall, _ in found) * 1000
        median = statistics.median(wall for wall, _ in found) * 1000
        print(
            f"{name:12} to first paint: processor {least[name] * 1000:5.0f} ms, "
            f"clock best {best:5.0f} ms, median {median:5.0f} ms"
        )
    return least["anitag"] / least["bare window"]


def _start(command: tuple[str, ...]) -> tuple[float, float]:
    """Return seconds from the start to the first paint, and CPU seconds used until then."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    # An installed program has its byte code written.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    began = time.time()
    done = subprocess.run(
        command,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    painted, cpu = (float(part) for part in done.stdout.split())
    return painted - began, cpu


def _measure_scrolling() -> float:
    """Return the p95 of a scroll step over a million pictures, in milliseconds."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    sys.path.insert(0, str(Path(__file__).parents[2]))
    from anitag_desktop.gui.application import make_application
    from anitag_desktop.gui.bridge import LibrarySignals
    from anitag_desktop.gui.gallery.view import GalleryView
    from anitag_desktop.gui.tasks import Tasks
    from anitag_desktop.gui.theme.theme import theme
    from anitag_desktop.gui.window_memory import WindowMemory
    from anitag_desktop.gui.workspace import Workspace

    application = make_application(sys.argv[:1])
    theme.dress(application)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        library = _crowded_library(root)
        tasks = Tasks()
        view = GalleryView(Workspace(library, tasks, LibrarySignals(), WindowMemory(root / "w")))
        view.resize(1440, 900)
        view.show()
        began = time.perf_counter()
        view.show_images(range(MILLION))
        view.viewport().repaint()
        print(f"showing {MILLION:,} pictures: {(time.perf_counter() - began) * 1000:.1f} ms")
        deadline = time.perf_counter() + 2
        while time.perf_counter() < deadline:
            application.processEvents()
            time.sleep(0.01)
        steps = _scroll(view, application, step=view.grid.pitch // 3, count=400)
        jumps = _scroll(view, application, step=MILLION // 7 * 13, count=100)
        view.close()
        tasks.close()
    for name, found in (("scroll step", steps), ("jump", jumps)):
        for clock, values in zip(("processor", "clock"), zip(*found, strict=True), strict=True):
            middle = statistics.median(values)
            print(f"{name:12} {clock:9} p50 {middle:5.1f} ms, p95 {_p95(values):5.1f} ms")
    return _p95([cpu for cpu, _ in steps])


def _crowded_library(root: Path) -> object:
    """Return a library of a million pictures that all look the same."""
    from PySide6.QtGui import QImage

    from tests.gui.fakes import FakeLibrary, FakePicture

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
    return library


def _scroll(view: object, application: object, step: int, count: int) -> list[tuple[float, float]]:
    """Return the main thread's and the clock's milliseconds of each step."""
    bar = view.verticalScrollBar()
    found = []
    for _ in range(count):
        began, cpu = time.perf_counter(), time.thread_time()
        bar.setValue((bar.value() + step) % max(1, bar.maximum()))
        view.viewport().repaint()
        application.processEvents()
        passed = time.perf_counter() - began
        found.append(((time.thread_time() - cpu) * 1000, passed * 1000))
    return found


def _p95(values: Sequence[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]


if __name__ == "__main__":
    raise SystemExit(main())
