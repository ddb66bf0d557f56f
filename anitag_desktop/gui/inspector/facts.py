"""Name and facts of the selected pictures in a few quiet lines."""

from collections.abc import Sequence
from pathlib import PurePath

from PySide6.QtWidgets import QVBoxLayout, QWidget

from anitag_desktop.domain.details import ImageDetails
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, printable
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.wording import day, file_size, number, pictures, tr


class Facts(QWidget):
    """A title, two or three lines, and a warning where there is one."""

    def __init__(self) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, Space.TINY)
        column.setSpacing(Space.LINE)
        self._title = ElidedLabel("", "title")
        self._lines = [ElidedLabel("", "secondary") for _ in range(2)]
        self._warning = PlainLabel("", "warning", wraps=True)
        for label in (self._title, *self._lines, self._warning):
            column.addWidget(label)

    def show_details(self, details: Sequence[ImageDetails], total: int) -> None:
        """Show the facts of these pictures; ``total`` are selected, perhaps more than these."""
        one = details[0] if total == 1 and details else None
        lines = _lines_of_one(one) if one else _lines_of_many(details, total)
        self._title.show_text(PurePath(one.path).name if one else pictures(total))
        for label, line in zip(self._lines, lines, strict=True):
            label.show_text(line)
            label.setVisible(bool(line))
        warning = _warning_of(one) if one else ""
        self._warning.setText(printable(warning))
        self._warning.setVisible(bool(warning))


def _lines_of_one(one: ImageDetails) -> tuple[str, str]:
    facts = one.facts
    first = ""
    if facts is not None:
        size = f"{number(facts.width)} \u00d7 {number(facts.height)}"
        first = f"{size} · {facts.format.upper()} · {file_size(facts.bytes)}"
    folder = " / ".join(PurePath(one.path).parent.parts[-2:])
    return first, tr("{folder} · added {day}").format(folder=folder, day=day(one.added))


def _lines_of_many(details: Sequence[ImageDetails], total: int) -> tuple[str, str]:
    size = sum(one.facts.bytes for one in details if one.facts)
    first = file_size(size) if len(details) == total else ""
    second = (
        "" if len(details) == total else tr("Tags of the first {n}").format(n=number(len(details)))
    )
    return first, second


def _warning_of(one: ImageDetails) -> str:
    if one.problems:
        return one.problems[0].message
    return {
        ImageStatus.MISSING: tr("The file is gone; its tags are kept."),
        ImageStatus.AWAY: tr("Its folder is away: plug in the drive to see it."),
        ImageStatus.UNREADABLE: tr("The file cannot be read."),
    }.get(one.status, "")
