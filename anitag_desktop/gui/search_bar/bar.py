"""The search bar: editor, count, completion, history, and what is wrong with the text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QWidget

from anitag_desktop.gui.plain_text import PlainLabel, set_plain_tooltip
from anitag_desktop.gui.search_bar.editor import QueryEditor
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme.theme import font, theme
from anitag_desktop.gui.theme.tokens import Size, Space, Type
from anitag_desktop.gui.wording import tr
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from anitag_desktop.gui.completion.popup import CompletionPopup
    from anitag_desktop.gui.completion.suggestion import Suggestion
    from anitag_desktop.gui.search_bar.colouring import QueryColouring
    from anitag_desktop.gui.tasks import Task
    from anitag_desktop.search.completion import Completion
    from anitag_desktop.search.highlight import Span


class SearchBar(QFrame):
    """``searched`` carries the text when the user wants it searched, ``left`` follows Esc.

    ``save_wanted`` says that the text is to be saved under a name.
    """

    searched = Signal(str)
    left = Signal()
    save_wanted = Signal()

    def __init__(self, workspace: Workspace, window: QWidget) -> None:
        super().__init__()
        self.setObjectName("searchBar")
        self.setFixedHeight(Size.SEARCH)
        self._workspace = workspace
        self._editor = QueryEditor()
        self._editor.setAccessibleName(self.tr("Search"))
        self._editor.invite(
            self.tr("Search tags, or press Enter for everything"), self.tr("Search tags")
        )
        self._colouring: QueryColouring | None = None
        self._understood: tuple[str, Sequence[Span]] = ("", ())
        self._shown: Sequence[Span] = ()
        self._window = window
        self._popup: CompletionPopup | None = None
        self._completing: Task | None = None
        self._symbol = QLabel()
        self._symbol.setFixedSize(Size.ICON, Size.ICON)
        self._count = PlainLabel("", "secondary")
        self._count.setFont(font(Type.SECONDARY, tabular=True))
        self._save = _button(self.tr("Save this search (Ctrl+D)"))
        self._clear = _button(self.tr("Clear the search"))
        self._arrange()
        self._connect()

    @property
    def text(self) -> str:
        """What is written."""
        return self._editor.text

    @property
    def editor(self) -> QueryEditor:
        """The field itself."""
        return self._editor

    @property
    def popup(self) -> CompletionPopup:
        """The list under the bar, made when it is first wanted."""
        if self._popup is None:
            from anitag_desktop.gui.completion.popup import CompletionPopup

            self._popup = CompletionPopup(self._window)
            self._popup.taken.connect(self._take)
            self._popup.removed.connect(self._forget)
        return self._popup

    def show_text(self, text: str) -> None:
        """Show the text of a search that was made elsewhere."""
        self._stop_completing()
        if text != self._editor.text:
            self._editor.show_text(text)
            self._understood = self._editor.text, ()
            self._show_spans()
        self._after_change()

    def show_count(self, text: str) -> None:
        """Show how many pictures there are."""
        self._count.setText(text)

    def mark_error(self, extent: tuple[int, int] | None) -> None:
        """Underline what is wrong in the text, or nothing."""
        if extent is not None or self._colouring is not None:
            self._coloured().mark_error(extent)
        self._set_property("broken", extent is not None)

    def focus(self) -> None:
        """Go into the field and select what is there."""
        self._editor.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._editor.selectAll()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Leave the count away where there is little room: the strip says it too."""
        super().resizeEvent(event)
        self._count.setVisible(self.width() >= Size.SEARCH_WIDE)
        self._show_buttons()

    def _arrange(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(Space.CELL, 0, Space.SMALL, 0)
        row.setSpacing(Space.SMALL)
        row.addWidget(self._symbol)
        row.addWidget(self._editor, 1)
        row.addWidget(self._count)
        row.addWidget(self._save)
        row.addWidget(self._clear)

    def _connect(self) -> None:
        self._editor.typed.connect(self._on_typed)
        self._editor.entered.connect(self._on_entered)
        self._editor.completed.connect(self._on_completed)
        self._editor.stepped.connect(self._on_stepped)
        self._editor.removed.connect(self._on_deleted)
        self._editor.escaped.connect(self._on_escaped)
        self._editor.focused.connect(self._on_focused)
        self._editor.cursorPositionChanged.connect(self._show_spans)
        self._editor.picture_given.connect(self._on_picture)
        self._save.clicked.connect(self.save_wanted)
        self._clear.clicked.connect(self._on_cleared)
        theme.changed.connect(self.dress)

    def dress(self) -> None:
        """Put the icons on; they are drawn after the first paint."""
        from anitag_desktop.gui.theme import icons

        self._symbol.setPixmap(icons.pixmap("search", "secondary", Size.ICON))
        self._save.setIcon(icons.icon("bookmark"))
        self._clear.setIcon(icons.icon("cross"))
        self._show_buttons()

    def _show_buttons(self) -> None:
        """Show what can be done with the text; saving has a key where there is no room."""
        has_text = bool(self._editor.text)
        self._clear.setVisible(has_text)
        self._save.setVisible(has_text and self.width() >= Size.SEARCH_WIDE)

    def _on_typed(self) -> None:
        self._after_change()
        self._complete()

    def _after_change(self) -> None:
        self.mark_error(None)
        self._show_buttons()
        text, library = self._editor.text, self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: (text, library.searching.highlight(text)),
            self._colour,
            owner=self,
            topic="highlight",
            priority=Priority.URGENT,
        )

    def _colour(self, answer: tuple[str, Sequence[Span]]) -> None:
        self._understood = answer
        self._show_spans()

    def _show_spans(self) -> None:
        """Colour the text; what is wrong in a term is not marked while it is being typed."""
        text, spans = self._understood
        if text != self._editor.text:
            return
        if spans and self._editor.hasFocus():
            from anitag_desktop.search.highlight import without_unfinished

            spans = without_unfinished(spans, self._editor.cursor_place)
        if spans != self._shown:
            self._shown = spans
            self._coloured().show_spans(spans)

    def _coloured(self) -> QueryColouring:
        if self._colouring is None:
            from anitag_desktop.gui.search_bar.colouring import QueryColouring

            self._colouring = QueryColouring(self._editor.document())
        return self._colouring

    def _complete(self) -> None:
        text, cursor, library = (
            self._editor.text,
            self._editor.cursor_place,
            self._workspace.library,
        )
        if not text.strip():
            self._stop_completing()
            return
        self._completing = self._workspace.tasks.run_in_background(
            lambda: (text, library.searching.complete(text, cursor)),
            self._offer,
            owner=self,
            topic="complete",
            priority=Priority.URGENT,
        )

    def _stop_completing(self) -> None:
        """Close the list, and let none open that was asked for before."""
        if self._completing is not None:
            self._completing.cancel()
        if self._popup is not None:
            self._popup.dismiss()

    def _offer(self, answer: tuple[str, Sequence[Completion]]) -> None:
        text, found = answer
        if text == self._editor.text and self._editor.hasFocus():
            self.popup.offer([suggestion_of(one) for one in found], self)

    def _on_entered(self) -> None:
        if self.popup.chosen is not None:
            self._take(self.popup.chosen)
            return
        self._stop_completing()
        self._search()

    def _search(self) -> None:
        self._workspace.memory.keep_search(self._editor.text)
        self.searched.emit(self._editor.text)

    def _on_completed(self) -> None:
        if not self.popup.isVisible():
            self.focusNextChild()
            return
        self._take(self.popup.chosen or self.popup.rows[0])

    def _on_stepped(self, by: int) -> None:
        if not self.popup.isVisible():
            self._offer_history()
        else:
            self.popup.step(by)

    def _offer_history(self) -> None:
        from anitag_desktop.gui.completion.suggestion import Suggestion

        written = self._editor.text
        past = [text for text in self._workspace.memory.searches if written in text != written]
        rows = [Suggestion(text, text, 0, len(written), is_past=True) for text in past]
        self.popup.offer(rows, self, first=True)

    def _on_deleted(self) -> None:
        """Forget the past search that is highlighted."""
        if self._popup is not None and self._popup.chosen is not None:
            self._forget(self._popup.chosen)

    def _forget(self, row: Suggestion) -> None:
        if row.is_past:
            self._workspace.memory.forget_search(row.text)
            self._offer_history()

    def _on_escaped(self) -> None:
        if self.popup.isVisible():
            self.popup.dismiss()
        else:
            self.left.emit()

    def _on_focused(self, is_focused: bool) -> None:
        self._set_property("focused", is_focused)
        self._show_spans()
        if not is_focused:
            self._stop_completing()

    def _on_picture(self, path: str) -> None:
        """Search for what is like a picture."""
        from anitag_desktop.search.formatter import format_metatag

        self.show_text(format_metatag("similar", path))
        self._search()

    def _on_cleared(self) -> None:
        self._editor.show_text("")
        self._after_change()
        self.searched.emit("")

    def _take(self, row: Suggestion) -> None:
        self.popup.dismiss()
        if row.is_past:
            self._editor.show_text(row.text)
            self._after_change()
            self._search()
            return
        rest = self._editor.text[row.end :]
        gap = "" if rest.startswith((" ", ")")) or row.insert.endswith((":", " ")) else " "
        self._editor.replace(row.start, row.end, row.insert + gap)
        if not row.insert.endswith(":"):
            self.popup.dismiss()

    def _set_property(self, name: str, value: bool) -> None:
        if self.property(name) != value:
            self.setProperty(name, value)
            self.style().unpolish(self)
            self.style().polish(self)


def _button(words: str) -> QToolButton:
    button = QToolButton()
    button.setFixedSize(Size.CHIP, Size.CHIP)
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    set_plain_tooltip(button, words)
    button.setAccessibleName(words)
    button.hide()
    return button


def suggestion_of(found: Completion) -> Suggestion:
    """Return the service's completion as a row."""
    from anitag_desktop.gui.completion.suggestion import Suggestion

    kinds = {"metatag": tr("metatag"), "value": tr("value")}
    is_tag = found.kind in ("tag", "alias")
    return Suggestion(
        text=found.text,
        insert=found.insert,
        start=found.start,
        end=found.end,
        category=found.category,
        count=found.count if is_tag or found.count else None,
        alias_of=found.alias_of,
        kind=kinds.get(found.kind, ""),
    )
