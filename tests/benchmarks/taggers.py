"""anitag against the loops that people use today, on the same models and the same files.

    python tests/benchmarks/taggers.py --peers PYTHON [--pictures FOLDER] [--rounds 5]

``PYTHON`` is that of an environment with dghs-imgutils and OpenCV, whose packages anitag does not
need: python -m venv /tmp/peers && /tmp/peers/bin/pip install dghs-imgutils onnxruntime

Everything takes turns in one run; printed are pictures a second and milliseconds of CPU time, as
medians. ``busy`` is the same while another program keeps one core busy. The models are look-alikes
of ViT-B/16 and MobileNetV4-conv-small at 448 pixels with 10,861 labels. The files are JPEG, PNG and
WebP of the sizes that boorus have; with a folder their content is that of real pictures.

Goals: three times imgutils with the light model; 1.2 times with the heavy one, and 1.5 times while
a core is busy; 0.92 of the raw session with the heavy one. What can be reached at all is printed
beside: ``raw`` is the session without pictures, ``least`` only reads, decodes, scales exactly as
the family does and runs the session, in as many threads: no hash, thumbnail, process or message.
Where ``least`` itself misses a goal, no pipeline around the same decoder and session reaches it.
"""

import argparse
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from anitag_desktop.recognition import decoding
from anitag_desktop.recognition.formats import sniff
from anitag_desktop.recognition.giving_back import keep_memory
from anitag_desktop.recognition.model_package import ModelPackage
from tests.benchmarks.networks import WRITERS
from tests.benchmarks.peer_loops import LOOPS
from tests.benchmarks.pipeline import KINDS, Cost, Pipeline, measured, works, write_files
from tests.benchmarks.reduction import sheet

ROWS = ("raw", "decode", "least", "anitag", *LOOPS)
Parts = dict[str, Callable[[], Cost]]


@dataclass(frozen=True)
class Goal:
    """What anitag is to reach: so many times the rate of something."""

    kind: str
    against: str
    times: float

    def missed(self, found: dict[str, Cost]) -> bool:
        """Tell whether it is missed."""
        return ratio(found, self.against) < self.times

    def __str__(self) -> str:
        return f"{self.kind}: {self.times} of {self.against}"


GOALS = (
    Goal("light", "imgutils", 3.0),
    Goal("heavy", "imgutils", 1.2),
    Goal("heavy, busy", "imgutils", 1.5),
    Goal("heavy", "raw", 0.92),
)


def ratio(found: dict[str, Cost], against: str, of: str = "anitag") -> float:
    """Return how many times as fast as something anitag is, or another."""
    return found[against].clock / found[of].clock


def main() -> int:
    """Measure, print, and return 1 when a goal is missed."""
    args = _arguments()
    decoding.harden()
    keep_memory()
    results: dict[str, dict[str, Cost]] = {}
    with tempfile.TemporaryDirectory(prefix="anitag-bench-") as name:
        folder = Path(name)
        files = _files(folder / "pictures", args)
        print(f"{len(files)} files, {args.threads} threads, {args.rounds} rounds")
        for kind, count in (("light", args.light), ("heavy", args.heavy)):
            if count:
                model = WRITERS[kind](folder / kind)
                found = measure(kind, model, files, count, args)
                for name, costs in found.items():
                    _print(name, costs)
                results |= found
    missed = [
        str(goal) for goal in GOALS if goal.kind in results and goal.missed(results[goal.kind])
    ]
    print(f"taggers: {'missed: ' + '; '.join(missed) if missed else 'goals reached'}")
    return 1 if missed else 0


def measure(
    kind: str, model: Path, files: Sequence[Path], count: int, args: argparse.Namespace
) -> dict[str, dict[str, Cost]]:
    """Return what a picture costs in each row, idle and beside a busy program."""
    work = works(ModelPackage.load(model), files)
    with ExitStack() as stack:
        pipeline = stack.enter_context(Pipeline(model, files, args.threads))
        parts: Parts = {
            "raw": lambda: measured(work["raw"], count, args.threads),
            "decode": lambda: measured(work["decode"], 2 * len(files), args.threads),
            "least": lambda: measured(work["least"], count, args.threads),
            "anitag": lambda: pipeline.cost(count),
        }
        for loop in LOOPS:
            peer = stack.enter_context(_peer(args.peers, loop, model, files))
            parts[loop] = lambda peer=peer: peer(count)
        idle = _medians(parts, args.rounds)
        with _busy_core():
            busy = _medians(parts, max(1, args.rounds // 2))
    return {kind: idle, f"{kind}, busy": busy}


def _medians(parts: Parts, rounds: int) -> dict[str, Cost]:
    taken: dict[str, list[Cost]] = {name: [] for name in parts}
    for number in range(rounds):
        order = list(parts) if number % 2 == 0 else list(reversed(parts))
        for name in order:
            taken[name].append(parts[name]())
    return {
        name: Cost(
            statistics.median(cost.clock for cost in costs),
            statistics.median(cost.cpu for cost in costs),
        )
        for name, costs in taken.items()
    }


@contextmanager
def _peer(
    python: Path, loop: str, model: Path, files: Sequence[Path]
) -> Iterator[Callable[[int], Cost]]:
    script = Path(__file__).with_name("peer_loops.py")
    command = [python, script, loop, model, *files]
    with subprocess.Popen(
        [os.fspath(part) for part in command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        stdin, stdout = process.stdin, process.stdout
        if stdin is None or stdout is None or stdout.readline().strip() != "ready":
            raise RuntimeError(f"{loop} does not start in {python}")

        def cost(count: int) -> Cost:
            print(count, file=stdin, flush=True)
            clock, cpu = map(float, stdout.readline().split())
            return Cost(clock, cpu)

        yield cost
        stdin.close()


@contextmanager
def _busy_core() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-c", "while True: pass"])
    try:
        yield
    finally:
        process.kill()
        process.wait()


def _files(folder: Path, args: argparse.Namespace) -> list[Path]:
    if args.pictures is None:
        return write_files(folder, args.files)
    folder.mkdir()
    known = [path for path in sorted(args.pictures.rglob("*")) if path.is_file()]
    known = [path for path in known if sniff(path.read_bytes()[:64])]
    rng, paths = random.Random(0), []
    for number in range(args.files):
        suffix, width, height, options = KINDS[number % len(KINDS)]
        paths.append(folder / f"{number}.{suffix}")
        sheet((width, height), known, rng).save(paths[-1], **options)
    return paths


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    parser.add_argument("--peers", type=Path, required=True, help="a Python with dghs-imgutils")
    parser.add_argument("--pictures", type=Path, help="a folder of real pictures")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--light", type=int, default=24, help="pictures a round, light model")
    parser.add_argument("--heavy", type=int, default=4, help="pictures a round, heavy model")
    parser.add_argument("--files", type=int, default=8, help="different picture files")
    parser.add_argument("--threads", type=int, default=cores)
    return parser.parse_args()


def _print(kind: str, found: dict[str, Cost]) -> None:
    for name in ROWS:
        print(f"{kind}: {name:10} {found[name]}")
    told = ", ".join(f"{ratio(found, name):.2f} of {name}" for name in ROWS if name != "anitag")
    most = ratio(found, "imgutils", of="least")
    print(f"{kind}: anitag is {told}; the least that has to be done is {most:.2f} of imgutils")


if __name__ == "__main__":
    sys.exit(main())
