"""How much memory the recogniser takes beside the bare session of its model.

    python tests/benchmarks/memory.py [--heavy] [--pictures 40] [--threads N]

The recogniser tags large pictures in every thread; the bare session runs one tensor in a process of
its own. Both are peaks as the system saw them. Goal: at most 256 MB for each thread beside it.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from anitag_desktop.recognition import decoding
from tests.benchmarks.networks import WRITERS
from tests.benchmarks.pipeline import Pipeline, write_files

GOAL = 256
_MEGABYTE = 1024  # in the kilobytes of the system
_BARE = """
import os, sys
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.path.insert(0, sys.argv[1])
from pathlib import Path
import onnxruntime
import numpy as np
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(sys.argv[2], options, ["CPUExecutionProvider"])
first = session.get_inputs()[0]
session.run(None, {first.name: np.zeros([1, *first.shape[1:]], np.float32)})
print(Path("/proc/self/status").read_text())
"""


def main() -> int:
    """Measure, print, and return 1 when the goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--heavy", action="store_true", help="with the heavy model")
    parser.add_argument("--pictures", type=int, default=40)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    args = parser.parse_args()
    decoding.harden()
    with tempfile.TemporaryDirectory(prefix="anitag-bench-") as name:
        folder = Path(name)
        model = WRITERS["heavy" if args.heavy else "light"](folder / "model")
        files = write_files(folder / "pictures", 8)
        bare = _peak(_run_bare(model / "model.onnx"))
        with Pipeline(model, files, args.threads) as pipeline:
            pipeline.cost(args.pictures)
            (child,) = psutil.Process().children()
            whole = _peak(Path(f"/proc/{child.pid}/status").read_text())
    beside = (whole - bare) / args.threads
    print(f"bare session {bare:.0f} MB, recogniser {whole:.0f} MB with {args.threads} threads")
    is_missed = beside > GOAL
    print(f"memory: {beside:.0f} MB a thread, {'missed' if is_missed else 'goal reached'} ({GOAL})")
    return int(is_missed)


def _run_bare(weights: Path) -> str:
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", _BARE, root, weights]
    return subprocess.run(
        [os.fspath(part) for part in command], capture_output=True, text=True, check=True
    ).stdout


def _peak(status: str) -> float:
    """Return the peak of resident memory in MB from what the system says of a process."""
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / _MEGABYTE


if __name__ == "__main__":
    sys.exit(main())
