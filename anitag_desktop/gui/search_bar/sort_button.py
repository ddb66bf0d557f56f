"""The button that chooses the order of the pictures."""

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QMenu, QPushButton

from anitag_desktop.gui.plain_text import action_text, set_plain_tooltip
from anitag_desktop.gui.theme.theme import theme
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.wording import tr

NEWEST = ""
"""The library's own order: what came last comes first."""

MOST_ALIKE = "similar"
"""The order of a search by likeness, which nobody chooses: the most alike come first."""


class SortButton(QPushButton):
    """``chosen`` carries a value of ``order:``, empty for the library's own order."""

    chosen = Signal(str)

    def __init__(self, order: str) -> None:
        super().__init__()
        self.setFixedHeight(Size.CONTROL)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        set_plain_tooltip(self, self.tr("Order of the pictures"))
        self._order = order
        self._own: str | None = None
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

    def show_own(self, order: str | None) -> None:
        """Say in which order the search itself puts the pictures; None: it may be chosen."""
        self._own = order
        self.setDisabled(order is not None)
        self._name()

    def show_words(self, shows: bool) -> None:
        """Show the name of the order, or only the icon where there is little room."""
        if shows != self._has_words:
            self._has_words = shows
            self._name()

    def _name(self) -> None:
        words = order_words(self._order if self._own is None else self._own)
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


def order_words(order: str) -> str:
    """Return what an order is called, in its own words if it is not offered."""
    if order == MOST_ALIKE:
        return tr("Most similar")
    orders = orders_by_name()
    return orders.get(order) or orders.get(order.partition(":")[0]) or action_text(order)


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
