"""The button that chooses the order of the pictures."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu, QPushButton

from anitag_desktop.gui.plain_text import set_plain_tooltip
from anitag_desktop.gui.theme import icons
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.wording import tr

NEWEST = ""
"""The library's own order: what came last comes first."""


class SortButton(QPushButton):
    """``chosen`` carries a value of ``order:``, empty for the library's own order."""

    chosen = Signal(str)

    def __init__(self, order: str) -> None:
        super().__init__()
        self.setFixedHeight(Size.CONTROL)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_plain_tooltip(self, self.tr("Order of the pictures"))
        menu = QMenu(self)
        self._group = QActionGroup(menu)
        orders = orders_by_name()
        for value, words in orders.items():
            action = QAction(words, self._group, checkable=True, checked=value == order)
            action.setData(value)
            menu.addAction(action)
        self._group.triggered.connect(self._choose)
        self.setMenu(menu)
        self.setText(orders.get(order, orders[NEWEST]))
        theme.changed.connect(self._dress)
        self._dress()

    def _choose(self, action: QAction) -> None:
        self.setText(action.text())
        self.chosen.emit(action.data())

    def _dress(self) -> None:
        self.setIcon(icons.icon("sort"))


def orders_by_name() -> dict[str, str]:
    """Return the orders offered, with what they are called."""
    return {
        NEWEST: tr("Newest"),
        "added_asc": tr("Oldest"),
        "date": tr("File date"),
        "name": tr("Name"),
        "filesize": tr("File size"),
        "mpixels": tr("Resolution"),
        "tagcount": tr("Most tags"),
        "tagcount_asc": tr("Fewest tags"),
        "random": tr("Random"),
    }
