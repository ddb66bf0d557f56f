"""How quickly the review asks, how much its questions teach, and which wrong labels it finds.

``make bench NAME=reviewing`` fills a library with 100,000 pictures (vectors of 256 numbers, 20
scores each) and prints how long the first question takes and the answer to one; the next question
is in memory by then. Goals: 1 s and 50 ms. The lesser of wall time and processor time counts, as
other programs on the machine add to the first.

With ``--data FOLDER`` (pictures with a ``labels.csv``, see ``labelled.py``; of large sets every
so-many-th picture, ``--part`` tells from which on; ``--cache`` keeps what the model says) it also
compares the order of the queue with random orders, on the half of the pictures that nobody is asked
about: macro-F1 as the app decides, and the best that any thresholds give, by the number of answers
(in brackets where 95 % of 1,000 draws of the seeds lie); and it plants wrong labels and prints the
AUROC with which they are ranked before the right ones.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from anitag_desktop.domain.question import Answer
from anitag_desktop.learning import suspicion
from anitag_desktop.learning.lesson import evidence_of
from anitag_desktop.learning.picking import Offer, pick
from anitag_desktop.learning.rows import logit
from anitag_desktop.learning.space import middle_of
from anitag_desktop.learning.worth import Doubts, heard, worth
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.question_gathering import AT_EACH, HEIGHTS, SURE
from anitag_desktop.services.reviewing import RANDOM_SHARE, SESSION, Reviewer
from anitag_desktop.storage.store import Store
from tests.benchmarks.labelled import BUNDLED, Labelled, look_at
from tests.benchmarks.likeness import Took, fill, memory, took
from tests.benchmarks.refreshed import Library, f1
from tests.helpers.libraries import open_store, predict, use_model

FIRST_GOAL, ANSWER_GOAL = 1_000.0, 50.0
_DIM, _SCORES, _TAGS = 256, 20, 400
_DRAWS = 1_000
_KNOWN, _WRONG = 600, 0.05

Order = Callable[["Faces", np.random.Generator], list[tuple[int, int]]]


def main() -> int:
    """Fill, ask, print, return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pictures", type=int, default=100_000)
    parser.add_argument("--data", type=Path, help="pictures with labels")
    parser.add_argument("--most", type=int, default=3_500, help="pictures of a set")
    parser.add_argument("--part", type=int, default=0, help="which of them; no two have one twice")
    parser.add_argument("--model", type=Path, default=BUNDLED)
    parser.add_argument("--cache", type=Path, help="folder to keep in what the model says")
    parser.add_argument("--answers", type=int, default=600)
    parser.add_argument("--step", type=int, default=SESSION, help="answers until it learns")
    parser.add_argument("--seeds", type=int, default=8)
    args = parser.parse_args()
    missed = ask_library(args.pictures) if args.pictures else []
    if args.data is not None:
        known = look_at(args.data, args.most, args.part, model=args.model, cache=args.cache)
        print(f"{args.data.name}: {len(known.vectors):,} pictures, {len(known.tags)} tags")
        compare_orders(known, args.answers, args.step, args.seeds)
        find_wrong_labels(known)
    print(memory())
    print(f"FAIL: {', '.join(missed)}" if missed else "PASS")
    return 1 if missed else 0


def ask_library(pictures: int) -> list[str]:
    """Print how long questions and answers take in a library; return what takes too long."""
    with tempfile.TemporaryDirectory() as folder, open_store(Path(folder)) as store:
        use_model(store)
        fill(store, pictures, _DIM)
        put_files(store)
        say_scores(store, pictures)
        reviewer = Reviewer(store, Corrector(store))
        first, found = took(reviewer.questions)
        again, _ = took(reviewer.questions)
        answers = [took(partial(reviewer.answer, one, Answer.YES))[0] for one in found[:20]]
    spent = Took(*(float(np.median(part)) for part in zip(*answers, strict=True)))
    print(f"{pictures:,} pictures, {len(found)} questions")
    told = {"first questions": first, "more questions": again, "an answer (median)": spent}
    for what, one in told.items():
        print(f"  {what}: {one.wall:.0f} ms, {one.cpu:.0f} ms of a processor")
    goals = {"first questions": FIRST_GOAL, "an answer (median)": ANSWER_GOAL}
    return [what for what, goal in goals.items() if min(told[what]) > goal]


def put_files(store: Store) -> None:
    """Let every picture be there, as far as the library knows."""

    def step(conn) -> None:
        cursor = conn.connection.cursor()
        cursor.execute("INSERT INTO folders (path, added_at) VALUES (x'2f70', 0)")
        cursor.execute(
            "INSERT INTO files (folder_id, image_id, path, size, mtime_ns, ctime_ns, inode, "
            "device, seen_at) SELECT last_insert_rowid(), id, CAST('/p/' || id AS BLOB), 1, 1, 1, "
            "id, 1, 0 FROM images"
        )
        cursor.close()

    store.library.write(step)


