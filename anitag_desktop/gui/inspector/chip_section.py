"""A head with chips under it."""

from collections.abc import Sequence

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from anitag_desktop.gui.flow_layout import FlowLayout
from anitag_desktop.gui.inspector.chip import TagChip
from anitag_desktop.gui.inspector.tag_groups import TagState
from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.wording import number


class ChipSection(QWidget):
    """Hidden while it has no chips. Past ``most`` chips there is a button for the rest.

    Tags that only repeat a more exact one are among the rest.
    """

    picked = Signal(object, object)
    accepted = Signal(object)
    rejected = Signal(object)
    menu_wanted = Signal(object, QPoint)

    def __init__(self, title: str, most: int = 60) -> None:
        super().__init__()
        self._most = most
        self._states: tuple[TagState, ...] = ()
        self._chips: list[TagChip] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, Space.CELL)
        column.setSpacing(Space.SMALL - 2)
        column.addWidget(PlainLabel(title, "head"))
        self._flow = FlowLayout()
        column.addLayout(self._flow)
        self._more = QPushButton()
        self._more.setProperty("kind", "quiet")
        self._more.clicked.connect(self._show_all)
        column.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        self.hide()

    @property
    def chips(self) -> tuple[TagChip, ...]:
        """The chips shown."""
        return tuple(self._chips)

    def show_states(self, states: Sequence[TagState]) -> None:
        """Replace the chips; the same tags again keep theirs, with the focus that they have."""
        if tuple(states) == self._states:
            return
        self._states = tuple(states)
        exact = [state for state in self._states if not state.is_broader]
        self._fill(exact[: self._most])

    def _show_all(self) -> None:
        self._fill(self._states)

    def _fill(self, states: Sequence[TagState]) -> None:
        focused = next((place for place, chip in enumerate(self._chips) if chip.hasFocus()), None)
        self._clear()
        for state in states:
            self._add(state)
        rest = len(self._states) - len(states)
        self._more.setText(self.tr("Show {n} more").format(n=number(rest)))
        self._more.setVisible(rest > 0)
        self.setVisible(bool(states))
        if focused is not None and self._chips:
            self._chips[min(focused, len(self._chips) - 1)].setFocus()

    def _clear(self) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []

    def _add(self, state: TagState) -> None:
        chip = TagChip(state, self)
        chip.picked.connect(self.picked)
        chip.accepted.connect(self.accepted)
        chip.rejected.connect(self.rejected)
        chip.menu_wanted.connect(self.menu_wanted)
        chip.stepped.connect(self._step)
        self._flow.addWidget(chip)
        chip.show()
        self._chips.append(chip)

    def _step(self, by: int) -> None:
        focused = next((place for place, chip in enumerate(self._chips) if chip.hasFocus()), 0)
        self._chips[(focused + by) % len(self._chips)].setFocus(Qt.FocusReason.OtherFocusReason)
