"""Telling what the gate found as plain values: what the page shows, and what is kept."""

import math
from typing import TYPE_CHECKING, Any

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.services.gating import GateReport, OldAndNew

if TYPE_CHECKING:
    from anitag_desktop.learning.calibration_error import Calibrations
    from anitag_desktop.learning.few_shots import FewShots
    from anitag_desktop.learning.gate import TagFigures
    from anitag_desktop.learning.resampling import Compared, Interval

_MOST_TURNS = 200
_MOST_SHOWN = 40


def as_plain(report: GateReport, old: ModelKey, new: ModelKey) -> dict[str, Any]:
    """Return a report as values for JSON; figures are 0 to 1, with the ends of their intervals."""
    judged = report.judgement
    return {
        "old": old.model_id,
        "old_revision": old.revision,
        "new": new.model_id,
        "new_revision": new.revision,
        "better": judged.is_better,
        "reasons": list(judged.reasons),
        "overall": _compared(judged.overall),
        "categories": [_figures(one) for one in judged.categories],
        "tags": [_figures(one) for one in judged.tags],
        "worse": [one.name for one in judged.worse],
        "drawbacks": list(report.drawbacks),
        "kept": {
            "pictures": judged.kept.pictures,
            "share": round(judged.kept.share, 4),
            "gone": judged.kept.gone,
            "come": judged.kept.come,
        },
        "calibration": _calibration(report.calibration),
        "latency": _pair(report.latency, 1),
        "shots": _shots(report.shots),
        "vectors": _shots(report.vectors),
        "pictures": report.pictures,
        "held_out": report.held_out,
        "changes": [
            {
                "tag": turn.name,
                "category": turn.category,
                "appeared": turn.appeared,
                "disappeared": turn.disappeared,
                "on": list(turn.on) if place < _MOST_SHOWN else [],
                "off": list(turn.off) if place < _MOST_SHOWN else [],
            }
            for place, turn in enumerate(report.turns[:_MOST_TURNS])
        ],
        "confusions": [
            {"right": one.right, "said": one.said, "old": one.old, "new": one.new}
            for one in report.confusions[:_MOST_TURNS]
        ],
    }


def _shots(one: "FewShots | None") -> dict[str, Any] | None:
    if one is None:
        return None
    parts = {"old": one.old, "new": one.new, "difference": one.difference}
    told = {name: _interval(part) for name, part in parts.items()}
    return {"characters": one.characters, "pictures": one.pictures, **told}


def _figures(one: "TagFigures") -> dict[str, Any]:
    return {"name": one.name, "category": one.category, **_compared(one.figures)}


def _compared(one: "Compared") -> dict[str, Any]:
    parts = {"old": one.old, "new": one.new, "difference": one.difference}
    told = {name: _interval(part) for name, part in parts.items()}
    return {"yes": one.yes, "no": one.no, **told}


def _calibration(one: "Calibrations") -> dict[str, Any] | None:
    found = _pair(OldAndNew(one.old, one.new), 4)
    return found and {**found, "difference": _interval(one.difference)}


def _pair(one: OldAndNew, digits: int) -> dict[str, float] | None:
    """Return a figure of both models; None where one of them has none."""
    if any(map(math.isnan, one)):
        return None
    return {"old": round(one.old, digits), "new": round(one.new, digits)}


def _interval(one: "Interval") -> list[float] | None:
    """Return value, low and high; None where nothing can be said."""
    return None if any(map(math.isnan, one)) else [round(part, 4) for part in one]