def say_scores(store: Store, pictures: int) -> None:
    """Let the model give each picture some scores, of tags that are common and rare."""
    predict(store, -1, {f"tag{number}": 0.9 for number in range(_TAGS)})  # makes the tags
    draw = np.random.default_rng(0)

    def step(conn) -> None:
        cursor = conn.connection.cursor()
        (model,) = cursor.execute("SELECT id FROM models WHERE model_id = 'test/model'").fetchone()
        numbers = [number for (number,) in cursor.execute("SELECT id FROM tags")]
        subjects = [
            one for (one,) in cursor.execute("SELECT id FROM subjects LIMIT ?", (pictures,))
        ]
        shares = 1 / np.arange(1, len(numbers) + 1) ** 0.7
        for start in range(0, len(subjects), 10_000):
            some = subjects[start : start + 10_000]
            which = draw.choice(len(numbers), (len(some), _SCORES), p=shares / shares.sum())
            scores = (draw.beta(0.6, 1.2, which.shape) * 9_400 + 500).astype(int)
            rows = [
                (subject, model, numbers[tag], score)
                for subject, own, values in zip(some, which.tolist(), scores.tolist(), strict=True)
                for tag, score in zip(own, values, strict=True)
            ]
            cursor.executemany("INSERT OR IGNORE INTO predictions VALUES (?, ?, ?, ?)", rows)
        cursor.execute("INSERT OR IGNORE INTO runs SELECT id, ?, 0 FROM subjects", (model,))
        cursor.execute(
            "INSERT OR IGNORE INTO image_tags SELECT p.tag_id, s.image_id, 'model', p.score "
            "FROM predictions p JOIN subjects s ON s.id = p.subject_id WHERE p.score >= 5000"
        )
        cursor.close()

    store.index.write(step)


