"""How often the gate lets a model through that was trained on corrections which are pure noise.

``make bench NAME=noise`` trains one small model of coloured discs, lets it tag a library of them,
and then retrains it again and again by the real path: corrections, job, training, blend, export,
thresholds, comparison on what was held out. After each the new model is refused and the corrections
are undone, so that every retraining begins at the same model.

Noise: of 200 discs, others each time, a coin says for each disc and tag whether the user accepts or
rejects it; ``--share`` of the coins say yes (of a fifth or less thresholds are learnt, too). The
tags are by turns a colour that the model knows, a mark that it knows, one that it does not know,
and several of both kinds. Control: as many corrections of the same tags, which follow a rule that
can be seen (the disc is red). A gate that lets nothing through fails it. Goals: of the noise at
most 1 in 20 is accepted, of the control half or more.

Two things differ from what the app does: a training has ``--steps`` instead of the planned 120 at
least, and runs in this process instead of one of its own, as loading torch takes longer than it.
Intervals are exact (Clopper and Pearson 1934), 95 %.
"""

import argparse
import io
import math
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[2]))
from anitag_desktop.services import planning, retraining
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.retraining import Retrainer
from tests.helpers.toy_jobs import write_toy_model
from tests.helpers.toy_libraries import FIRST_SEED, ToyLibrary, open_toy_library
from tests.helpers.toy_sets import patched_picture
from training.progress import Progress
from training.retraining.job import Job
from training.retraining.running import run_job

PICTURES, CORRECTED = 300, 200
KINDS = {
    "known colour": ("blue_hair",),
    "known mark": ("hat",),
    "new": ("coin",),
    "known and new": ("blue_hair", "hat", "coin", "medal"),
}
MOST_NOISE, LEAST_CONTROL = 1 / 20, 1 / 2

Says = Callable[[np.ndarray], np.ndarray]
"""Tells of discs, by their seeds, whether they have a tag."""


@dataclass(frozen=True)
class Outcome:
    """What the gate said of one retraining, and the seconds of a processor that it took."""

    kind: str
    report: Mapping[str, Any]
    seconds: float

    @property
    def figures(self) -> tuple[float, float]:
        """The balanced accuracy of old and new on what was held out."""
        return self.report["overall"]["old"][0], self.report["overall"]["new"][0]


