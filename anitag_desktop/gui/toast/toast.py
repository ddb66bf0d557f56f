"""One sentence that comes, perhaps with a button, and goes by itself."""

from collections.abc import Callable

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from anitag_desktop.gui.plain_text import PlainLabel, action_text, one_line
from anitag_desktop.gui.theme.tokens import Motion, Size, Space


class Toast(QFrame):
    """Stands over the lower edge of its window. ``acted`` follows a click on the button."""

    acted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self.setObjectName("toast")
        self.setMaximumWidth(Size.DIALOG)
        self._on_acted: Callable[[], object] = self.acted.emit
        self._label = PlainLabel("", wraps=True)
        self._button = QPushButton()
        self._button.setProperty("kind", "quiet")
        self._button.clicked.connect(self._act)
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.OUTER, Space.SMALL, Space.SMALL, Space.SMALL)
        row.setSpacing(Space.SMALL)
        row.addWidget(self._label, 1)
        row.addWidget(self._button)
        self._going = QTimer(self, singleShot=True)
        self._going.timeout.connect(self.hide)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence shown."""
        return self._label.text()

    def say(
        self, text: str, action: str = "", on_acted: Callable[[], object] | None = None
    ) -> None:
        """Show ``text``; with ``action`` a button of that name, for longer.

        ``on_acted`` is called in place of ``acted``.
        """
        self._on_acted = on_acted or self.acted.emit
        self._label.setText(one_line(text))
        self._button.setText(action_text(action))
        self._button.setVisible(bool(action))
        width = self._label.fontMetrics().horizontalAdvance(one_line(text)) + Space.SMALL
        self._label.setMinimumWidth(min(width, Size.DIALOG - Space.HUGE * 3))
        self.place()
        self.show()
        self.raise_()
        self._going.start(
            Motion.TOAST if action or len(text) > Size.CHIP * 2 else Motion.TOAST_BRIEF
        )

    def place(self) -> None:
        """Stand over the middle of the lower edge."""
        self.adjustSize()
        left = (self._window.width() - self.width()) // 2
        top = self._window.height() - self.height() - Size.STRIP - Space.OUTER
        self.move(left, top)

    def _act(self) -> None:
        self.hide()
        self._on_acted()
