"""How long likeness takes: python -m tests.benchmarks.likeness [--pictures 100000] [--dim 768].

Vectors in clusters (as those of pictures are) lie in a real library. Printed: p50/p95 of a question
through the index for all pictures and for a part of them, the recall of the nearest
20 against comparing all in float32, the time of that, and what building, saving and loading cost.
"""

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from anitag_desktop.storage.likeness_index import LikenessIndex
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import open_store, use_model

_TIMES = 40
_NEAREST = 20
_CHUNK = 20_000


def main() -> None:
    """Build a library, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--dim", type=int, default=768)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with open_store(root) as store:
            use_model(store)
            timed("filling", lambda: fill(store, args.pictures, args.dim))
        with open_store(root) as store:
            index = LikenessIndex(store)
            probe = cluster_vectors(1, args.dim, 7)[0].tobytes()
            timed("building (first question)", lambda: index.nearest(probe, None, _NEAREST))
            started = time.perf_counter()
        print(f"saving: {time.perf_counter() - started:.2f} s")
        with open_store(root) as store:
            index = LikenessIndex(store)
            timed("loading (first question)", lambda: index.nearest(probe, None, _NEAREST))
            ask(index, args.pictures, args.dim)
        print(f"index.db: {(root / 'index.db').stat().st_size / 1e6:.0f} MB")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def timed(what: str, do) -> None:
    """Run and print how long it took."""
    started = time.perf_counter()
    do()
    print(f"{what}: {time.perf_counter() - started:.2f} s", flush=True)


def cluster_vectors(count: int, dim: int, seed: int) -> np.ndarray:
    """Vectors (half floats) in clusters; the centres are the same for every seed."""
    centres = np.random.default_rng(0).standard_normal((1000, dim), np.float32) + 0.5
    draw = np.random.default_rng(seed)
    noise = draw.standard_normal((count, dim), np.float32)
    return (centres[draw.integers(0, 1000, count)] + 0.8 * noise).astype("<f2")


def fill(store: Store, count: int, dim: int) -> None:
    """Write pictures that no disk holds, and their vectors."""
    columns = "(id, sha256, md5, pixel_hash, phash, width, height, format, bytes, added_at)"
    store.library.write(
        lambda conn: conn.connection.cursor().executemany(
            f"INSERT INTO images {columns} VALUES (?, ?, ?, ?, 0, 1, 1, 'png', 1, 0)",
            ((i, f"{i:064x}", f"{i:032x}", f"{i:064x}") for i in range(1, count + 1)),
        )
    )

    def step(conn):
        cursor = conn.connection.cursor()
        cursor.execute("INSERT INTO models (id, model_id, revision) VALUES (1, 'test/model', '1')")
        for first in range(0, count, _CHUNK):
            ids = range(first + 1, min(count, first + _CHUNK) + 1)
            names = [(i, f"{i:064x}") for i in ids]
            cursor.executemany("INSERT INTO images (id, sha256) VALUES (?, ?)", names)
            rows = [(i, name, i) for i, name in names]
            cursor.executemany("INSERT INTO subjects (id, uid, image_id) VALUES (?, ?, ?)", rows)
            vectors = cluster_vectors(len(ids), dim, 1 + first)
            cursor.executemany(
                "INSERT INTO embeddings (subject_id, model_id, dim, vector) VALUES (?, 1, ?, ?)",
                ((i, dim, vector.tobytes()) for i, vector in zip(ids, vectors, strict=True)),
            )

    store.index.write(step)


def ask(index: LikenessIndex, count: int, dim: int) -> None:
    """Ask for all pictures and for some, and compare with the exact answers."""
    questions = cluster_vectors(_TIMES, dim, 99)
    draw = np.random.default_rng(1)
    kinds = {"all": np.arange(1, count + 1, dtype=np.uint32)}
    for share in (0.5, 0.1, 0.01):
        kinds[f"{share:.0%}"] = np.flatnonzero(draw.random(count) < share).astype(np.uint32) + 1
    exact, seconds = exact_answers(questions, count, dim, kinds)
    print(f"comparing all in float32: p50 {np.median(seconds) * 1e3:.1f} ms")
    for name, allowed in kinds.items():
        spans, recall = [], []
        for question, wanted in zip(questions, exact[name], strict=True):
            started = time.perf_counter()
            found = index.nearest(question.tobytes(), allowed, _NEAREST)
            spans.append(time.perf_counter() - started)
            recall.append(len({i for i, _ in found} & wanted) / len(wanted))
        p50, p95 = np.percentile(np.array(spans) * 1e3, [50, 95])
        ratio = np.median(seconds) / np.median(spans)
        print(
            f"{name:>5}: p50 {p50:.1f} ms, p95 {p95:.1f} ms, recall@{_NEAREST} "
            f"{np.mean(recall):.4f}, {ratio:.0f} times as fast as comparing all",
            flush=True,
        )


def exact_answers(questions, count, dim, kinds):
    """Return the nearest ids for each kind and question, and the seconds that each scan took."""
    target = questions.astype(np.float32)
    target /= np.linalg.norm(target, axis=1, keepdims=True)
    cosines = np.empty((len(target), count), np.float32)
    spans = []
    for first in range(0, count, _CHUNK):
        stop = min(count, first + _CHUNK)
        vectors = cluster_vectors(stop - first, dim, 1 + first).astype(np.float32)
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        started = time.perf_counter()
        vectors @ target[0]
        spans.append((time.perf_counter() - started) * count / (stop - first))
        cosines[:, first:stop] = target @ vectors.T
    answers = {
        name: [
            {int(allowed[i]) for i in np.argpartition(-row[allowed - 1], _NEAREST)[:_NEAREST]}
            for row in cosines
        ]
        for name, allowed in kinds.items()
    }
    return answers, spans


if __name__ == "__main__":
    main()
