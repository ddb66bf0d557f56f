"""The JSON of one picture: the same fields in ``search``, ``show`` and ``export``."""

from datetime import datetime

from anitag_desktop.domain.correction import EffectiveTag
from anitag_desktop.domain.details import (
    FileProblem,
    HistoryLine,
    ImageDetails,
    ModelOpinion,
    ShownTag,
)
from anitag_desktop.domain.region import Region
from anitag_desktop.domain.tag import Tag

Record = dict[str, object]
"""A JSON object. Bytes of a path that are not UTF-8 stand as lone surrogates (``\\udcXX``)."""


def picture_record(details: ImageDetails) -> Record:
    """Return what every command tells of a picture; facts of an unread file are null."""
    facts = details.facts
    return {
        "path": details.path,
        "sha256": facts and facts.sha256,
        "width": facts and facts.width,
        "height": facts and facts.height,
        "format": facts and facts.format,
        "bytes": facts and facts.bytes,
        "added": _time(details.added),
        "status": details.status.value,
        "rating": details.rating,
        "tags": [_shown_tag(tag) for tag in details.tags],
    }


def full_record(details: ImageDetails) -> Record:
    """Return all that is known of a picture, as ``show`` tells it."""
    return {
        **picture_record(details),
        "suggestions": [_shown_tag(tag) for tag in details.suggestions],
        "rejected": [_tag(tag) for tag in details.rejected],
        "problems": [problem_record(problem) for problem in details.problems],
        "history": [_history_line(line) for line in details.history],
        "opinions": [
            {"name": name, **_opinion(one)}
            for name, said in details.opinions.items()
            for one in said
        ],
        "regions": [region_record(region) for region in details.regions],
    }


def problem_record(problem: FileProblem) -> Record:
    """Return why a file has no picture."""
    return {
        "path": problem.path,
        "code": problem.code,
        "message": problem.message,
        "since": _time(problem.since),
    }


def region_record(region: Region) -> Record:
    """Return a region: its box as fractions of the picture, who it is, what was said of it."""
    box = region.place.box
    return {
        "id": region.uid,
        "label": region.place.label,
        "box": [round(side, 6) for side in (box.left, box.top, box.width, box.height)],
        "source": "user" if region.is_given else "model",
        "model": region.model or None,
        "score": _score(region.score),
        "name": region.identity and region.identity.tag.name,
        "tags": [_shown_tag(found) for found in region.tags],
        "rejected": [_tag(tag) for tag in region.rejected],
    }


def _tag(tag: Tag) -> Record:
    return {"name": tag.name, "category": tag.category.value}


def _shown_tag(shown: ShownTag | EffectiveTag) -> Record:
    return {**_tag(shown.tag), "source": shown.source.value, "score": _score(shown.score)}


def _opinion(said: ModelOpinion) -> Record:
    return {
        "model": said.model,
        "score": _score(said.score),
        "threshold": _score(said.threshold),
        "sure": said.is_sure,
    }


def _history_line(line: HistoryLine) -> Record:
    return {
        "at": _time(line.at),
        **_tag(line.tag),
        "verdict": line.verdict and line.verdict.value,
        "source": line.source.value,
        "score": _score(line.score),
    }


def _score(score: float | None) -> float | None:
    return None if score is None else round(score, 4)


def _time(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds")
