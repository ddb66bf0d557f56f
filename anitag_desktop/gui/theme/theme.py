"""Puts the look on the application, follows the system, and answers which colours are in use."""

from collections.abc import Callable
from enum import StrEnum

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.gui.theme.stylesheet import stylesheet
from anitag_desktop.gui.theme.tokens import DARK, LIGHT, Colours, Type


class Scheme(StrEnum):
    """What the user chose: the system's scheme or one of ours."""

    SYSTEM = "system"
    DARK = "dark"
    LIGHT = "light"


class Theme(QObject):
    """The look in use. ``changed`` tells painters that the colours are others now."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._scheme = Scheme.SYSTEM
        self._colours = DARK
        self._dress: Callable[[str], None] | None = None

    @property
    def colours(self) -> Colours:
        """The colours of the scheme in use."""
        return self._colours

    @property
    def scheme(self) -> Scheme:
        """The user's choice."""
        return self._scheme

    def dress(self, application: QApplication, scheme: Scheme = Scheme.SYSTEM) -> None:
        """Give ``application`` this look and follow the system from now on."""
        base = QFont(application.font())
        base.setPixelSize(Type.BODY)
        application.setFont(base)
        self._dress = application.setStyleSheet
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._follow_system)
        self._scheme = scheme
        self._apply()

    def choose(self, scheme: Scheme) -> None:
        """Use ``scheme`` from now on."""
        self._scheme = scheme
        self._apply()

    def _follow_system(self) -> None:
        if self._scheme is Scheme.SYSTEM:
            self._apply()

    def _apply(self) -> None:
        self._colours = DARK if self._wants_dark() else LIGHT
        QGuiApplication.setPalette(palette_of(self._colours))
        if self._dress:
            self._dress(stylesheet(self._colours))
        self.changed.emit()

    def _wants_dark(self) -> bool:
        if self._scheme is Scheme.SYSTEM:
            # A system that does not say is given the dark look: pictures are the colour.
            return QGuiApplication.styleHints().colorScheme() is not Qt.ColorScheme.Light
        return self._scheme is Scheme.DARK


theme = Theme()
"""The one theme of the process."""


def colour(name: str) -> QColor:
    """Return the colour of a token, such as ``"accent"``, in the scheme in use."""
    return QColor(getattr(theme.colours, name))


def category_colour(category: TagCategory) -> QColor:
    """Return the text colour of tags of a category in the scheme in use."""
    return QColor(theme.colours.categories[category])


def colour_over_pictures(category: TagCategory | None) -> QColor:
    """Return a category's colour on the dark ground of badges; None: the accent.

    It is the same in both schemes, as that ground is.
    """
    return QColor(DARK.accent if category is None else DARK.categories[category])


def font(pixels: int = Type.BODY, weight: int = Type.REGULAR, *, tabular: bool = False) -> QFont:
    """Return the interface font in a size and weight; ``tabular`` gives all digits one width."""
    made = QFont(QApplication.font())
    made.setPixelSize(pixels)
    made.setWeight(QFont.Weight(weight))
    if tabular:
        made.setFeature(QFont.Tag("tnum"), 1)
    return made


def head_font() -> QFont:
    """Return the font of section heads: small semibold capitals, a little spaced."""
    made = font(Type.HEAD, Type.SEMIBOLD)
    made.setCapitalization(QFont.Capitalization.AllUppercase)
    made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 103)
    return made


def palette_of(colours: Colours) -> QPalette:
    """Return the palette for what the stylesheet does not reach."""
    palette = QPalette()
    roles = QPalette.ColorRole
    for role, value in (
        (roles.Window, colours.background),
        (roles.Base, colours.panel),
        (roles.AlternateBase, colours.raised),
        (roles.Button, colours.raised),
        (roles.WindowText, colours.text),
        (roles.Text, colours.text),
        (roles.ButtonText, colours.text),
        (roles.ToolTipBase, colours.raised),
        (roles.ToolTipText, colours.text),
        (roles.PlaceholderText, colours.secondary),
        (roles.Highlight, colours.selection),
        (roles.HighlightedText, colours.text),
        (roles.Accent, colours.accent),
        (roles.Link, colours.accent_text),
    ):
        palette.setColor(role, QColor(value))
    disabled = QPalette.ColorGroup.Disabled
    for role in (roles.WindowText, roles.Text, roles.ButtonText):
        palette.setColor(disabled, role, QColor(colours.faint))
    return palette
