"""Gating: what a new model gains and loses against the one in use, before anything is switched.

Both look at the same pictures of the library: those that the user corrected and no model learns
from, and some of which nobody said anything. What a person said of a tag always stands.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from math import nan
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import Thresholds
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.services.choosing import Choice, ChosenPicture
from anitag_desktop.services.dividing import TRAIN
from anitag_desktop.services.model_running import ModelRunner
from anitag_desktop.storage import aliases, settings

if TYPE_CHECKING:
    from anitag_desktop.learning.calibration_error import Calibrations
    from anitag_desktop.learning.few_shots import FewShots
    from anitag_desktop.learning.gate import Judgement, Kept
    from anitag_desktop.learning.resampling import Answers
    from anitag_desktop.storage.store import Store

OnProgress = Callable[[int, int], object]
"""Gets how many pictures both looked at, and of how many."""

_AT_ONCE = 8
_MOST = 800
_MOST_NAMED = 2_000
_MOST_NAMED_BESIDE = 400
"""Of so many named pictures vectors are compared where a model is not judged by them."""

_SHOWN = 14
"""So many pictures of each tag are named for which it would come, and go."""

_Found = TypeVar("_Found")

Scores = Sequence[tuple[int, float]]
"""What a model says of a picture: places of its labels, and scores."""

Seen = tuple[ChosenPicture, Scores, Scores]
"""A picture with what the old model says of it, and the new one."""

Said = Mapping[str, TagCategory]
"""The tags that a model gives a picture, as the library calls them."""

_Row = tuple[int, int, bool, bool, bool]
"""Group, tag, what is right, and what the old and the new model say."""


@dataclass(frozen=True, slots=True)
class TagTurn:
    """On how many of the pictures looked at a tag would come, and go; some of them (sha256)."""

    name: str
    category: str
    appeared: int
    disappeared: int
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Confusion:
    """A character that the user named, another that was said instead, and how often by each."""

    right: str
    said: str
    old: int
    new: int


class OldAndNew(NamedTuple):
    """A figure of both models; NaN where nothing can be said."""

    old: float
    new: float


@dataclass(frozen=True, slots=True)
class GateReport:
    """What the comparison showed.

    ``turns`` is what would change in the library, by the ``pictures`` that were looked at;
    ``confusions`` are of held-out ones. ``calibration`` is the expected error (0 to 1) of scores,
    on held-out ones, ``latency`` the milliseconds that a picture took; ``drawbacks`` names those
    of the two that are surely worse. ``shots`` is how often characters are known by a few pictures,
    where the model was judged by that; else it is ``vectors``, of pictures that it did not learn
    from.
    """

    judgement: "Judgement"
    turns: tuple[TagTurn, ...]
    confusions: tuple[Confusion, ...]
    pictures: int
    held_out: int
    calibration: "Calibrations"
    latency: OldAndNew
    drawbacks: tuple[str, ...]
    shots: "FewShots | None" = None
    vectors: "FewShots | None" = None


class Gate:
    """Compares two models; may be called from any thread, and waits for the processes it runs."""

    def __init__(self, store: "Store") -> None:
        self._store = store

    def compare(
        self,
        old: ModelPackage,
        new: ModelPackage,
        choice: Choice,
        on_progress: OnProgress = lambda _done, _total: None,
        is_given_up: Callable[[], bool] = lambda: False,
        *,
        by_vectors: bool = False,
    ) -> GateReport:
        """Let both look at the pictures that judge, and say what came of it.

        ``by_vectors`` judges by how often characters are known by a few pictures, all of them that
        the user named: right for a model that learnt without any labels, and for no other.

        Raises:
            AnitagError: ``not_compared`` with the reason, or ``retraining_stopped``.
        """
        from anitag_desktop.learning.gate import drawbacks, judge, judge_vectors

        readers = [_Reader(self._store, package) for package in (old, new)]
        with self._runner(old) as first, self._runner(new) as second:
            seen = list(_look(looked_at(choice), (first, second), on_progress, is_given_up))
            named = choice.named[:_MOST_NAMED] if by_vectors else _named_beside(choice)
            known = _shots(named, (first, second), on_progress, is_given_up)
            latency = OldAndNew(*(1000 / one.pace if one.pace else nan for one in (first, second)))
        said = [(one, readers[0].tags(b), readers[1].tags(a)) for one, b, a in seen]
        names = _asked(said, readers)
        judgement = judge(
            _answers(said, names, readers[0].known.keys() & readers[1].known.keys()),
            [(name, str(kind)) for name, kind in names.items()],
            _kept(said, set(choice.categories)),
            has_all_labels=_labels(old) <= _labels(new),
        )
        if by_vectors:
            judgement = judge_vectors(judgement, known)
        held_out = sum(bool(one.said) for one, _, _ in said)
        mixed_up = confused(said, choice.categories)
        turns, sure = tuple(_turns(said)), _calibration(seen, readers)
        worse = drawbacks(sure, latency, first.timed_pictures, known)
        shots, beside = (known, None) if by_vectors else (None, known)
        return GateReport(
            judgement, turns, mixed_up, len(said), held_out, sure, latency, worse, shots, beside
        )

    def _runner(self, package: ModelPackage) -> ModelRunner:
        with self._store.library.read() as conn:
            wanted = settings.load(conn)
        return ModelRunner(package.folder, self._store.paths.thumbnails, wanted)


def looked_at(choice: Choice) -> list[ChosenPicture]:
    """Return the pictures to compare by: however many were corrected, the others have their place.

    Without these nothing would tell what a new model has forgotten.
    """
    general = choice.general
    return [*choice.held_out[: _MOST - len(general)], *general]


def _named_beside(choice: Choice) -> list[tuple[ChosenPicture, str]]:
    """Return pictures of characters from which nothing is learnt."""
    return [one for one in choice.named if one[0].part != TRAIN][:_MOST_NAMED_BESIDE]


class _Reader:
    """Reads a model's scores as tags of the library."""

    def __init__(self, store: "Store", package: ModelPackage) -> None:
        self._package = package
        with store.library.read() as conn:
            wanted = settings.load(conn)
            present = aliases.tags_of(conn, [label.name for label in package.labels])
        own = package.thresholds
        self._thresholds = Thresholds(wanted.thresholds, wanted.tag_thresholds, under=own)
        self._present = present
        self.known = {
            present.get(label.name, label.name): label.category for label in package.labels
        }

    def scores(self, scores: Scores) -> Mapping[str, float]:
        """Return scores by the names of the library's tags."""
        named = self._package.named(scores)
        return {self._present.get(one.label.name, one.label.name): one.score for one in named}

    def tags(self, scores: Scores) -> Said:
        """Return what has a score over its threshold."""
        found = {}
        for one in self._package.named(scores):
            name, kind = one.label.name, one.label.category
            if kind is not TagCategory.RATING and one.score >= self._thresholds.of(name, kind):
                found[self._present.get(name, name)] = kind
        return found


