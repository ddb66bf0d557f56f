"""The report card: the old model against the new one, by category and tag, with intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, one_line, set_plain_tooltip
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.training.facts import reason_words
from anitag_desktop.gui.wording import (
    category_name,
    locale,
    number,
    pictures,
    tag_text,
    tr,
)

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

_MOST = 24
_BAR, _BAR_LEAST = 100, 40
_LEAST, _WIDE = 290, 400
"""Widths of a card: the least, and from where on it has room for everything."""

_NAME_LEAST = 80
_DOT = 3.5
_BARS = 4
"""The column of the bars."""
_STEP = 0.1
"""The bars of a table end at a whole number of these, the same for all of them."""


class GainBar(QWidget):
    """A difference as a dot on its interval, with nothing gained in the middle.

    Its ends are a loss and a gain of ``reach``, 0 to 1.
    """

    def __init__(self, gain: Sequence[float], reach: float = 1.0) -> None:
        super().__init__()
        self._gain, self.reach = gain, reach
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        """Return the size of a row."""
        return QSize(_BAR, Size.ICON)

    def minimumSizeHint(self) -> QSize:
        """Return the least size."""
        return QSize(_BAR_LEAST, Size.ICON)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the middle, the interval and the dot."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, half = self.height() / 2, self.width() / 2 - _DOT
        painter.setPen(QColor(theme.colours.hairline))
        painter.drawLine(QPointF(0, middle), QPointF(self.width(), middle))
        painter.drawLine(QPointF(self.width() / 2, 0), QPointF(self.width() / 2, self.height()))
        value, low, high = (
            self.width() / 2 + half * _within(part / self.reach) for part in self._gain
        )
        colour = QColor(tone_of(self._gain))
        painter.setPen(QPen(colour, 2.0))
        painter.drawLine(QPointF(low, middle), QPointF(high, middle))
        painter.setBrush(colour)
        painter.drawEllipse(QRectF(value - _DOT, middle - _DOT, 2 * _DOT, 2 * _DOT))


class Verdict(QWidget):
    """Says whether the new model is better, and what speaks against it."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.TINY)
        is_better = report["better"]
        words = (
            tr("The new model is better")
            if is_better
            else tr("Something speaks against the new model")
        )
        column.addWidget(PlainLabel(words, "title"))
        for reason in reason_words(report["reasons"]):
            column.addWidget(PlainLabel(reason, "warning", wraps=True))


