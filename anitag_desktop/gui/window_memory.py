"""What the window remembers between two starts; nothing of it belongs to the library."""

import json
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings

from anitag_desktop.gui.theme.theme import Scheme
from anitag_desktop.gui.theme.tokens import Size

HISTORY_LENGTH = 50

_FILES_OF_LABELS = 20


class WindowMemory:
    """Geometry, panels, cell size, scheme, searches and classes of labels: a small INI file."""

    def __init__(self, path: Path) -> None:
        _make_private(path)
        self._settings = QSettings(str(path), QSettings.Format.IniFormat)

    def bytes_of(self, name: str) -> QByteArray:
        """Return a remembered state, empty if there is none."""
        value = self._settings.value(name)
        return value if isinstance(value, QByteArray) else QByteArray()

    def keep_bytes(self, name: str, state: QByteArray) -> None:
        """Remember a state."""
        self._settings.setValue(name, state)

    @property
    def scheme(self) -> Scheme:
        """The user's choice between dark, light and the system's."""
        value = str(self._settings.value("scheme", Scheme.SYSTEM.value))
        return Scheme(value) if value in list(Scheme) else Scheme.SYSTEM

    @scheme.setter
    def scheme(self, scheme: Scheme) -> None:
        self._settings.setValue("scheme", scheme.value)

    @property
    def cell(self) -> int:
        """The wished side of gallery cells in pixels."""
        value = str(self._settings.value("cell", Size.CELL))
        side = int(value) if value.isdecimal() else Size.CELL
        return min(max(side, Size.CELL_LEAST), Size.CELL_MOST)

    @cell.setter
    def cell(self, side: int) -> None:
        self._settings.setValue("cell", side)

    @property
    def order(self) -> str:
        """The order of results, a value of ``order:``; empty for the library's own."""
        return str(self._settings.value("order", ""))

    @order.setter
    def order(self, order: str) -> None:
        self._settings.setValue("order", order)

    def flag(self, name: str, default: bool) -> bool:
        """Return a remembered yes or no."""
        return str(self._settings.value(name, default)).lower() == "true"

    def keep_flag(self, name: str, value: bool) -> None:
        """Remember a yes or no."""
        self._settings.setValue(name, value)

    @property
    def searches(self) -> list[str]:
        """Past searches, the newest first."""
        value = self._settings.value("searches", [])
        if isinstance(value, str):
            return [value]
        return [str(text) for text in value] if isinstance(value, list) else []

    def keep_search(self, text: str) -> None:
        """Put a search at the head of the past ones."""
        if not text.strip():
            return
        others = [known for known in self.searches if known != text]
        self._settings.setValue("searches", [text, *others][:HISTORY_LENGTH])

    def forget_search(self, text: str) -> None:
        """Take a search out of the past ones."""
        self._settings.setValue("searches", [known for known in self.searches if known != text])

    def classes_of(self, path: str) -> list[str]:
        """Return the classes of a file of labels in the order of their keys, empty ones too."""
        return self._classes().get(path, [])

    def keep_classes(self, path: str, classes: Sequence[str]) -> None:
        """Remember the classes of a file of labels; those of the oldest file are forgotten."""
        others = {known: own for known, own in self._classes().items() if known != path}
        newest = list({path: list(classes), **others}.items())[:_FILES_OF_LABELS]
        self._settings.setValue("label_classes", json.dumps(dict(newest)))

    def _classes(self) -> dict[str, list[str]]:
        try:
            found = json.loads(str(self._settings.value("label_classes", "{}")))
        except (ValueError, RecursionError):
            return {}
        known = found.items() if isinstance(found, dict) else ()
        return {
            path: own
            for path, own in known
            if isinstance(own, list) and all(isinstance(name, str) for name in own)
        }

    @property
    def start_search(self) -> str:
        """The search that the window opens with; empty for all pictures."""
        return str(self._settings.value("start_search", ""))

    @start_search.setter
    def start_search(self, text: str) -> None:
        self._settings.setValue("start_search", text)

    def save(self) -> None:
        """Write it to the disk now."""
        self._settings.sync()


def _make_private(path: Path) -> None:
    """Let the file, with its past searches, be its user's alone: Qt keeps the mode it finds."""
    with suppress(OSError):  # then nothing is remembered
        path.touch(0o600)
        path.chmod(0o600)
