"""One character: how well it is known, by what, who looks alike, and what can be done."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from anitag_desktop.gui.characters.content import Shown, certainty
from anitag_desktop.gui.characters.group_view import back_button, head_row
from anitag_desktop.gui.characters.section import Section
from anitag_desktop.gui.flow_layout import FlowLayout
from anitag_desktop.gui.plain_text import ElidedLabel, PlainLabel, set_plain_tooltip
from anitag_desktop.gui.theme.tokens import Space
from anitag_desktop.gui.wording import tag_text
from anitag_desktop.gui.workspace import Workspace


class PortraitView(QWidget):
    """``wanted`` carries what the user wants (``merge``...) and the pictures chosen for it.

    ``pictures_opened`` carries ids and the place of the one to look at.
    """

    wanted = Signal(str, object)
    character_opened = Signal(str)
    pictures_opened = Signal(object, int)
    left = Signal()

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.shown: Shown | None = None
        self.back = back_button(self.tr("Characters"))
        self.back.clicked.connect(lambda _checked: self.left.emit())
        self.title = ElidedLabel("", "title")
        self.words = PlainLabel("", "secondary", wraps=True)
        self.buttons = self._make_buttons()
        self.sections = self._make_sections(workspace)
        self._connect()
        self._arrange()

    @property
    def name(self) -> str:
        """The name of the character that is shown."""
        return "" if self.shown is None else self.shown.portrait.tag.name

    def show_portrait(self, shown: Shown) -> None:
        """Show a character."""
        self.shown = shown
        self.title.show_text(tag_text(self.name))
        self.words.setText(self._sentences(shown))
        for kind, section in self.sections.items():
            section.show_tiles(getattr(shown, kind))
        self._show_choice()

    def show_busy(self, *, is_busy: bool) -> None:
        """Allow nothing while something is being learnt."""
        for button in self.buttons.values():
            button.setEnabled(not is_busy)
        if not is_busy:
            self._show_choice()

    def _sentences(self, shown: Shown) -> str:
        found = certainty(shown.portrait)
        wearer = shown.portrait.wearer
        if wearer is not None:
            worn = self.tr("An outfit of {name}.").format(name=tag_text(wearer.name))
            return f"{worn} {found}"
        return found

    def _make_buttons(self) -> dict[str, QPushButton]:
        tr = self.tr
        words = {
            "search": (tr("Show its pictures"), tr("Search for the character")),
            "add": (tr("Add selected pictures"), tr("Those that are selected in the gallery")),
            "outfit": (tr("Outfit…"), tr("Teach an outfit by the chosen references")),
            "split": (tr("Split…"), tr("The chosen references show somebody else")),
            "drop": (
                tr("Remove chosen"),
                tr("The chosen pictures are no references (Delete)"),
            ),
            "merge": (tr("Merge into…"), tr("Both are one character")),
            "forget": (tr("Forget"), tr("It is no longer recognised")),
            "confirm": (tr("It is"), tr("The chosen doubtful pictures show the character (Y)")),
            "reject": (tr("It is not"), tr("The chosen doubtful pictures show somebody else (N)")),
        }
        made = {}
        for kind, (text, hint) in words.items():
            made[kind] = button = QPushButton(text)
            set_plain_tooltip(button, hint)
            button.clicked.connect(partial(self._want, kind))
        return made

    def _make_sections(self, workspace: Workspace) -> dict[str, Section]:
        tasks, tr = workspace.tasks, self.tr
        found = {
            "references": Section(
                tasks,
                tr("References"),
                tr(
                    "It is recognised by these. Choose some that show an outfit, or somebody "
                    "else, or that do not help."
                ),
            ),
            "outfits": Section(tasks, tr("Outfits"), lines=1),
            "look_alikes": Section(
                tasks, tr("Look-alikes"), tr("Characters it may be taken for."), lines=2
            ),
            "between": Section(tasks, tr("Between them"), tr("These fit both best.")),
            "doubtful": Section(
                tasks,
                tr("Doubtful"),
                tr("Near the threshold: each answer helps most here. Choose, then Y or N."),
            ),
            "best": Section(tasks, tr("Recognised")),
            "rejected": Section(tasks, tr("Rejected"), tr("You said that these show others.")),
        }
        for kind in ("references", "doubtful"):
            found[kind].tiles.choose_several()
        return found

    def _connect(self) -> None:
        for kind, section in self.sections.items():
            if kind in ("outfits", "look_alikes"):
                section.tiles.opened.connect(self.character_opened)
                section.tiles.clicked.connect(section.tiles.activated)
            else:
                section.tiles.opened.connect(partial(self._look_at, section))
            section.tiles.chosen_changed.connect(self._show_choice)

        for of, key, kind in (
            ("references", Qt.Key.Key_Delete, "drop"),
            ("doubtful", Qt.Key.Key_Y, "confirm"),
            ("doubtful", Qt.Key.Key_N, "reject"),
        ):
            self.sections[of].tiles.on_key(key, self.buttons[kind].click)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Escape."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _look_at(self, section: Section, key: str) -> None:
        ids = [one.image_id for one in section.tiles.tiles]
        self.pictures_opened.emit(ids, ids.index(int(key)))

    def _arrange(self) -> None:
        top = FlowLayout()
        for kind in ("search", "add", "merge", "forget"):
            top.addWidget(self.buttons[kind])
        for kind in ("outfit", "split", "drop"):
            self.sections["references"].add_button(self.buttons[kind])
        for kind in ("confirm", "reject"):
            self.sections["doubtful"].add_button(self.buttons[kind])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(Space.SMALL)
        column.addLayout(head_row(self.back, self.title))
        column.addWidget(self.words)
        column.addLayout(top)
        for section in self.sections.values():
            column.addWidget(section)
        column.addStretch(1)

    def _show_choice(self) -> None:
        for of, kinds in (
            ("references", ("outfit", "split", "drop")),
            ("doubtful", ("confirm", "reject")),
        ):
            is_any = bool(self.sections[of].tiles.chosen_count)
            for kind in kinds:
                self.buttons[kind].setEnabled(is_any)

    def _want(self, kind: str, _checked: bool = False) -> None:
        of = "doubtful" if kind in ("confirm", "reject") else "references"
        self.wanted.emit(kind, [one.image_id for one in self.sections[of].tiles.chosen])
