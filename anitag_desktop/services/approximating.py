"""Approximating: a fast copy of a model, made when the user asks for it and measured before use.

The copy of an ONNX file calculates in whole numbers, that of a checkpoint in numbers of 16 bits. It
is a model of its own, with a revision of its own, that nothing uses by itself. What it costs is
measured on pictures of the library, beside the exact model.
"""

import json
import os
import random
import shutil
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.domain.agreement import Agreement, Scores, compare
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.prediction import Thresholds
from anitag_desktop.recognition.model_files import sha256_of
from anitag_desktop.recognition.model_package import MANIFEST_NAME, ModelPackage
from anitag_desktop.recognition.network_file import read_network
from anitag_desktop.services.model_copying import copy_package
from anitag_desktop.services.model_running import ModelRunner
from anitag_desktop.services.modelling import Models, ModelView
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.showing import Showing
from anitag_desktop.storage import settings
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.store import Store
from anitag_desktop.worker.quantising import quantise_in_child

PICTURES = 64
"""On so many pictures both are compared, if nobody says otherwise."""

_AT_ONCE = 8
_SHORT = "bf16"
_SUFFIXES = {"onnx": "-int8", "torch": f"-{_SHORT}"}
OnProgress = Callable[[int, int], None]
"""Told how many pictures were compared, and how many will be."""


@dataclass(frozen=True, slots=True)
class Approximation:
    """A fast copy and what it costs; ``view`` is None if it was only measured, not kept.

    ``exact_pace`` and ``fast_pace`` are pictures a second, each read, decoded and recognised as
    when they are tagged, on this computer.
    """

    view: ModelView | None
    agreement: Agreement
    exact_pace: float
    fast_pace: float

    @property
    def speed(self) -> float:
        """How many times as fast the copy is."""
        return self.fast_pace / self.exact_pace if self.exact_pace else 0.0


class Approximator:
    """Makes fast copies; call it from any thread."""

    def __init__(
        self, store: Store, modelling: Models, searching: Searcher, showing: Showing
    ) -> None:
        self._store = store
        self._modelling = modelling
        self._searching = searching
        self._showing = showing

    def approximate(
        self,
        model_id: str,
        *,
        keep: bool = True,
        pictures: int = PICTURES,
        on_progress: OnProgress = lambda _done, _total: None,
        is_given_up: Callable[[], bool] = lambda: False,
    ) -> Approximation:
        """Make a fast copy of a tagger, compare both on some pictures, and keep it if told so.

        It is not used yet: that is what ``Models.use`` is for, and to leave it again, too.

        Raises:
            AnitagError: ``no_such_model``, ``model_damaged``, ``fast_needs_onnx``,
                ``not_made_fast`` with the reason (it is not faster here, for one),
                ``nothing_to_compare``, ``fast_stopped``; nothing was kept.
        """
        package = self._modelling.package(model_id)
        _refuse(package)
        paths = self._sample(pictures)
        with self._copy(package, is_given_up) as folder:
            measured = self._measure(package, folder, paths, (on_progress, is_given_up))
            if measured.speed <= 1:
                reason = f"it is not faster here ({measured.speed:.2f} times the model's speed)"
                raise AnitagError("not_made_fast", reason=reason)
            if not keep:
                return measured
            _write_manifest(package, folder, measured)
            view = self._modelling.take_over(folder)
        return Approximation(view, measured.agreement, measured.exact_pace, measured.fast_pace)

    def _sample(self, count: int) -> list[bytes]:
        """Return the paths of some pictures, always the same ones as long as these are there."""
        ids = sorted(self._searching.search("").ids)
        chosen = random.Random(0).sample(ids, min(count, len(ids)))
        rows = self._showing.rows(chosen)
        found = [os.fsencode(row.path) for row in rows if row.status is ImageStatus.PRESENT]
        if not found:
            raise AnitagError("nothing_to_compare")
        return found

    @contextmanager
    def _copy(self, package: ModelPackage, is_given_up: Callable[[], bool]) -> Iterator[Path]:
        """Lend a folder with the fast copy, which is gone afterwards if nobody took it."""
        folder = self._store.paths.models / f".incoming-{uuid.uuid4().hex}"
        try:
            is_checkpoint = package.manifest.backend == "torch"
            with failures_of(folder):
                copy_package(package, folder, without=() if is_checkpoint else ("weights",))
            if not is_checkpoint:
                target = folder / package.manifest.weights.path
                quantise_in_child(package.weights, target, _output_name(package), is_given_up)
            _write_manifest(package, folder, None)
            yield folder
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _measure(
        self,
        package: ModelPackage,
        folder: Path,
        paths: Sequence[bytes],
        signals: tuple[OnProgress, Callable[[], bool]],
    ) -> Approximation:
        """Run both models on the same pictures, by turns, so that both meet the same machine."""
        on_progress, is_given_up = signals
        pairs: list[tuple[Scores, Scores]] = []
        with self._runner(package.folder) as exact, self._runner(folder) as fast:
            for runner in (exact, fast):
                runner.run(paths[:1])  # the process starts, and loads the model
            for place in range(0, len(paths), _AT_ONCE):
                if is_given_up():
                    raise AnitagError("fast_stopped")
                some = paths[place : place + _AT_ONCE]
                pairs += _both(package, exact.timed(some), fast.timed(some))
                on_progress(place + len(some), len(paths))
        if not pairs:
            raise AnitagError("nothing_to_compare")
        agreement = compare(pairs, self._thresholds(package))
        return Approximation(None, agreement, exact.pace, fast.pace)

    def _runner(self, folder: Path) -> ModelRunner:
        with self._store.library.read() as conn:
            wanted = settings.load(conn)
        return ModelRunner(folder, self._store.paths.thumbnails, wanted)

    def _thresholds(self, package: ModelPackage) -> Thresholds:
        """Return from which scores on the model's tags count in this library."""
        with self._store.library.read() as conn:
            wanted = settings.load(conn)
        return Thresholds(wanted.thresholds, wanted.tag_thresholds, under=package.thresholds)


