"""The rating of the selection: four words, one of them chosen."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from anitag_desktop.domain.details import ModelOpinion
from anitag_desktop.domain.tag import Rating
from anitag_desktop.gui.flow_layout import FlowLayout
from anitag_desktop.gui.inspector.opinions import opinion_lines
from anitag_desktop.gui.plain_text import PlainLabel, set_plain_tooltip
from anitag_desktop.gui.theme.tokens import Space


class RatingRow(QWidget):
    """``chosen`` carries the rating that the user gives."""

    chosen = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("ratings")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, Space.CELL)
        column.setSpacing(Space.SMALL - 2)
        column.addWidget(PlainLabel(self.tr("Rating"), "head"))
        row = FlowLayout(gap=Space.TINY)
        words = {
            Rating.GENERAL: self.tr("General"),
            Rating.SENSITIVE: self.tr("Sensitive"),
            Rating.QUESTIONABLE: self.tr("Questionable"),
            Rating.EXPLICIT: self.tr("Explicit"),
        }
        self._buttons = {rating: self._button(rating, word) for rating, word in words.items()}
        for button in self._buttons.values():
            row.addWidget(button)
        column.addLayout(row)

    def show_ratings(
        self,
        ratings: Sequence[tuple[str, int]],
        of: int,
        opinions: Mapping[str, Sequence[ModelOpinion]],
    ) -> None:
        """Mark the rating that all ``of`` pictures have, if they have one.

        ``opinions`` has what models say of each rating's tag.
        """
        common = next((rating for rating, have in ratings if have == of), None)
        for rating, button in self._buttons.items():
            button.setChecked(rating.value == common)
            lines = opinion_lines(opinions.get(rating.tag_name, ()))
            set_plain_tooltip(button, "\n".join(lines))
        self.show()

    def _button(self, rating: Rating, word: str) -> QPushButton:
        button = QPushButton(word)
        button.setProperty("kind", "choice")
        button.setCheckable(True)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        button.setObjectName(rating.value)
        button.clicked.connect(self._on_clicked)
        return button

    def _on_clicked(self) -> None:
        clicked = self.sender()
        if clicked is not None:
            self.chosen.emit(Rating(clicked.objectName()))
