"""The button that chooses the order of the pictures."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from anitag_desktop.gui.plain_text import set_plain_tooltip
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
        self._order = order
        self._has_words = True
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)
        self._name()
        theme.changed.connect(self.dress)

    def choose(self, order: str) -> None:
        """Use an order that is offered."""
        self._order = order
        self._name()
        self.chosen.emit(order)

    def show_words(self, shows: bool) -> None:
        """Show the name of the order, or only the icon where there is little room."""
        if shows != self._has_words:
            self._has_words = shows
            self._name()

    def _name(self) -> None:
        orders = orders_by_name()
        words = orders.get(self._order, orders[NEWEST])
        self.setText(words if self._has_words else "")
        self.setAccessibleName(self.tr("Order: {order}").format(order=words))

    def _fill(self) -> None:
        menu = self.menu()
        menu.clear()
        for value, words in orders_by_name().items():
            action = menu.addAction(words)
            action.setCheckable(True)
            action.setChecked(value == self._order)
            action.triggered.connect(partial(self.choose, value))

    def dress(self) -> None:
        """Put the icon on."""
        from anitag_desktop.gui.theme import icons

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
        "stars": tr("Stars"),
        "tagcount": tr("Most tags"),
        "tagcount_asc": tr("Fewest tags"),
        "random": tr("Random"),
    }