class Faces(Library):
    """Pictures with scores and the truth; half are asked about, the others measure."""

    def __init__(self, known: Labelled, seed: int, step: int = SESSION) -> None:
        order = np.random.default_rng(seed).permutation(len(known.vectors))
        super().__init__(known.some(order), len(order) // 2)
        self.step, self.truth = step, self.known.has
        self.answers: dict[tuple[int, int], bool] = {}
        self.placed = middle_of(self.known.vectors[self.sample]).place(self.known.vectors)
        self.scores = self.known.scores[:, : self.truth.shape[1]]
        self.thresholds = self.known.thresholds

    def learn(self) -> None:
        """Learn from the answers."""
        told: dict[int, dict[int, bool]] = {}
        for (picture, tag), has in self.answers.items():
            told.setdefault(tag, {})[picture] = has
        self.scores, self.thresholds = self.refreshed(told, answers=True)

    def f1(self) -> tuple[float, float]:
        """Return macro-F1 of pictures not asked about: as decided, and by the best thresholds."""
        scores, truth = self.scores[self.asked :], self.truth[self.asked :]
        best = []
        for tag in range(truth.shape[1]):
            true = truth[np.argsort(-scores[:, tag]), tag]
            best.append((2 * np.cumsum(true) / (np.arange(1, len(true) + 1) + true.sum())).max())
        return f1(scores >= self.thresholds, truth), float(np.mean(best))

    def open_pairs(self, least: float) -> np.ndarray:
        """Return the pictures and tags of a score or more that nobody was asked about."""
        is_open = self.scores[: self.asked] >= least
        for pair in self.answers:
            is_open[pair] = False
        return np.argwhere(is_open)

    def candidates(self) -> np.ndarray:
        """Return those at all heights of the score, as the review gathers them."""
        pairs, found = self.open_pairs(HEIGHTS[0]), []
        for tag, threshold in enumerate(self.thresholds):
            own = pairs[pairs[:, 1] == tag]
            own = own[np.argsort(self.scores[own[:, 0], tag])]
            starts = np.searchsorted(self.scores[own[:, 0], tag], (*HEIGHTS, threshold))
            places = {place + more for place in starts for more in range(AT_EACH)}
            places |= {starts[-1] - more for more in range(1, AT_EACH + 1)}
            found.append(own[sorted(place for place in places if 0 <= place < len(own))])
        return np.concatenate(found)


def by_queue(faces: Faces, draw: np.random.Generator) -> list[tuple[int, int]]:
    """Questions as the review ranks them, the share drawn by lot among them."""
    pairs = faces.candidates()
    own, tags = pairs[:, 0], pairs[:, 1]
    doubtful = np.minimum(faces.thresholds, SURE)
    margins = logit(faces.scores[own, tags], 0.005) - logit(doubtful, 0.005)[tags]
    having = (faces.scores[: faces.asked] >= faces.thresholds).astype(np.float32)
    for (picture, tag), has in faces.answers.items():
        having[picture, tag] = has
    pictures, rows = np.unique(own, return_inverse=True)
    count = len(faces.sample)
    inside = np.where(pictures < count, pictures, -1).astype(np.float32)
    near = heard(faces.placed[pictures], faces.placed[:count], having[:count], inside)
    spreads = np.zeros(len(pairs), np.float32)
    values = worth(Doubts(margins, having.mean(axis=0)[tags], near[rows, tags], spreads))
    answers = np.bincount([tag for _, tag in faces.answers], minlength=len(faces.thresholds))
    lots = round(faces.step * RANDOM_SHARE)
    offer = Offer(values, own, tags, faces.placed, answers)
    chosen = pairs[pick(offer, faces.step - lots, int(draw.integers(2**31)))]
    asked = {(int(picture), int(tag)) for picture, tag in chosen}
    rest = [pair for pair in at_random(HEIGHTS[0], faces, draw) if pair not in asked]
    return [*asked, *rest[:lots]]


def at_random(least: float, faces: Faces, draw: np.random.Generator) -> list[tuple[int, int]]:
    """Questions in random order, of pictures and tags of a score or more."""
    pairs = faces.open_pairs(least)
    chosen = pairs[draw.choice(len(pairs), faces.step, replace=False)]
    return [(int(picture), int(tag)) for picture, tag in chosen]


def compare_orders(known: Labelled, most: int, step: int, seeds: int) -> None:
    """Print F1 by the number of answers, and what share of the answers the queue needs."""
    orders: dict[str, Order] = {
        "queue": by_queue,
        "random suggestion": partial(at_random, 0.05),
        "random picture and tag": partial(at_random, 0.0),
    }
    curves = {}
    for name, order in orders.items():
        runs = [curve(Faces(known, seed, step), order, most, seed) for seed in range(seeds)]
        curves[name] = np.array(runs)
        for measure, values in zip(("decided", "best"), np.mean(runs, axis=0).T, strict=True):
            told = " ".join(f"{value:.3f}" for value in values)
            print(f"{name}, F1 {measure}: {told}", flush=True)
    for name in list(orders)[1:]:
        for place, measure in enumerate(("decided", "best")):
            told = shares(curves["queue"][..., place], curves[name][..., place])
            print(f"F1 ({measure}) of {most} answers in the order {name}: {told} as many")


def shares(queue: np.ndarray, other: np.ndarray) -> str:
    """Say which share of the answers the queue needs (curves: seed, step), with its interval."""
    draw = np.random.default_rng(0)
    drawn = [draw.integers(len(queue), size=len(queue)) for _ in range(_DRAWS)]
    steps = queue.shape[1] - 1
    value, *found = [
        needed(queue[some].mean(axis=0), float(other[some, -1].mean())) / steps
        for some in (np.arange(len(queue)), *drawn)
    ]
    low, high = np.quantile(found, (0.025, 0.975), method="nearest")
    return f"{value:.2f} ({low:.2f} to {high:.2f})"


def curve(faces: Faces, order: Order, most: int, seed: int) -> list[tuple[float, float]]:
    """Return both F1 after each step."""
    draw, found = np.random.default_rng(seed), [faces.f1()]
    while len(faces.answers) < most:
        for picture, tag in order(faces, draw):
            faces.answers[picture, tag] = bool(faces.truth[picture, tag])
        faces.learn()
        found.append(faces.f1())
    return found


def needed(values: np.ndarray, goal: float) -> float:
    """Return after how many steps a curve reaches a value, between steps by a line."""
    above = np.flatnonzero(values >= goal)
    if not len(above):
        return float("inf")
    place = int(above[0])
    if place == 0:
        return 0.0
    low, high = values[place - 1], values[place]
    return float(place - 1 + (goal - low) / (high - low))


def find_wrong_labels(known: Labelled) -> None:
    """Print with which AUROC labels that were turned over are ranked before the others."""
    faces = Faces(known, 0)
    draw = np.random.default_rng(0)
    count, found = min(_KNOWN, faces.asked), []
    for tag in range(len(known.tags)):
        pictures = draw.permutation(faces.asked)[:count]
        truth = faces.truth[pictures, tag]
        turned = draw.random(count) < _WRONG
        said = dict(zip(pictures.tolist(), (truth != turned).tolist(), strict=True))
        evidence = evidence_of(faces.lesson({tag: said}, answers=False), known.tags[tag])
        folds = np.arange(count) % suspicion.FOLDS
        likely = suspicion.out_of_fold(faces.placed, evidence, folds)
        labels = np.array(list(said.values()), np.float32)
        confidence = suspicion.judge(labels, likely).confidence
        found.append((confidence[turned][:, None] < confidence[~turned][None]).mean())
    print(
        f"{_WRONG:.0%} of {count} labels turned over, {len(found)} tags: AUROC "
        f"{np.mean(found):.3f} (from {min(found):.3f} to {max(found):.3f}); what is true is "
        "itself wrong now and then in these sets"
    )


if __name__ == "__main__":
    sys.exit(main())
