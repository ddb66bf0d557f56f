"""The icons: our own line drawings on a 24 grid under resources/icons, tinted when asked for."""

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap

from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.paths import resources


def icon(name: str, tone: str = "secondary") -> QIcon:
    """Return the icon ``name`` in the colour of the token ``tone``."""
    return QIcon(pixmap(name, tone, Size.ICON))


def pixmap(name: str, tone: str, side: int, ratio: float = 2.0) -> QPixmap:
    """Return an icon as a pixmap of ``side`` logical pixels for a screen of ``ratio``."""
    return _tinted(name, getattr(theme.colours, tone), side, ratio)


@lru_cache(maxsize=256)
def _tinted(name: str, value: str, side: int, ratio: float) -> QPixmap:
    # Drawing is the one thing that needs QtSvg: it is loaded with the first icon.
    from PySide6.QtSvg import QSvgRenderer

    text = (resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    drawing = QSvgRenderer(QByteArray(text.replace("currentColor", value).encode()))
    made = QPixmap(QSize(side, side) * ratio)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    drawing.render(painter, QRectF(made.rect()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made
