"""How long it takes to group unknown faces, against the matrix product that compares them all.

``make bench NAME=grouping`` groups 2,000, 20,000 and 100,000 vectors of 512 numbers, drawn as the
faces of identities: a middle each, near those of some look-alikes, faces at their own distances
from it, and a tenth that shows somebody who comes but once. ``--sizes 2000`` takes some seconds,
the largest size minutes. Each runs in a process of its own.

Printed are wall time and the processor time of all threads, how much memory it takes at its peak
beside the vectors, the ratio to one bare product of all vectors with all, block by block as
float32, in the same run (from 20,000 on the grouping compares in fewer dimensions than that), and
against the truth: the part of the faces in groups that show who most of their group shows (purity),
the part of the faces with company that came into a group, and how many groups an identity has.

Goal: a purity of at least 0.95.

With a library of tagged pictures (``--library``) and folders with a ``labels.csv`` of the file
and one character (``--data``) the same is told of real pictures instead, each folder by itself.
"""

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Sequence
from multiprocessing import get_context
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from anitag_desktop.learning import clusters
from anitag_desktop.learning.clusters import Cluster
from anitag_desktop.learning.space import middle_of
from tests.benchmarks.likeness import Took, took
from tests.benchmarks.taught import open_library, read

DIM = 512
SIZES = (2_000, 20_000, 100_000)
PURITY_GOAL = 0.95
CUT = 0.5
"""The cosine from which on faces go together: what an embedder's maker measured, elsewhere."""

_FACES = 20
_ALIKE, _SHARED = 4, 1.5
_ALONE = 0.1
_NEAREST, _FARTHEST = 0.4, 1.0
_CHUNK = 10_000
_BLOCK, _CELLS = 1_024, 16_000_000


def main() -> int:
    """Group, compare, print, return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES)
    parser.add_argument("--library", type=Path)
    parser.add_argument("--data", type=Path, action="append", default=[])
    args = parser.parse_args()
    if args.library:
        for folder in args.data:
            measure_real(args.library, folder)
        return 0
    sizes = args.sizes
    with get_context("spawn").Pool(1, maxtasksperchild=1) as pool:
        purities = list(pool.imap(measure, sizes, chunksize=1))
    missed = [f"{size:,}" for size, pure in zip(sizes, purities, strict=True) if pure < PURITY_GOAL]
    print(f"FAIL: purity of {', '.join(missed)}" if missed else "PASS")
    return 1 if missed else 0


def measure(size: int) -> float:
    """Group so many vectors, print what it took and came to; return the purity."""
    truth = identities(size)
    vectors = faces(truth)
    clusters.find(vectors[:64], CUT)  # what is imported only then is no part of it
    before = megabytes("VmRSS")
    spent, found = took(lambda: clusters.find(vectors, CUT))
    grown = megabytes("VmHWM") - before
    bare, _ = took(lambda: compare_all(vectors))
    wall, cpu = (ours / theirs for ours, theirs in zip(spent, bare, strict=True))
    print(f"{size:,} vectors of {DIM}: {tell(spent)}, {grown:.0f} MB more at the peak")
    print(f"  bare product: {tell(bare)}; ratio {wall:.2f}, of processor time {cpu:.2f}")
    pure, grouped, pieces = against_truth(found, truth)
    told = f"purity {pure:.3f}, {grouped:.3f} of those with company grouped"
    print(f"  {len(found):,} groups: {told}, {pieces:.2f} groups an identity", flush=True)
    return pure


def measure_real(library: Path, folder: Path) -> None:
    """Group the pictures of a folder that show one character, and print what it came to."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        known = read(open_library(library), list(csv.reader(file))[1:])
    alone = known.has.sum(axis=1) == 1
    truth, raw = known.has[alone].argmax(axis=1), known.vectors[alone]
    placed = middle_of(raw).place(raw)
    found = clusters.find(placed, clusters.cut_of(placed))
    pure, grouped, pieces = against_truth(found, truth)
    told = f"purity {pure:.3f}, {grouped:.3f} grouped, {pieces:.2f} groups a character"
    print(f"{folder.name}: {len(truth):,} pictures, {len(found)} groups, {told}")


def identities(size: int) -> np.ndarray:
    """Whom each face shows: identities of very different numbers of faces, mixed."""
    draw = np.random.default_rng(size)
    alone = round(size * _ALONE)
    count = max(1, (size - alone) // _FACES)
    weights = draw.exponential(size=count)
    known = draw.choice(count, size - alone, p=weights / weights.sum())
    return draw.permutation(np.concatenate((known, count + np.arange(alone))))


def faces(truth: np.ndarray) -> np.ndarray:
    """Vectors of length 1 (half floats), some near the middle of their identity, some far."""
    draw = np.random.default_rng(len(truth))
    count = int(truth.max()) + 1
    shared = _unit(draw.standard_normal((count // _ALIKE + 1, DIM), np.float32))
    own = _unit(draw.standard_normal((count, DIM), np.float32))
    middles = _unit(own + _SHARED * shared[np.arange(count) // _ALIKE])
    parts = []
    for start in range(0, len(truth), _CHUNK):
        some = truth[start : start + _CHUNK]
        noise = _unit(draw.standard_normal((len(some), DIM), np.float32))
        far = draw.uniform(_NEAREST, _FARTHEST, (len(some), 1)).astype(np.float32)
        parts.append(_unit(middles[some] + far * noise).astype(np.float16))
    return np.concatenate(parts)


def compare_all(vectors: np.ndarray) -> None:
    """Compare all with all, as many at a time as the grouping does."""
    every = vectors.astype(np.float32)
    block = min(_BLOCK, max(1, _CELLS // len(every)))
    for start in range(0, len(every), block):
        every[start : start + block] @ every.T


def against_truth(found: Sequence[Cluster], truth: np.ndarray) -> tuple[float, float, float]:
    """Purity, the part of the faces with company that are in groups, groups an identity."""
    in_groups = [Counter(truth[list(one.members)].tolist()) for one in found]
    members = sum(sum(one.values()) for one in in_groups)
    most = [one.most_common(1)[0] for one in in_groups]
    company = np.bincount(truth)[truth] >= clusters.LEAST
    grouped = np.zeros(len(truth), np.bool_)
    for one in found:
        grouped[list(one.members)] = True
    named = {name for name, _ in most}
    return (
        sum(count for _, count in most) / max(1, members),
        float((grouped & company).sum() / max(1, company.sum())),
        len(found) / max(1, len(named)),
    )


def megabytes(what: str) -> float:
    """What the system says of the memory of this process."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return int(dict(line.split(":", 1) for line in lines)[what].split()[0]) / 1024


def tell(spent: Took) -> str:
    """Say it in seconds."""
    return f"{spent.wall / 1e3:.2f} s, {spent.cpu / 1e3:.2f} s of a processor"


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


if __name__ == "__main__":
    sys.exit(main())
