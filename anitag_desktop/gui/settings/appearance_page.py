"""Settings of the window's own: dark or light, and how large the pictures are."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSlider, QWidget

from anitag_desktop.gui.settings.page import SettingsPage
from anitag_desktop.gui.theme.theme import Scheme
from anitag_desktop.gui.theme.tokens import Size, Space


class AppearancePage(SettingsPage):
    """Shows the scheme and the wished side of the gallery's cells in pixels."""

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons = {
            Scheme.SYSTEM: QPushButton(self.tr("Like the system")),
            Scheme.DARK: QPushButton(self.tr("Dark")),
            Scheme.LIGHT: QPushButton(self.tr("Light")),
        }
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(Size.CELL_LEAST, Size.CELL_MOST)
        self.slider.setSingleStep(Size.CELL_STEP)
        self.slider.setPageStep(Size.CELL_STEP)
        self.add_head(self.tr("Colours"))
        self.column.addWidget(self._row_of_buttons(), 0, Qt.AlignmentFlag.AlignLeft)
        self.add_head(self.tr("Gallery"))
        self._size = self.add_row("", self.slider)
        self.slider.setAccessibleName(self.tr("Size of pictures"))
        self.slider.valueChanged.connect(self._say_size)
        self.add_help(self.tr("Ctrl and the wheel change it in the gallery, too."))
        self.column.addStretch(1)

    @property
    def scheme(self) -> Scheme:
        """The scheme that is chosen."""
        return next(scheme for scheme, button in self.buttons.items() if button.isChecked())

    @property
    def cell(self) -> int:
        """The wished side of cells in pixels."""
        return self.slider.value()

    def show_look(self, scheme: Scheme, cell: int) -> None:
        """Show how the window looks now."""
        self.buttons[scheme].setChecked(True)
        self.slider.setValue(cell)
        self._say_size(cell)

    def _row_of_buttons(self) -> QWidget:
        body = QWidget()
        row = QHBoxLayout(body)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(Space.TINY)
        for button in self.buttons.values():
            button.setCheckable(True)
            button.setProperty("kind", "option")
            self._group.addButton(button)
            row.addWidget(button)
        return body

    def _say_size(self, cell: int) -> None:
        self._size.setText(self.tr("Size of pictures: {n} pixels").format(n=cell))