class ReportCard(QWidget):
    """Shows what a comparison found, below its verdict."""

    def __init__(self, report: Mapping[str, Any]) -> None:
        super().__init__()
        self._less_needed: list[QWidget] = []
        self.setMinimumWidth(_LEAST)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addWidget(PlainLabel(_facts(report), "secondary", wraps=True))
        if beside := _beside(report):
            column.addWidget(PlainLabel(beside, "secondary", wraps=True))
        column.addLayout(self._figures(report))
        for words in _worse(report):
            column.addWidget(PlainLabel(words, "warning", wraps=True))
        if report["confusions"]:
            column.addSpacing(Space.SMALL)
            column.addWidget(PlainLabel(tr("Characters taken for others"), "head"))
            for one in report["confusions"][:_MOST]:
                column.addWidget(PlainLabel(one_line(_confusion(one)), "secondary", wraps=True))
        if report["changes"]:
            column.addSpacing(Space.SMALL)
            column.addWidget(PlainLabel(tr("What would change, in pictures"), "head"))
            column.addLayout(_changes(report["changes"]))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, show the gain without what it is made of."""
        super().resizeEvent(event)
        for cell in self._less_needed:
            cell.setVisible(self.width() >= _WIDE)

    def _figures(self, report: Mapping[str, Any]) -> QGridLayout:
        rows = [(tr("all corrections"), report["overall"])]
        rows += [(_all_of(one["name"]), one) for one in report["categories"]]
        told = [one for one in report["tags"] if differs(one)]
        rows += [(tag_text(one["name"]), one) for one in told[:_MOST]]
        reach = reach_of([figures["difference"] for _, figures in rows if figures["difference"]])
        grid = _grid()
        for place, (words, hint) in enumerate(_heads(reach)):
            # Above the bars, which shrink where there is little room, it shrinks with them.
            head = (ElidedLabel if place == _BARS else PlainLabel)(words, "secondary")
            head.setAlignment(_side(place))
            set_plain_tooltip(head, hint)
            grid.addWidget(head, 0, place)
        for line, (name, figures) in enumerate(rows, 1):
            _add_figures(grid, line, one_line(name), figures, reach)
        places = ((line, place) for line in range(len(rows) + 1) for place in (1, 2))
        cells = [grid.itemAtPosition(*place) for place in places]
        shown = [one.widget() for one in cells if one is not None]
        self._less_needed = [one for one in shown if one is not None]
        return grid


def reach_of(gains: Sequence[Sequence[float]]) -> float:
    """Return where bars end that show all of these differences, 0 to 1."""
    widest = max((abs(part) for gain in gains for part in gain), default=0.0)
    return min(1.0, max(_STEP, ceil(round(widest / _STEP, 6)) * _STEP))


def _heads(reach: float) -> list[tuple[str, str]]:
    """Return the heads of the columns, and what each of them means."""
    points = number(round(reach * 100))
    return [
        (tr("tag"), ""),
        (tr("old"), tr("Right answers of the old model")),
        (tr("new"), tr("Right answers of the new model")),
        (tr("gain"), tr("New minus old, in points")),
        (
            tr("±{n} points").format(n=points),
            tr("The dot is the gain, the line where it surely lies; left of the middle is worse."),
        ),
        (tr("yes / no"), tr("How many held-out corrections say that it is there, and is not")),
    ]


def _all_of(category: str) -> str:
    known = category in set(TagCategory)
    name = category_name(TagCategory(category)).lower() if known else category
    return tr("all {category} tags").format(category=name)


def differs(figures: Mapping[str, Any]) -> bool:
    """Tell whether two models may do differently; of most tags there is nothing to tell."""
    return figures["difference"] is None or any(figures["difference"])


def tone_of(gain: Sequence[float]) -> str:
    """Return the colour of a difference: only what is sure is good or bad."""
    _, low, high = gain
    if low > 0:
        return theme.colours.good
    return theme.colours.bad if high < 0 else theme.colours.secondary


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(Space.SMALL)
    grid.setVerticalSpacing(Space.SMALL)
    grid.setColumnMinimumWidth(0, _NAME_LEAST)
    grid.setColumnStretch(0, 2)
    grid.setColumnStretch(_BARS, 1)
    return grid


def _side(place: int) -> Qt.AlignmentFlag:
    if place == _BARS:
        return Qt.AlignmentFlag.AlignHCenter
    return Qt.AlignmentFlag.AlignLeft if place == 0 else Qt.AlignmentFlag.AlignRight


def _add_figures(
    grid: QGridLayout, line: int, name: str, figures: Mapping[str, Any], reach: float
) -> None:
    label = ElidedLabel()
    label.show_text(name)
    grid.addWidget(label, line, 0)
    counts = f"{number(figures['yes'])} / {number(figures['no'])}"
    grid.addWidget(PlainLabel(counts, "secondary"), line, 5, _side(5))
    if (gain := figures["difference"]) is None:
        return
    texts = (_percent(figures["old"][0]), _percent(figures["new"][0]), gain_text(gain))
    for place, text in enumerate(texts, 1):
        grid.addWidget(PlainLabel(text), line, place, _side(place))
    bar = GainBar(gain, reach)
    words = tr("{name}: gain {gain} points, surely between {low} and {high}")
    value, low, high = (gain_text([part]) for part in gain)
    told = words.format(name=name, gain=value, low=low, high=high)
    bar.setAccessibleName(told)
    set_plain_tooltip(bar, told)
    grid.addWidget(bar, line, _BARS)


def _changes(changes: Sequence[Mapping[str, Any]]) -> QGridLayout:
    grid = _grid()
    grid.setHorizontalSpacing(Space.WIDE)
    for place, words in enumerate((tr("tag"), tr("given to"), tr("taken from"))):
        grid.addWidget(PlainLabel(words, "secondary"), 0, place, _side(place))
    for line, one in enumerate(changes[:_MOST], 1):
        label = ElidedLabel()
        label.show_text(one_line(tag_text(one["tag"])))
        grid.addWidget(label, line, 0)
        for place, count in enumerate((one["appeared"], one["disappeared"]), 1):
            grid.addWidget(PlainLabel(number(count)), line, place, _side(place))
    return grid


def _confusion(one: Mapping[str, Any]) -> str:
    words = tr("{right} taken for {said}: before {old}, now {new}")
    return words.format(
        right=tag_text(one["right"]),
        said=tag_text(one["said"]),
        old=number(one["old"]),
        new=number(one["new"]),
    )


def _facts(report: Mapping[str, Any]) -> str:
    words = tr(
        "Right answers, yes and no weighed alike, on {held} that no model learnt from. Of {others} "
        "that nobody corrected, {share} of the tags stay as they were. Your own word always stands."
    )
    kept = report["kept"]
    return words.format(
        held=pictures(report["held_out"]),
        others=pictures(kept["pictures"]),
        share=_percent(kept["share"]),
    )


def _beside(report: Mapping[str, Any]) -> str:
    """Return how far its scores can be believed and how fast it is, as far as that is known."""
    told = []
    if (shots := report.get("shots") or report.get("vectors")) and shots["difference"]:
        words = tr(
            "Characters are known by five pictures of each in {new} of the others ({old} by the "
            "old model; {gain} points, surely between {low} and {high})."
        )
        gain, low, high = (gain_text([part]) for part in shots["difference"])
        old, new = (_percent(shots[name][0]) for name in ("old", "new"))
        told.append(words.format(new=new, old=old, gain=gain, low=low, high=high))
    if sure := report.get("calibration"):
        words = tr("Its scores are off by {new} (the old model's by {old}).")
        told.append(words.format(new=_percent(sure["new"]), old=_percent(sure["old"])))
    if took := report.get("latency"):
        words = tr("A picture takes {new} ms (with the old model {old} ms).")
        new, old = (locale().toString(took[name], "f", 1) for name in ("new", "old"))
        told.append(words.format(new=new, old=old))
    return " ".join(told)


def _worse(report: Mapping[str, Any]) -> list[str]:
    """Return what gets worse, a sentence each."""
    known = {
        "calibration": tr("Worse: its scores can be believed less than the old model's."),
        "latency": tr("Worse: a picture takes clearly longer."),
        "vectors": tr("Worse: characters are known less often by a few pictures."),
    }
    found = [known[code] for code in report.get("drawbacks", ()) if code in known]
    if report["worse"]:
        names = ", ".join(tag_text(name) for name in report["worse"][:_MOST])
        found.append(tr("Worse: {tags}").format(tags=one_line(names)))
    return found


def gain_of(report: Mapping[str, Any]) -> Sequence[float] | None:
    """Return the difference that a model was judged by; None where there is none."""
    judged: Mapping[str, Any] = report.get("shots") or report["overall"]
    gain: Sequence[float] | None = judged["difference"]
    return gain


def gain_text(gain: Sequence[float]) -> str:
    """Return a difference in points, with its sign."""
    sign = "+" if gain[0] >= 0 else "−"  # noqa: RUF001 (a minus)
    return f"{sign}{locale().toString(abs(gain[0]) * 100, 'f', 1)}"


def _percent(part: float) -> str:
    return f"{locale().toString(part * 100, 'f', 1)} %"


def _within(part: float) -> float:
    return max(-1.0, min(1.0, part))
