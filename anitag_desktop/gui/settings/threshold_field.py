"""A field for a threshold, which may be left to the model."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFocusEvent, QValidator, QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.gui.settings.number_field import prepare

_DECIMALS = 3
_STEP = 0.05
_UNSET = 0.0


class ThresholdField(QDoubleSpinBox):
    """A score from which on tags count; at its lowest it shows ``hint`` and stands for None.

    ``start`` is where stepping begins while nothing is set.
    """

    def __init__(self, hint: str, start: float = 0.5, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._given: float | None = None
        self._start = start
        self.setDecimals(_DECIMALS)
        self.setRange(_UNSET, 1.0)
        self.setSingleStep(_STEP)
        self.setSpecialValueText(hint)
        prepare(self)
        self.valueChanged.connect(self._dress)
        self._dress()

    @property
    def threshold(self) -> float | None:
        """The threshold, exactly as it was given if nobody touched it; None if there is none."""
        value = self.value()
        if self._given is not None and value == round(self._given, _DECIMALS):
            return self._given
        return None if value == _UNSET else max(value, SCORE_FLOOR)

    def show_threshold(self, threshold: float | None) -> None:
        """Show a threshold; None for none."""
        self._given = threshold
        self.setValue(_UNSET if threshold is None else threshold)

    def show_own(self, hint: str, start: float) -> None:
        """Say what holds without one."""
        self._start = start
        self.setSpecialValueText(hint)

    def stepBy(self, steps: int) -> None:  # noqa: N802 - Qt's name
        """Step; from none to what holds without one, and below the lowest back to none."""
        if self.value() == _UNSET:
            self.setValue(self._start)
            return
        wished = self.value() + steps * _STEP
        self.setValue(_UNSET if wished < SCORE_FLOOR else wished)

    def textFromValue(self, value: float) -> str:  # noqa: N802 - Qt's name
        """Show no more decimals than there are."""
        text = super().textFromValue(value)
        return text.rstrip("0").rstrip(self.locale().decimalPoint()) if value % 1 else text[:1]

    def validate(self, text: str, cursor: int) -> tuple[QValidator.State, str, int]:
        """Accept nothing at all, too: it stands for none."""
        if not text.strip():
            return QValidator.State.Acceptable, text, cursor
        return super().validate(text, cursor)

    def valueFromText(self, text: str) -> float:  # noqa: N802 - Qt's name
        """Read a number, or nothing as none."""
        return super().valueFromText(text) if text.strip() else _UNSET

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Select all, so that typing replaces the hint."""
        super().focusInEvent(event)
        QTimer.singleShot(0, self, self.selectAll)

    def _dress(self) -> None:
        """Let what only hints look like it."""
        self.setProperty("hint", self.value() == _UNSET)
        self.style().unpolish(self)
        self.style().polish(self)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Let the page scroll unless the user is in this field."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
