"""Switching: a new model takes the place of the one in use, and is left again.

Each is one transaction of library.db; the files follow. What was killed in between is finished
when the library is opened next (``Switch.tidy``).
"""

import shutil
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.retraining import RetrainingState
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.services.completing import complete
from anitag_desktop.services.model_copying import copy_package
from anitag_desktop.services.modelling import Models, ModelView
from anitag_desktop.services.refreshing import LearntChanges, TagChange
from anitag_desktop.services.retraining_records import Records, Retraining
from anitag_desktop.storage import images, retrainings, tags
from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.fault_points import fault_point

if TYPE_CHECKING:
    from anitag_desktop.storage.database import Connection
    from anitag_desktop.storage.store import Store

SCRATCH = ".scratch-"
"""What folders are called that are gone when their work is done."""

_INCOMING = ".incoming-retrained-"
_WAYS = ("on", "off")
_SWITCHED = frozenset({RetrainingState.ACCEPTED, RetrainingState.TAKEN_BACK})


@dataclass(frozen=True, slots=True)
class Switched:
    """A retrained model that is in use, and what it changed in ``pictures`` that were looked at.

    ``title`` is the new model's, ``old`` the id of the one before; ``at`` in epoch seconds. With
    ``is_left`` it was in use until then, ``old`` is again, and ``tags`` are what that changed.
    """

    title: str
    old: str
    at: float
    pictures: int
    tags: tuple[TagChange, ...]
    is_left: bool = False

    def is_newer(self, learnt: LearntChanges | None) -> bool:
        """Tell whether this was done after something was learnt last."""
        return learnt is None or learnt.action.at.timestamp() < self.at


class Switch:
    """Lets retrained models count, and no longer; may be called from any thread."""

    def __init__(self, store: "Store", modelling: Models, records: Records) -> None:
        self._store = store
        self._modelling = modelling
        self._records = records

    def accept(self, found: Retraining, base: ModelPackage, *, anyway: bool) -> ModelView:
        """Use the model of a retraining in place of ``base``.

        Raises:
            AnitagError: as ``Retrainer.accept``.
        """
        reason = _against(found, base)
        if reason and not anyway:
            raise AnitagError("gate_refused", reason=reason)
        fault_point("retraining.before_install")
        package = ModelPackage.load(found.result)
        view = self._install(package)
        fault_point("retraining.before_switch")
        self._store.library.write(
            lambda conn: retrainings.accept(
                conn, found.name, package.key, package.thresholds, base.key
            )
        )
        fault_point("retraining.after_switch")
        self._records.decide(found.folder, RetrainingState.ACCEPTED)
        return view

    def roll_back(self) -> list[ModelView]:
        """Use again what was in use before the last retrained model was, its personal head, too.

        Raises:
            AnitagError: as ``Retrainer.roll_back``.
        """
        with self._store.library.read() as conn:
            known = retrainings.accepted(conn)
        if not known:
            raise AnitagError("nothing_to_roll_back")
        here = {(one.id, one.revision): one for one in self._modelling.installed()}
        views = [here.get((key.model_id, key.revision)) for key in known[-1].previous]
        if missing := [
            key for key, view in zip(known[-1].previous, views, strict=True) if not view
        ]:
            raise AnitagError("no_such_model", model=missing[0].model_id)
        self._store.library.write(retrainings.take_back)
        fault_point("retraining.after_rollback")
        folder = self._store.paths.training / "jobs" / known[-1].job
        if folder.is_dir():
            self._records.decide(folder, RetrainingState.TAKEN_BACK)
        complete(self._store)  # what came while the head was silent
        return [view for view in views if view is not None]

    def last(self) -> Switched | None:
        """Return the retrained model that was taken into use or left last; None without any."""
        with self._store.library.read() as conn:
            accepted = {one.job: one.at for one in retrainings.accepted(conn)}
            done = [one for one in self._records.every(accepted) if one.state in _SWITCHED]
            if not done:
                return None
            found = max(done, key=lambda one: accepted.get(one.name, one.at))
            report, is_left = found.report, found.state is RetrainingState.TAKEN_BACK
            turned = tuple(_turned(conn, report.get("changes", ())))
            return Switched(
                found.title,
                str(report.get("old", "")),
                accepted.get(found.name, found.at),
                int(report.get("pictures", 0)),
                tuple(map(_reversed, turned)) if is_left else turned,
                is_left,
            )

    def tidy(self) -> None:
        """Finish what was killed: no folder stays that nobody will ask for.

        To be called before anything is begun. What cannot be written now is left for the next time.
        """
        with self._store.library.read() as conn:
            accepted = {one.job: one.at for one in retrainings.accepted(conn)}
        with suppress(AnitagError):
            self._records.tidy(accepted)
        paths = self._store.paths
        for left in (*paths.training.glob(f"{SCRATCH}*"), *paths.models.glob(f"{_INCOMING}*")):
            shutil.rmtree(left, ignore_errors=True)

    def _install(self, package: ModelPackage) -> ModelView:
        """Make a copy of a result one of the library's models."""
        folder = self._store.paths.models / f"{_INCOMING}{uuid.uuid4().hex}"
        try:
            with failures_of(folder):
                copy_package(package, folder)
            return self._modelling.take_over(folder)
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def _turned(conn: "Connection", changes: Sequence[Mapping[str, Any]]) -> Iterator[TagChange]:
    """Yield what a report says of tags that are still there."""
    present = tags.named(conn, {one["tag"] for one in changes})
    named = {sha for one in changes for way in _WAYS for sha in one.get(way, ())}
    ids = images.ids_of(conn, named)
    for one in changes:
        if (row := present.get(one["tag"])) is not None:
            on, off = (tuple(ids[sha] for sha in one.get(way, ()) if sha in ids) for way in _WAYS)
            yield TagChange(row.tag, one["appeared"], one["disappeared"], on, off)


def _reversed(one: TagChange) -> TagChange:
    return TagChange(one.tag, one.disappeared, one.appeared, one.off, one.on)


_REASONS = {
    "few_answers": "too few corrections are held out to tell (at least 8 yes and 8 no are needed)",
    "not_better": "it is not surely better on the corrections that were held out",
    "guessing": "on these it is not surely better than guessing",
    "forgotten": "it says otherwise too often where nobody corrected anything",
    "few_named": "too few pictures show characters that you named (at least 20 of 2 are needed)",
    "not_known_better": "characters are not surely known better by a few pictures",
    "tags_worse": "it is surely worse on the corrections that were held out",
    "labels": "it does not know every tag that the old one knows",
}


def _against(found: Retraining, base: ModelPackage) -> str:
    """Return in words what speaks against a model that is to take the place of another."""
    report = found.report
    compared = ModelKey(report["old"], report.get("old_revision", base.key.revision))
    if found.is_better and compared != base.key:
        old, new = (f"{one.model_id} ({one.revision})" for one in (compared, base.key))
        return f"it was compared with {old}, not with {new}"
    return why_not(found.report)


def why_not(report: Mapping[str, Any]) -> str:
    """Return in words why the gate would not let a model through."""
    return "; ".join(_REASONS.get(code, code) for code in report.get("reasons", ()))