def _look(
    pictures: Sequence[ChosenPicture],
    runners: tuple[ModelRunner, ModelRunner],
    on_progress: OnProgress,
    is_given_up: Callable[[], bool],
) -> Iterator[Seen]:
    """Yield the pictures that both can read; they begin by turns, as the second finds them read."""
    for turn, start in enumerate(range(0, len(pictures), _AT_ONCE)):
        if is_given_up():
            raise AnitagError("retraining_stopped")
        some = pictures[start : start + _AT_ONCE]
        # At first the processes start and load their models: that time says nothing.
        found = {
            one: _run(one, some, is_timed=turn > 0) for one in runners[:: -1 if turn % 2 else 1]
        }
        for picture, old, new in zip(some, *(found[one] for one in runners), strict=True):
            if old is not None and new is not None:
                yield picture, old, new
        on_progress(start + len(some), len(pictures))


def _shots(
    named: Sequence[tuple[ChosenPicture, str]],
    runners: tuple[ModelRunner, ModelRunner],
    on_progress: OnProgress,
    is_given_up: Callable[[], bool],
) -> "FewShots":
    """Compare how well characters are known by the vectors of both, of pictures that both read."""
    import numpy as np

    from anitag_desktop.learning.few_shots import compare_vectors

    seen: list[tuple[ChosenPicture, str, bytes, bytes]] = []
    for start in range(0, len(named), _AT_ONCE):
        if is_given_up():
            raise AnitagError("retraining_stopped")
        some = named[start : start + _AT_ONCE]
        paths = [os.fsencode(one.facts.path) for one, _ in some]
        both = [_answered(runner.vectors, paths) for runner in runners]
        for (one, name), old, new in zip(some, *both, strict=True):
            if old is not None and new is not None:
                seen.append((one, name, old, new))
        on_progress(start + len(some), len(named))
    said = [row[1] for row in seen], [row[0].group for row in seen]
    who, groups = (np.unique(np.array(part, "U"), return_inverse=True)[1] for part in said)
    raw = [row[2] for row in seen], [row[3] for row in seen]
    before, after = (
        np.frombuffer(b"".join(part), "<f2")
        .astype(np.float32)
        .reshape(len(seen), -1 if seen else 1)
        for part in raw
    )
    return compare_vectors(who, groups, before, after)


def _run(
    runner: ModelRunner, pictures: Sequence[ChosenPicture], *, is_timed: bool
) -> list[Scores | None]:
    run = runner.timed if is_timed else runner.run
    return _answered(run, [os.fsencode(one.facts.path) for one in pictures])


def _answered(ask: Callable[[list[bytes]], _Found], paths: list[bytes]) -> _Found:
    try:
        return ask(paths)
    except AnitagError as error:
        reason = "a model gave no answer in time"
        raise AnitagError("not_compared", reason=reason) from error


def _labels(package: ModelPackage) -> set[str]:
    return {label.name for label in package.labels}


