"""What stands in the dialog of duplicates: the pictures, the facts, the reason, the buttons."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from anitag_desktop.domain.pair import PairVerdict
from anitag_desktop.gui.dialog_bar import dialog_bar
from anitag_desktop.gui.duplicates.comparing import reason_text
from anitag_desktop.gui.duplicates.fact_table import FactTable
from anitag_desktop.gui.duplicates.pair_view import PairView
from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, set_plain_tooltip
from anitag_desktop.gui.settings.tick_box import TickBox
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.wording import number

if TYPE_CHECKING:
    from collections.abc import Callable

    from anitag_desktop.gui.duplicates.comparing import Compared


class DuplicatesPage(QObject):
    """Fills a dialog. ``better_wanted`` carries a side (0 left, 1 right), ``apart_wanted`` how."""

    better_wanted = Signal(int)
    apart_wanted = Signal(object)
    skip_wanted = Signal()
    undo_wanted = Signal()
    close_wanted = Signal()

    def __init__(self, dialog: QDialog) -> None:
        super().__init__(dialog)
        self.view = PairView()
        self.table = FactTable()
        self.reason = ElidedLabel()
        self.copies = TickBox(self.tr("C  Copy your tags, heart and stars to the better one"))
        self.progress = ElidedLabel("", "secondary")
        self.empty = PlainLabel("", "title", wraps=True)
        self.buttons = self._make_buttons()
        self._pages = QStackedWidget()
        self._arrange(dialog)

    def show_empty(self, words: str) -> None:
        """Show words instead of pictures."""
        self.empty.setText(words)
        self._pages.setCurrentIndex(1)
        self._enable(is_pair=False)

    def show_pair(self) -> None:
        """Show pictures."""
        self._pages.setCurrentIndex(0)
        self._enable(is_pair=True)

    def show_nothing_known(self) -> None:
        """Show that the pair is being read."""
        self.view.begin(("", ""), (QSize(), QSize()))
        self.table.show_rows(())
        self.reason.show_text("")

    def show_compared(self, compared: Compared, sizes: Sequence[QSize]) -> None:
        """Show another pair: its names and facts; the pictures follow."""
        self.view.begin([_name(one.path) for one in compared.pair], sizes)
        self.show_facts(compared)

    def show_facts(self, compared: Compared) -> None:
        """Show what is known of the pair, which seems better, and why."""
        self.table.show_rows(compared.rows())
        suggestion = compared.suggestion
        better = None if suggestion is None else suggestion.better
        self.view.show_better(better, self.tr("seems better"))
        for side in (0, 1):
            _make_primary(self.buttons[f"better {side}"], is_primary=side == better)
        if suggestion is None:
            self.reason.show_text("")
            return
        which = (
            self.tr("The left one seems better")
            if better == 0
            else self.tr("The right one seems better")
        )
        why = ", ".join(reason_text(reason) for reason in suggestion.reasons)
        self.reason.show_text(self.tr("{which}: {why}.").format(which=which, why=why))

    def show_progress(self, place: int, total: int) -> None:
        """Show which pair of how many this is."""
        words = self.tr("{place} of {total} pairs")
        text = words.format(place=number(place), total=number(total)) if place <= total else ""
        self.progress.show_text(text)

    def say(self, words: str) -> None:
        """Say something where the progress stands."""
        self.progress.show_text(words)

    def can_undo(self, can: bool) -> None:
        """Offer to take the last verdict back, or not."""
        self.buttons["undo"].setEnabled(can)

    def _enable(self, *, is_pair: bool) -> None:
        for name, button in self.buttons.items():
            if name not in ("undo", "close"):
                button.setVisible(is_pair)

    def _make_buttons(self) -> dict[str, QPushButton]:
        better, apart, tr = self.better_wanted.emit, self.apart_wanted.emit, self.tr
        zooming = tr("One over the other; Z and + zoom both, arrows and the mouse move them")
        return {
            "better 0": _button(tr("1  Left better"), tr("Both show the same"), better, 0),
            "better 1": _button(tr("2  Right better"), tr("Both show the same"), better, 1),
            "alternates": _button(
                tr("A  Alternates"), tr("Two versions; both stay"), apart, PairVerdict.ALTERNATES
            ),
            "different": _button(
                tr("N  No duplicates"), tr("They only look alike"), apart, PairVerdict.DIFFERENT
            ),
            "skip": _button(tr("S  Later"), tr("Leave them for the end"), self.skip_wanted.emit),
            "flip": _button(tr("Space  Flip"), zooming, self.view.flip),
            "undo": _button(
                tr("U  Undo"), tr("Take back the last verdict (Ctrl+Z)"), self.undo_wanted.emit
            ),
            "close": _button(tr("Close"), tr("Esc"), self.close_wanted.emit),
        }

    def _arrange(self, dialog: QDialog) -> None:
        self.copies.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        said = QWidget()
        row = QHBoxLayout(said)
        row.setContentsMargins(Space.OUTER, 0, Space.OUTER, Space.SMALL)
        row.setSpacing(Space.OUTER)
        row.addWidget(self.reason, 1)
        row.addWidget(self.copies)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        column.addWidget(self.table)
        column.addWidget(said)
        self._pages.addWidget(body)
        self._pages.addWidget(self.empty)
        whole = QVBoxLayout(dialog)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._pages, 1)
        whole.addWidget(dialog_bar(self.progress, *self.buttons.values()))


def _button(words: str, hint: str, wanted: Callable[..., object], *given: object) -> QPushButton:
    button = QPushButton(words)
    button.setAutoDefault(False)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    set_plain_tooltip(button, hint)
    button.clicked.connect(lambda _checked: wanted(*given))
    return button


def _make_primary(button: QPushButton, *, is_primary: bool) -> None:
    kind = "primary" if is_primary else ""
    if button.property("kind") != kind:
        button.setProperty("kind", kind)
        button.style().unpolish(button)
        button.style().polish(button)


def _name(path: str) -> str:
    return PurePath(path).name
