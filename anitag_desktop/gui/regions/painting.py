"""Draws regions: a box in the colour of who it is, and a label on a dark ground.

What the user drew or spoke of has a solid line, what only a detector found a dashed one.
"""

from collections.abc import Iterable

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen

from anitag_desktop.domain.correction import EffectiveTag
from anitag_desktop.domain.image import Box
from anitag_desktop.domain.region import Region
from anitag_desktop.gui.plain_text import one_line
from anitag_desktop.gui.regions.shaping import GRIPS, place_of
from anitag_desktop.gui.theme.theme import colour, colour_over_pictures, font
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.wording import tr

SHOWN = "regions"
"""The flag of the window's memory that says whether the user wants to see regions."""

_LONGEST = 260
"""Pixels that a label takes at most."""


def rect_of(box: Box, picture: QRectF) -> QRectF:
    """Return where a box lies in a picture that is drawn at ``picture``."""
    corner = QPointF(box.left * picture.width(), box.top * picture.height())
    size = QSizeF(box.width * picture.width(), box.height * picture.height())
    return QRectF(picture.topLeft() + corner, size)


def colour_of(region: Region) -> QColor:
    """Return the colour of the category of who it is; the accent while nobody says."""
    named = _named(region)
    return colour_over_pictures(None if named is None else named.tag.category)


def label_of(region: Region) -> str:
    """Return who it is or may be, or what kind of thing, with the score of who says so."""
    if region.proposed is not None:
        words = tr("{name}?").format(name=region.proposed.tag.name.replace("_", " "))
        return _with_score(words, region.proposed.score)
    named = _named(region)
    if named is not None:
        return _with_score(named.tag.name.replace("_", " "), named.score)
    return _with_score(kind_of(region.place.label), region.score)


def _named(region: Region) -> EffectiveTag | None:
    """Return who it is; without a character, what else it surely is."""
    return region.identity or next(iter(region.tags), None)


def kind_of(label: str) -> str:
    """Return the word for what a region shows."""
    known = {"": tr("Region"), "face": tr("Face"), "head": tr("Head"), "person": tr("Person")}
    return known.get(label, label)


def paint_boxes(painter: QPainter, picture: QRectF, regions: Iterable[Region]) -> None:
    """Draw boxes alone: where there is no room for words."""
    for region in regions:
        paint_box(painter, rect_of(region.place.box, picture), region)


def paint_box(
    painter: QPainter, rect: QRectF, region: Region | None, *, is_lit: bool = False
) -> None:
    """Draw one box; ``region`` None: one that is being drawn. A lit one has a tinted ground."""
    line = colour_over_pictures(None) if region is None else colour_of(region)
    if is_lit:
        ground = QColor(line)
        ground.setAlphaF(0.14)
        painter.fillRect(rect, ground)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour("badge"), Space.TINY))
    painter.drawRect(rect)
    pen = QPen(line, Space.LINE)
    if region is not None and not region.is_given:
        pen.setDashPattern([4, 3])
    painter.setPen(pen)
    painter.drawRect(rect)


def paint_grips(painter: QPainter, rect: QRectF) -> None:
    """Draw the handles of a box that can be moved."""
    unit = Box(0.0, 0.0, 1.0, 1.0)
    painter.setPen(QPen(colour("badge"), Space.HAIR))
    painter.setBrush(colour("on_badge"))
    for grip in GRIPS:
        place = place_of(unit, grip)
        middle = rect.topLeft() + QPointF(place.x * rect.width(), place.y * rect.height())
        side = QSizeF(Size.DOT + 1, Size.DOT + 1)
        corner = middle - QPointF(side.width() / 2, side.height() / 2)
        painter.drawRect(QRectF(corner, side))


def paint_label(painter: QPainter, rect: QRectF, region: Region, ground: QRectF) -> None:
    """Write the label over a box, or inside it where there is no room above; within ``ground``."""
    face = font(Type.SECONDARY, Type.MEDIUM)
    metrics = QFontMetrics(face)
    words = metrics.elidedText(one_line(label_of(region)), Qt.TextElideMode.ElideRight, _LONGEST)
    dot = Size.DOT + Space.TINY
    size = QSizeF(metrics.horizontalAdvance(words) + dot + 2 * Space.SMALL, Size.BADGE)
    top = rect.top() - size.height() - Space.TINY
    top = top if top >= ground.top() else rect.top() + Space.TINY
    left = min(max(rect.left(), ground.left()), ground.right() - size.width())
    pill = QRectF(QPointF(left, top), size)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour("badge"))
    painter.drawRoundedRect(pill, Size.RADIUS_SMALL, Size.RADIUS_SMALL)
    painter.setBrush(colour_of(region))
    middle = QPointF(pill.left() + Space.SMALL + Size.DOT / 2, pill.center().y())
    painter.drawEllipse(middle, Size.DOT / 2, Size.DOT / 2)
    painter.setFont(face)
    painter.setPen(colour("on_badge"))
    text = pill.adjusted(Space.SMALL + dot, 0, 0, 0)
    painter.drawText(text, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)


def _with_score(words: str, score: float | None) -> str:
    return words if score is None else f"{words}  {score:.2f}"