Said = Sequence[Sequence[tuple[int, float]] | None]
"""What a model said of pictures: places of labels with scores, or None of one that failed."""


def _both(package: ModelPackage, exact: Said, fast: Said) -> Iterator[tuple[Scores, Scores]]:
    """Yield what both said of each picture that both could read."""
    for ours, theirs in zip(exact, fast, strict=True):
        if ours is not None and theirs is not None:
            yield _named(package, ours), _named(package, theirs)


def _named(package: ModelPackage, said: Sequence[tuple[int, float]]) -> Scores:
    return {score.label: score.score for score in package.named(said)}


def _refuse(package: ModelPackage) -> None:
    manifest = package.manifest
    if not package.is_tagger:
        raise AnitagError("not_made_fast", reason=f"it is no tagger but a {manifest.kind}")
    if manifest.made_from:
        raise AnitagError("not_made_fast", reason=f"it is one already, of {manifest.made_from}")
    if manifest.file("external_data") is not None:
        raise AnitagError("not_made_fast", reason="its weights lie in a second file")


def _output_name(package: ModelPackage) -> str:
    """Return the name of the output with the scores, which may be known by its place only."""
    scores = package.scores
    if scores is None or scores.name:
        return "" if scores is None else scores.name or ""
    return read_network(package.weights).outputs[scores.index or 0].name


def _write_manifest(package: ModelPackage, folder: Path, measured: Approximation | None) -> None:
    """Describe the copy: the model's own manifest, with other weights and what was measured."""
    known = json.loads(package.manifest_json)
    weights = folder / package.manifest.weights.path
    sha256 = sha256_of(weights)
    record = {"size": weights.stat().st_size, "sha256": sha256}
    made = {
        **known,
        "id": f"{package.key.model_id}{_SUFFIXES[package.manifest.backend]}",
        "revision": f"{sha256[:16]}{_SUFFIXES[package.manifest.backend]}",
        "title": f"{package.manifest.title} (fast)",
        "runtime": {**(known.get("runtime") or {}), **_runtime(package)},
        "made_from": {"id": package.key.model_id, "revision": package.key.revision},
        "files": [
            {**file, **record} if file["role"] == "weights" else file for file in known["files"]
        ],
        # What its author measured, and scores that are known exactly, are those of the model.
        "metrics": [] if measured is None else _metrics(measured),
        "golden": [],
    }
    with failures_of(folder):
        (folder / MANIFEST_NAME).write_text(json.dumps(made, indent=1), encoding="utf-8")


def _runtime(package: ModelPackage) -> dict[str, str]:
    return {"precision": _SHORT} if package.manifest.backend == "torch" else {}


def _metrics(measured: Approximation) -> list[dict[str, Any]]:
    agreement, day = measured.agreement, time.strftime("%Y-%m-%d")
    on = f"of both models, on {agreement.pictures} pictures of this library, {day}"
    return [
        {"name": "same tags", "value": round(agreement.part, 4), "set": on},
        {
            "name": "speed",
            "value": round(measured.speed, 2),
            "set": f"times the model's own, {day}",
        },
    ]
