"""What the page says of each model, read from the library. Runs on tasks; no widgets here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from anitag_desktop.gui.wording import day, file_size, locale, number, tr

if TYPE_CHECKING:
    from anitag_desktop.services.forgetting import Memory
    from anitag_desktop.services.installing import Installable
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.modelling import ModelView

_BESIDE = ("detector", "embedder")
"""Kinds of models that are used beside taggers, or not at all."""


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model as the page shows it.

    ``facts`` is one line of what it is, ``figures`` what its author measured, each with its
    qualifier, ``note`` what one should know before one relies on it. ``size`` is its size in words.
    ``licence`` and ``terms`` are what holds for it, ``page`` where it is described;
    all of this was ``seen`` on that day. ``is_remembered``: something it said is kept. A model
    ``can_join`` those of its kind that are in use; of taggers, one of several ``can_leave``.
    ``can_be_fast``: of it there may be a fast copy.
    """

    id: str
    title: str
    summary: str
    facts: str
    kind: str = ""
    revision: str = ""
    figures: tuple[str, ...] = ()
    note: str = ""
    size: str = ""
    licence: str = ""
    terms: str = ""
    page: str = ""
    seen: str = ""
    is_here: bool = False
    is_active: bool = False
    can_be_used: bool = False
    can_join: bool = False
    can_leave: bool = False
    can_be_fast: bool = False
    can_be_removed: bool = False
    can_be_installed: bool = False
    is_begun: bool = False
    is_remembered: bool = False


@dataclass(frozen=True, slots=True)
class ModelRows:
    """The models in the library, those that are gone but said something, and the catalogue's."""

    here: tuple[ModelRow, ...] = ()
    gone: tuple[ModelRow, ...] = ()
    elsewhere: tuple[ModelRow, ...] = ()


def read_rows(library: Library) -> ModelRows:
    """Return what there is to show."""
    available = library.installing.available()
    listed = {one.model.id: one for one in available}
    views = library.modelling.installed()
    memories = library.forgetting.memories()
    kept, here = ({(one.id, one.revision) for one in found} for found in (memories, views))
    used = Counter(view.kind for view in views if view.active)
    rows = [_here(view, listed.get(view.id), used[view.kind]) for view in views]
    return ModelRows(
        tuple(replace(row, is_remembered=(row.id, row.revision) in kept) for row in rows),
        tuple(_gone(one) for one in memories if (one.id, one.revision) not in here),
        tuple(_elsewhere(one) for one in available if not one.is_installed),
    )


def _here(view: ModelView, listed: Installable | None, used: int) -> ModelRow:
    """Return the row of a model that is here; so many of its kind are ``used``."""
    is_tagger, is_beside = view.kind == "tagger", view.kind in _BESIDE
    is_idle = (is_tagger or is_beside) and not (view.active or view.damage)
    facts = [kind_name(view.kind), file_size(view.bytes), view.licence]
    facts += [_labels(view.labels)] if is_tagger else []
    facts += [_runs_on(view)] if view.provider else []
    facts += [tr("comes with anitag")] if view.bundled else []
    return ModelRow(
        id=view.id,
        title=view.title or view.id,
        summary=listed.model.summary if listed else "",
        facts=_line(facts),
        kind=view.kind,
        revision=view.revision,
        figures=tuple(_figure(str(m["name"]), float(m["value"]), m["set"]) for m in view.metrics),
        note=_note(view, listed),
        size=file_size(view.bytes),
        licence=view.licence,
        is_here=True,
        is_active=view.active,
        can_be_used=is_idle,
        can_join=is_idle and used > 0,
        can_leave=view.active and (is_beside or (is_tagger and used > 1)),
        can_be_fast=is_tagger and not (view.made_from or view.damage),
        can_be_removed=not view.bundled and (not view.active or bool(view.damage)),
    )


def _note(view: ModelView, listed: Installable | None) -> str:
    if view.damage:
        return tr("Cannot be used: {reason}.").format(reason=view.damage)
    return tr("It did not pass its last check.") if listed and not listed.was_run else ""


def _gone(memory: Memory) -> ModelRow:
    return ModelRow(
        id=memory.id,
        title=memory.id,
        summary=tr("Not here any more. What it said of pictures is kept."),
        facts=tr("revision {revision}").format(revision=memory.revision),
        revision=memory.revision,
        is_remembered=True,
    )


def _runs_on(view: ModelView) -> str:
    words = tr("runs on {provider} ({reason})") if view.slow_reason else tr("runs on {provider}")
    return words.format(provider=view.provider, reason=view.slow_reason)


def _elsewhere(one: Installable) -> ModelRow:
    model = one.model
    size = file_size(round(model.megabytes * 1e6)) if model.megabytes else tr("size not known")
    facts = [kind_name(model.kind), size, model.licence]
    facts += [_labels(model.labels)] if model.labels else []
    facts += [tr("pictures up to {day}").format(day=_day(model.cutoff))] if model.cutoff else []
    row = ModelRow(
        id=model.id,
        title=model.title,
        summary=model.summary,
        facts=_line(facts),
        figures=tuple(_figure(m.name, m.value, m.set) for m in model.metrics),
        note=" ".join(_notes(one)),
        size=size,
        licence=model.licence,
        page=model.page,
        seen=_day(model.seen),
        can_be_installed=True,
        is_begun=one.bytes_here > 0,
    )
    return row if one.is_accepted else replace(row, terms=model.terms)


def _notes(one: Installable) -> Iterable[str]:
    if not one.was_run:
        yield tr("Not yet run on its real weights.")
    if one.model.is_gated:
        yield tr("Given out only to accounts that accepted its terms: set HF_TOKEN.")
    if not one.is_pinned:
        yield tr("Its hashes are not known yet; the first download fixes them.")


def kind_name(kind: str) -> str:
    """Return what a kind of model is called."""
    return {
        "tagger": tr("Tagger"),
        "embedder": tr("Character vectors"),
        "detector": tr("Detector"),
        "classifier": tr("Classifier"),
    }.get(kind, kind)


def _labels(count: int) -> str:
    return tr("{n} tags").format(n=number(count))


def _day(text: str) -> str:
    return day(datetime.strptime(text, "%Y-%m-%d").replace(hour=12, tzinfo=UTC))


def _figure(name: str, value: float, measured_on: object) -> str:
    return f"{name} {locale().toString(value, 'g', 4)} · {measured_on}"


def _line(facts: Iterable[str]) -> str:
    return " · ".join(fact for fact in facts if fact)
