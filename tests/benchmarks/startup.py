"""How long ``anitag --help`` takes, against importing what the window and the worker need.

The goal: under half the time that importing PySide6.QtWidgets and onnxruntime takes. Each is
started as a process of its own, in turns, and the medians are compared.
"""

import os
import statistics
import subprocess
import sys
import time

GOAL = 0.5
ROUNDS = 11

HELP = (sys.executable, "-m", "anitag_desktop", "--help")
IMPORTS = (sys.executable, "-c", "import PySide6.QtWidgets, onnxruntime")
NOTHING = (sys.executable, "-c", "pass")


def seconds(command: tuple[str, ...]) -> float:
    """Run a program once and return how long it took."""
    environment = {**os.environ, "ORT_DISABLE_TELEMETRY": "1", "QT_QPA_PLATFORM": "offscreen"}
    started = time.perf_counter()
    subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - started


def main() -> int:
    """Measure, print, and return 1 if the goal is missed."""
    for command in (HELP, IMPORTS, NOTHING):
        seconds(command)  # the first start reads the files from the disk
    rounds = [(seconds(HELP), seconds(IMPORTS), seconds(NOTHING)) for _ in range(ROUNDS)]
    help_time, import_time, bare_time = (
        statistics.median(times) for times in zip(*rounds, strict=True)
    )
    print(f"anitag --help                       {help_time * 1000:7.1f} ms")
    print(f"import PySide6.QtWidgets, onnxruntime {import_time * 1000:5.1f} ms")
    print(f"python -c pass                      {bare_time * 1000:7.1f} ms")
    ratio = help_time / import_time
    verdict = "reached" if ratio < GOAL else "MISSED"
    print(f"startup: ratio {ratio:.2f}, goal under {GOAL}: {verdict}")
    return 0 if ratio < GOAL else 1


if __name__ == "__main__":
    raise SystemExit(main())
