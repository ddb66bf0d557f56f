"""How long learning from corrections takes, against the arithmetic that it cannot do without.

``make bench NAME=learning`` learns 20 tags from 500 pictures and 200 tags from 20,000 (vectors of
768 numbers), and scores a library of 100,000 pictures with a head of 20 tags through the storage
layer (``--pictures 1000000`` for a million: some minutes and 6 GB). Printed are wall time and the
processor time of all threads; scoring also as a ratio to the bare matrix product on vectors that
are in memory, and to that with reading the vectors from SQLite.

Goals: 500 pictures x 20 tags within 3 s, 20,000 x 200 within 30 s; the lesser of wall time and
processor time counts, as other programs on the machine add to the first. Rows of tags of which
nothing new was said have to be the same bit for bit.
"""

import argparse
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from anitag_desktop.learning.evidence import Said
from anitag_desktop.learning.head import PersonalHead
from anitag_desktop.learning.lesson import Lesson, learn
from anitag_desktop.storage import personal_heads
from anitag_desktop.storage.head_choices import HeadInUse
from anitag_desktop.storage.plain_rows import plain_rows
from anitag_desktop.storage.store import Store
from tests.benchmarks.likeness import Took, fill, memory, took
from tests.helpers.libraries import open_store, use_model

DIM = 768
SMALL_GOAL, LARGE_GOAL = 3.0, 30.0
_SAMPLE = 1_000


def main() -> int:
    """Learn, score, print, return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100_000)
    args = parser.parse_args()
    missed = []
    for pictures, tags, goal in ((500, 20, SMALL_GOAL), (20_000, 200, LARGE_GOAL)):
        known = lesson(pictures, tags)
        spent, _ = took(lambda known=known: learn(known, None))
        what = f"learning {tags} tags from {pictures:,} pictures"
        print(f"{what}: {tell(spent)} (goal {goal:.0f} s)", flush=True)
        if min(spent) > goal * 1e3:
            missed.append(what)
    head = learn(lesson(2_000, 20), None)
    if not keeps_rows(head):
        missed.append("rows of tags that nothing new was said of")
    score_library(head, args.pictures)
    print(memory())
    print(f"FAIL: {', '.join(missed)}" if missed else "PASS")
    return 1 if missed else 0


def lesson(pictures: int, tags: int, first: int = 0) -> Lesson:
    """Pictures of which the user spoke of every tag, a tenth of them with each.

    The model is mostly right, or nobody would ask how far to rely on it.
    """
    draw = np.random.default_rng(0)
    vectors = draw.standard_normal((pictures + _SAMPLE, DIM)).astype(np.float32)
    rows = draw.standard_normal((DIM, tags)).astype(np.float32)
    values = vectors[:pictures] @ rows + 5 * draw.standard_normal((pictures, tags))
    has = values > np.quantile(values, 0.9, axis=0)
    scores = draw.random((pictures + _SAMPLE, tags), np.float32) / 2
    scores[:pictures] += 0.4 * has
    uids = [f"{place:064x}" for place in range(pictures + _SAMPLE)]
    said = {
        f"tag{tag + first}": Said(dict(zip(uids, has[:, tag].tolist(), strict=False)), False)
        for tag in range(tags)
    }
    return Lesson(
        {uid: place for place, uid in enumerate(uids)},
        vectors,
        scores,
        np.arange(pictures, pictures + _SAMPLE),
        said,
        {},
    )


def keeps_rows(head: PersonalHead) -> bool:
    """Tell whether learning one tag again leaves the others as they are, bit for bit."""
    again = lesson(2_000, 20)
    changed = dict(again.tags)
    changed["tag3"] = Said(dict(list(changed["tag3"].verdicts.items())[:-1]), False)
    other = learn(again._replace(tags=changed), head)
    before = dict(zip(head.tags.uids, head.tags.rows.weights, strict=True))
    after = dict(zip(other.tags.uids, other.tags.rows.weights, strict=True))
    same = {uid for uid in before if before[uid].tobytes() == after[uid].tobytes()}
    print(f"rows of 20 tags after one was learnt again: {len(same)} are the same bit for bit")
    return same == before.keys() - {"tag3"}


def score_library(head: PersonalHead, pictures: int) -> None:
    """Print how long it takes to score a library, and what of it is bare arithmetic."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        key = use_model(store)
        fill_index(store, pictures)
        use = HeadInUse("0" * 16, key, frozenset(head.uids))
        scoring, _ = took(lambda: score_all(store, use, head))
        reading, vectors = took(lambda: read_all(store))
        product, _ = took(lambda: vectors.astype(np.float32) @ head.tags.rows.weights.T)
        found = count(store)
    bare = product.wall + reading.wall
    print(
        f"scoring {pictures:,} pictures for {len(head.uids)} tags: {tell(scoring)}; "
        f"{found:,} scores kept\n"
        f"  {scoring.wall / product.wall:.1f} x the matrix product ({tell(product)}), "
        f"{scoring.wall / bare:.1f} x that and reading the vectors ({tell(reading)})"
    )


def fill_index(store: Store, pictures: int) -> None:
    """Fill a library as the benchmark of likeness does, and let the model have looked at it."""
    fill(store, pictures, DIM)
    store.index.write(
        lambda conn: (
            conn.connection.cursor()
            .execute("INSERT INTO runs (subject_id, model_id, at) SELECT id, 1, 0 FROM subjects")
            .close()
        )
    )


def score_all(store: Store, use: HeadInUse, head: PersonalHead) -> None:
    """Score every picture, as a refresh does."""
    done: tuple[int, int] | None = (0, 0)
    while done is not None:
        [side] = personal_heads.sides(use, head, [use.model])
        step = partial(personal_heads.score_next, use=use, side=side, after=done[1])
        done = store.index.write(step)


def read_all(store: Store) -> np.ndarray:
    """Return the vectors of all pictures."""
    with store.index.read() as conn:
        rows = plain_rows(conn, "SELECT vector FROM embeddings")
    return np.frombuffer(b"".join(vector for (vector,) in rows), "<f2").reshape(-1, DIM)


def count(store: Store) -> int:
    """Return how many scores there are."""
    with store.index.read() as conn:
        return int(plain_rows(conn, "SELECT count(*) FROM predictions")[0][0])


def tell(spent: Took) -> str:
    """Return a time in words."""
    return f"{spent.wall / 1e3:.2f} s, {spent.cpu / 1e3:.2f} s of a processor"


if __name__ == "__main__":
    started = time.monotonic()
    status = main()
    print(f"{time.monotonic() - started:.0f} s in all", file=sys.stderr)
    sys.exit(status)
