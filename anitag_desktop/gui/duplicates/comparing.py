"""What the dialog says of two pictures: the rows of facts, which seems better, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePath

from anitag_desktop.domain.comparison import Reason, Suggestion, suggest
from anitag_desktop.domain.correction import Source
from anitag_desktop.domain.details import ImageDetails, ShownTag
from anitag_desktop.gui.duplicates.fact_table import FactRow
from anitag_desktop.gui.plain_text import one_line
from anitag_desktop.gui.wording import day, file_size, number, tag_text, tr

NO_VALUE = "\u2013"


@dataclass(frozen=True, slots=True)
class Compared:
    """Two pictures with all that is known of them; ``detail`` as in ``services.weighing``."""

    pair: tuple[ImageDetails, ImageDetails]
    detail: float | None = None

    @property
    def suggestion(self) -> Suggestion | None:
        """Which seems better, and why; None where one could not be read."""
        facts = [one.facts for one in self.pair if one.facts is not None]
        added = [one.added.timestamp() for one in self.pair]
        return suggest(facts, added, self.detail) if len(facts) == len(self.pair) else None

    def rows(self) -> list[FactRow]:
        """Return size, format and weight, and of all else what differs."""
        rows = [*self._places(), *self._words()]
        return [*self._facts(), *(row for row in rows if row.differs)]

    def _facts(self) -> list[FactRow]:
        known = [one.facts for one in self.pair if one.facts is not None]
        suggestion = self.suggestion
        if suggestion is None:
            return []
        better, reasons = suggestion.better, suggestion.reasons
        sizes = [f"{number(one.width)} \u00d7 {number(one.height)}" for one in known]
        weights = [file_size(one.bytes) for one in known]
        return [
            _row(tr("Size"), sizes, better if Reason.LARGER in reasons else None),
            _row(tr("Format"), [_format(one.format, one.frames) for one in known]),
            _row(tr("File size"), weights, better if Reason.BYTES in reasons else None),
            *self._detail(better if Reason.DETAIL in reasons else None),
        ]

    def _detail(self, finer: int | None) -> list[FactRow]:
        if self.detail is None:
            return []
        words = [tr("finer") if side == finer else tr("coarser") for side in (0, 1)]
        return [_row(tr("Detail"), words if finer is not None else [tr("as fine")] * 2, finer)]

    def _places(self) -> list[FactRow]:
        folders = [one_line(str(PurePath(one.path).parent)) for one in self.pair]
        return [
            _row(tr("File date"), [day(one.modified) for one in self.pair]),
            _row(tr("Folder"), folders),
            _row(tr("Marks"), [_marks(one) for one in self.pair]),
        ]

    def _words(self) -> list[FactRow]:
        one, other = (one.tags for one in self.pair)
        both = [_only_in(one, other), _only_in(other, one)]
        said = [[shown for shown in only if shown.source is not Source.MODEL] for only in both]
        seen = [[shown for shown in only if shown.source is Source.MODEL] for only in both]
        return [
            _row(tr("Only here, yours"), [_names(only) for only in said]),
            _row(tr("Only here, the model's"), [_names(only) for only in seen]),
        ]


def reason_text(reason: Reason) -> str:
    """Return why a picture seems better, to go on after a colon."""
    return {
        Reason.DETAIL: tr("it shows finer detail"),
        Reason.ENLARGED: tr("the other one was only enlarged"),
        Reason.LARGER: tr("it is larger"),
        Reason.BYTES: tr("it is less compressed"),
        Reason.FIRST: tr("it came first; nothing else tells them apart"),
    }[reason]


def _row(name: str, values: Sequence[str], better: int | None = None) -> FactRow:
    return FactRow(name, (values[0], values[1]), better)


def _format(name: str, frames: int) -> str:
    return f"{name.upper()}, {tr('animated')}" if frames > 1 else name.upper()


def _marks(one: ImageDetails) -> str:
    marks = ("\u2665" if one.is_favourite else "", "\u2605" * (one.stars or 0))
    return " ".join(filter(None, marks)) or NO_VALUE


def _only_in(own: Sequence[ShownTag], other: Sequence[ShownTag]) -> list[ShownTag]:
    known = {shown.tag.uid for shown in other}
    return [shown for shown in own if shown.tag.uid not in known]


def _names(tags: Sequence[ShownTag]) -> str:
    return ", ".join(one_line(tag_text(shown.tag.name)) for shown in tags) or NO_VALUE