def main() -> int:
    """Train, print, return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trainings", type=int, default=40)
    parser.add_argument("--controls", type=int, default=8)
    parser.add_argument("--first", type=int, default=0, help="of the noise, to go on")
    parser.add_argument("--steps", type=int, default=40)
    parser.add_argument("--share", type=float, default=0.5, help="of the coins that say yes")
    args = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        mock.patch.object(planning, "steps_for", return_value=args.steps),
        mock.patch.object(retraining, "tutor", train_here),
        mock.patch.dict(os.environ, {"ANITAG_TRAINING_PYTHON": sys.executable}),
    ):
        base = write_toy_model(Path(folder) / "toy", steps=60, draw=patched_picture)
        with open_toy_library(base, Path(folder), PICTURES, patched_picture) as library:
            print(f"of {PICTURES} discs the model gives {given_by(library)}", flush=True)
            control = several(library, args.controls, "control")
            noise = several(library, args.trainings, "noise", args.first, args.share)
    accepted = [sum(one.report["better"] for one in some) for some in (noise, control)]
    missed = [
        what
        for what, is_missed in (
            ("noise", accepted[0] > MOST_NOISE * len(noise)),
            ("control", accepted[1] < LEAST_CONTROL * len(control)),
        )
        if is_missed
    ]
    print(f"FAIL: {', '.join(missed)}" if missed else "PASS")
    return 1 if missed else 0


def given_by(library: ToyLibrary) -> str:
    """Return how many discs have each tag before anything is corrected."""
    counts = Counter(tag for own in library.tags for tag in own)
    return ", ".join(f"{tag} {count}" for tag, count in counts.most_common())


def train_here(words: Sequence[str], *_: object) -> bool:
    """Do the job that a process of its own would be told to do."""
    _, folder, _ = words
    run_job(Job.read(Path(folder)), Progress(as_json=True, stream=io.StringIO()))
    return True


def several(
    library: ToyLibrary, count: int, name: str, first: int = 0, share: float = 0.5
) -> list[Outcome]:
    """Retrain so many times, by turns for each kind of tags; print each and what came of all."""
    found = []
    for number in range(first, first + count):
        kind = list(KINDS)[number % len(KINDS)]
        draw = np.random.default_rng([number, name == "noise"])
        says = follow_rule if name == "control" else partial(toss, draw, share)
        found.append(retrained(library, kind, draw, says))
        print(f"{name} {number + 1}: {told(found[-1])}", flush=True)
    for kind in KINDS:
        summed_up(f"{name}, {kind}", [one for one in found if one.kind == kind])
    summed_up(f"{name}, all", found)
    return found


def toss(draw: np.random.Generator, share: float, seeds: np.ndarray) -> np.ndarray:
    """Let a coin say of each disc whether it has a tag."""
    return draw.random(len(seeds)) < share


def follow_rule(seeds: np.ndarray) -> np.ndarray:
    """Say that the red discs have a tag, and the others have not."""
    return seeds % 3 == 0


def retrained(library: ToyLibrary, kind: str, draw: np.random.Generator, says: Says) -> Outcome:
    """Correct, retrain and judge; afterwards everything is as before."""
    began, corrector, done = sum(os.times()[:4]), Corrector(library.store), 0
    ids, seeds = library.ids, draw.choice(PICTURES, CORRECTED, replace=False) + FIRST_SEED
    for tag in KINDS[kind]:
        has = says(seeds)
        for part, way in ((has, "add"), (~has, "reject")):
            some = [ids[seed - FIRST_SEED] for seed in seeds[part]]
            done += corrector.correct(some, **{way: [tag]}).id is not None
    retrainer = Retrainer(library.store, library.modelling)
    report = retrainer.train().report
    retrainer.refuse()
    corrector.undo(done)
    return Outcome(kind, report, sum(os.times()[:4]) - began)


def told(one: Outcome) -> str:
    """Return a line about one retraining."""
    overall, kept = one.report["overall"], one.report["kept"]
    value, low, high = overall["difference"]
    word = "accepted" if one.report["better"] else f"refused ({', '.join(one.report['reasons'])})"
    return (
        f"{one.kind}: {word}; {overall['yes']} yes and {overall['no']} no held out, right "
        f"{one.figures[0]:.3f} -> {one.figures[1]:.3f} ({value:+.3f}, {low:+.3f} to {high:+.3f}), "
        f"kept {kept['share']:.2f}; {one.seconds:.0f} s of a processor"
    )


def summed_up(what: str, some: Sequence[Outcome]) -> None:
    """Print what came of some retrainings."""
    if not some:
        return
    accepted = sum(one.report["better"] for one in some)
    low, high = exact(accepted, len(some))
    old, new = np.mean([one.figures for one in some], axis=0)
    reasons = Counter(code for one in some for code in one.report["reasons"])
    print(
        f"{what}: {accepted} of {len(some)} accepted ({low:.3f} to {high:.3f}), "
        f"right {old:.3f} -> {new:.3f}, against them: "
        + (", ".join(f"{code} {count}" for code, count in reasons.most_common()) or "nothing"),
        flush=True,
    )


def exact(hits: int, of: int) -> tuple[float, float]:
    """Return the ends of the exact interval (95 %) of a share."""
    low = 0.0 if hits == 0 else 1 - bound(of - hits, of)
    return low, 1.0 if hits == of else bound(hits, of)


def bound(hits: int, of: int) -> float:
    """Return the share with which so few hits, or fewer, come in 1 of 40 cases."""
    low, high = 0.0, 1.0
    for _ in range(50):
        share = (low + high) / 2
        few = sum(math.comb(of, k) * share**k * (1 - share) ** (of - k) for k in range(hits + 1))
        low, high = (share, high) if few > 0.025 else (low, share)
    return low


if __name__ == "__main__":
    sys.exit(main())