def _asked(
    said: Sequence[tuple[ChosenPicture, Said, Said]], readers: Sequence[_Reader]
) -> dict[str, TagCategory]:
    """Return the tags of which the user said something, as far as one of the models knows them."""
    known = {**readers[0].known, **readers[1].known}
    named = {name for picture, _, _ in said for name in picture.said}
    return {name: known[name] for name in sorted(named & known.keys())}


def _answers(
    said: Sequence[tuple[ChosenPicture, Said, Said]],
    names: Mapping[str, TagCategory],
    known: Set[str],
) -> "Answers":
    """Return what both say of held-out answers; ``known`` are the tags that both know.

    A full review denies all that a picture has not: of what both leave out there rightly no more is
    taken than pictures have tags, else it would outweigh all mistakes.
    """
    import numpy as np

    from anitag_desktop.learning.gate import LEAST_ANSWERS
    from anitag_desktop.learning.resampling import Answers

    numbers = {name: number for number, name in enumerate(names)}
    groups: dict[str, int] = {}
    told, quiet = list[_Row](), list[_Row]()
    for one, old, new in said:
        group = groups.setdefault(one.group, len(groups))
        for name, has in one.said.items():
            if name in numbers:
                is_plain = one.is_reviewed and name in known and not has
                is_quiet = is_plain and name not in old and name not in new
                row = (group, numbers[name], has, name in old, name in new)
                (quiet if is_quiet else told).append(row)
    taken = min(len(quiet), max(LEAST_ANSWERS, sum(has for _, _, has, _, _ in told)))
    told += [quiet[place * len(quiet) // taken] for place in range(taken)]
    columns = list(zip(*told, strict=True)) or [()] * 5
    kinds = (np.intp, np.intp, np.bool_, np.bool_, np.bool_)
    return Answers(*(np.array(part, kind) for part, kind in zip(columns, kinds, strict=True)))


def _calibration(seen: Sequence[Seen], readers: Sequence[_Reader]) -> "Calibrations":
    """Return how far the scores of both are from what is right, of tags that both know."""
    import numpy as np

    from anitag_desktop.learning.calibration_error import compare_calibrations

    known = readers[0].known.keys() & readers[1].known.keys()
    groups: dict[str, int] = {}
    rows = [
        (
            groups.setdefault(picture.group, len(groups)),
            *(scores.get(name, 0.0) for scores in both),
            has,
        )
        for picture, *raw in seen
        for both in [[reader.scores(one) for reader, one in zip(readers, raw, strict=True)]]
        for name, has in picture.said.items()
        if name in known
    ]
    group, old, new, has = np.array(rows, np.float64).reshape(-1, 4).T
    return compare_calibrations(group.astype(np.intp), old, new, has > 0)


def _kept(said: Sequence[tuple[ChosenPicture, Said, Said]], corrected: set[str]) -> "Kept":
    """Count what stands of tags that nobody corrected, on pictures of which nobody said a word."""
    from anitag_desktop.learning.gate import Kept

    same = gone = come = pictures = 0
    for one, old, new in said:
        if not one.said:
            before, after = old.keys() - corrected, new.keys() - corrected
            same += len(before & after)
            gone += len(before - after)
            come += len(after - before)
            pictures += 1
    return Kept(pictures, same, gone, come)


def confused(
    said: Sequence[tuple[ChosenPicture, Said, Said]], categories: Mapping[str, TagCategory]
) -> tuple[Confusion, ...]:
    """Return which characters are taken for which, what the new model does most often first.

    One counts where the user named somebody whom the model does not see, and it sees another.
    """
    counts = (Counter[tuple[str, str]](), Counter[tuple[str, str]]())
    for one, *both in said:
        named = {
            name
            for name, has in one.said.items()
            if has and categories.get(name) is TagCategory.CHARACTER
        }
        for counted, given in zip(counts, both, strict=True):
            seen = {name for name, kind in given.items() if kind is TagCategory.CHARACTER}
            pairs = ((right, wrong) for right in named - seen for wrong in seen - named)
            counted.update(pairs)
    old, new = counts
    every = sorted(old | new, key=lambda pair: (-new[pair], -old[pair], pair))
    return tuple(Confusion(*pair, old[pair], new[pair]) for pair in every)


def _turns(said: Sequence[tuple[ChosenPicture, Said, Said]]) -> Iterator[TagTurn]:
    """Yield what would change, the most first; what a person said of a tag stands."""
    turned: dict[tuple[str, str], tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for one, old, new in said:
        for place, (these, others) in enumerate(((new, old), (old, new))):
            for name in these.keys() - others.keys() - one.said.keys() - one.imported.keys():
                turned[name, str(these[name])][place].append(one.facts.sha256)
    every = sorted(turned.items(), key=lambda turn: (-sum(map(len, turn[1])), turn[0]))
    for (name, kind), (on, off) in every:
        yield TagTurn(name, kind, len(on), len(off), tuple(on[:_SHOWN]), tuple(off[:_SHOWN]))
