"""A heart and five stars: how the user marked what is shown, and marking it."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from anitag_desktop.domain.image import MOST_STARS
from anitag_desktop.gui.plain_text import set_plain_tooltip
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.wording import number


class MarkRow(QWidget):
    """``favoured`` follows a click on the heart; ``starred`` carries 1 to 5, None for no star."""

    favoured = Signal()
    starred = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._favourites = 0
        self._of = 1
        self._stars: int | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.heart = self._button()
        self.heart.clicked.connect(self.favoured)
        row.addWidget(self.heart)
        row.addSpacing(Space.SMALL)
        self.stars = [self._button() for _ in range(MOST_STARS)]
        for count, star in enumerate(self.stars, start=1):
            star.clicked.connect(partial(self._choose, count))
            row.addWidget(star)
        row.addStretch(1)
        theme.changed.connect(self._dress)
        self._dress()

    def show_marks(self, favourites: int, of: int, stars: int | None) -> None:
        """Show that ``favourites`` of ``of`` pictures are some, and the stars that all have."""
        self._favourites, self._of, self._stars = favourites, of, stars
        self._dress()

    def _choose(self, count: int) -> None:
        """Give stars; the last star that is given takes all of them away."""
        self.starred.emit(None if count == self._stars else count)

    def _button(self) -> QToolButton:
        button = QToolButton()
        button.setFixedSize(Size.CHIP, Size.CHIP)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        return button

    def _dress(self) -> None:
        is_favourite = 0 < self._of == self._favourites
        _put_on(self.heart, "heart", self._words_of_heart(), is_set=is_favourite)
        for count, star in enumerate(self.stars, start=1):
            words = self.tr("1 star (1)") if count == 1 else self.tr("{n} stars ({n})")
            is_given = self._stars is not None and count <= self._stars
            if count == self._stars:
                words = self.tr("Take the stars away (0)")
            _put_on(star, "star", words.format(n=count), is_set=is_given)

    def _words_of_heart(self) -> str:
        if 0 < self._of == self._favourites:
            return self.tr("No longer favourite (F)")
        if not self._favourites:
            return self.tr("Make favourite (F)")
        have, of = number(self._favourites), number(self._of)
        return self.tr("{have} of {of} are favourite; make all so (F)").format(have=have, of=of)


def _put_on(button: QToolButton, name: str, words: str, *, is_set: bool) -> None:
    icon = icons.icon(f"{name}-filled", "accent") if is_set else icons.icon(name)
    button.setIcon(icon)
    set_plain_tooltip(button, words)
    button.setAccessibleName(words)
