"""What the viewer does with regions: reads them, shows them, and passes on what the user says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.image import Box
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.inspector.tag_entry import read_entry
from anitag_desktop.gui.inspector.tag_field import TagField
from anitag_desktop.gui.plain_text import PlainLabel
from anitag_desktop.gui.regions import shaping
from anitag_desktop.gui.regions.overlay import RegionOverlay
from anitag_desktop.gui.regions.painting import SHOWN
from anitag_desktop.gui.regions.shaping import INSIDE, Grip, Point
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme.tokens import Size, Space
from anitag_desktop.gui.viewer.viewer import Viewer
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.domain.region import Region
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_REJECT = (Qt.Key.Key_Delete, Qt.Key.Key_X)
_WAYS = {
    Qt.Key.Key_Left: Point(-1.0, 0.0),
    Qt.Key.Key_Right: Point(1.0, 0.0),
    Qt.Key.Key_Up: Point(0.0, -1.0),
    Qt.Key.Key_Down: Point(0.0, 1.0),
}
_STEP = 0.01
"""By this part of the picture an arrow key moves a region."""

_NEW = Box(0.375, 0.375, 0.25, 0.25)
"""Where a region begins that is drawn with the keyboard."""


class RegionControls(QObject):
    """The regions of the picture in the viewer.

    Keys: B shows them, E lets them be drawn and moved, Tab goes from one to the next; Enter names
    the chosen one, Y and N confirm and reject its name, Delete rejects it; while editing, N draws
    one, arrows move it, with Shift they resize it. ``toggled`` says that they are shown or hidden.
    """

    toggled = Signal()

    def __init__(
        self, workspace: Workspace, viewer: Viewer, corrections: Corrections, window: QWidget
    ) -> None:
        super().__init__(viewer)
        self._workspace = workspace
        self._viewer = viewer
        self._corrections = corrections
        self.overlay = RegionOverlay(viewer.canvas)
        self.field = TagField(workspace, window, self.tr("Who is it?"))
        self._hint = PlainLabel("", "hint")
        self._to_name = ""
        for part in (self.field, self._hint):
            part.setParent(viewer)
            part.hide()
        self._shows = viewer.add_switch("region", self.tr("Regions (B)"), self.toggle)
        self._edits = viewer.add_switch("pencil", self.tr("Edit regions (E)"), self.toggle_editing)
        viewer.installEventFilter(self)
        self._connect()

    @property
    def are_shown(self) -> bool:
        """Whether the user wants to see regions."""
        return self._workspace.memory.flag(SHOWN, False)

    def toggle(self) -> None:
        """Show the regions, or hide them."""
        self._workspace.memory.keep_flag(SHOWN, not self.are_shown)
        if not self.are_shown:
            self.overlay.edit(False)
        self._follow()

    def toggle_editing(self) -> None:
        """Let regions be drawn and moved, or only be looked at."""
        self.overlay.edit(not self.overlay.is_editing)
        if self.overlay.is_editing:
            self._workspace.memory.keep_flag(SHOWN, True)
        self._follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the viewer's keys that are meant for regions."""
        if event.type() == QEvent.Type.Resize:
            self._place_hint()
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._take_key(event)
        return False

    def _connect(self) -> None:
        overlay = self.overlay
        overlay.drawn.connect(self._draw)
        overlay.moved.connect(self._move)
        overlay.name_wanted.connect(self._ask_name)
        overlay.chosen.connect(self._on_chosen)
        self.field.entered.connect(self._say_name)
        self.field.left.connect(self._leave_field)
        self._viewer.shown.connect(self._follow)
        self._viewer.closed.connect(self._on_closed)
        self._viewer.canvas.zoomed.connect(self._on_looked)
        self._viewer.canvas.panned.connect(self._on_looked)
        self._corrections.done.connect(self._on_done)
        self._workspace.signals.changed.connect(self._take_change)

    # Showing ------------------------------------------------------------------------------------

    def _follow(self, _image_id: int = 0) -> None:
        """Show what belongs to the picture that is looked at now."""
        self.toggled.emit()
        self._leave_field()
        self.overlay.setVisible(self.are_shown)
        self._shows.setChecked(self.are_shown)
        self._edits.setChecked(self.overlay.is_editing)
        self._show_hint()
        if not self.are_shown:
            self.overlay.show_regions(())
            return
        if self._viewer.isVisible():
            self._read()

    def _read(self) -> None:
        image_id, library = self._viewer.image_id, self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: (image_id, library.outlining.regions(image_id)),
            self._show,
            owner=self,
            topic="regions",
            priority=Priority.URGENT,
        )

    def _show(self, answer: tuple[int, tuple[Region, ...]]) -> None:
        image_id, regions = answer
        if image_id != self._viewer.image_id or not self.are_shown:
            return
        self.overlay.show_regions(regions)
        if self._to_name in {region.uid for region in regions}:
            uid, self._to_name = self._to_name, ""
            self.overlay.choose(uid)
            self._ask_name(uid)
        self._show_hint()

    def _take_change(self, change: LibraryChange) -> None:
        if self._viewer.isVisible() and self.are_shown:
            touched = change.all_images or change.tags or change.models
            if touched or self._viewer.image_id in change.images:
                self._read()

    def _on_done(self) -> None:
        # Its change may have been heard before it was known which region is the new one.
        if self._to_name and self._viewer.isVisible():
            self._read()

    def _on_closed(self) -> None:
        self.overlay.edit(False)
        self.overlay.choose("")
        self._to_name = ""
        self._edits.setChecked(False)
        self._leave_field()

    def _on_looked(self) -> None:
        self.overlay.update()
        self._place_field()

    def _on_chosen(self, _uid: str) -> None:
        self.field.hide()
        self._show_hint()

    # Keys ---------------------------------------------------------------------------------------

    def _take_key(self, event: QKeyEvent) -> bool:
        key = Qt.Key(event.key())
        if key == Qt.Key.Key_B:
            self.toggle()
        elif key == Qt.Key.Key_E:
            self.toggle_editing()
        elif not self.overlay.isVisible():
            return False
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self.overlay.step(-1 if key == Qt.Key.Key_Backtab else 1)
        elif key in (Qt.Key.Key_Y, Qt.Key.Key_N) and self._judge(is_right=key == Qt.Key.Key_Y):
            pass
        elif key == Qt.Key.Key_N and self.overlay.is_editing:
            self._draw(_NEW)
        elif key == Qt.Key.Key_Escape:
            return self._step_back()
        else:
            return self._take_key_of_chosen(key, event.modifiers())
        return True

    def _step_back(self) -> bool:
        """Leave the chosen region, then the editing; the next Esc closes the viewer."""
        if self.overlay.current is not None:
            self.overlay.choose("")
        elif self.overlay.is_editing:
            self.toggle_editing()
        else:
            return False
        return True

    def _take_key_of_chosen(self, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> bool:
        region = self.overlay.current
        if region is None:
            return False
        if key in _ENTER:
            self._ask_name(region.uid)
        elif key in _REJECT:
            self._reject(region)
        elif key in _WAYS and self.overlay.is_editing:
            is_shifted = bool(modifiers & Qt.KeyboardModifier.ShiftModifier)
            grip, way = Grip(1, 1) if is_shifted else INSIDE, _WAYS[key]
            by = Point(way.x * _STEP, way.y * _STEP)
            self._move(region.uid, shaping.dragged(region.place.box, grip, by))
        else:
            return False
        return True

    # Saying -------------------------------------------------------------------------------------

    def _perform(self, work: Callable[[Library], ActionView]) -> None:
        self._corrections.perform(work, holds=True)

    def _draw(self, box: Box) -> None:
        image_id = self._viewer.image_id

        def draw(library: Library) -> ActionView:
            drawn = library.outlining.draw(image_id, box)
            self._to_name = drawn.uid
            return drawn.action

        self._perform(draw)

    def _move(self, uid: str, box: Box) -> None:
        self._perform(lambda library: library.outlining.move(uid, box))

    def _reject(self, region: Region) -> None:
        uid = region.uid
        self._perform(lambda library: library.outlining.reject(uid))

    def _judge(self, *, is_right: bool) -> bool:
        """Confirm or reject the name of the chosen region; tell whether it has one."""
        region = self.overlay.current
        if region is None or region.identity is None:
            return False
        self._perform(
            partial(_confirm if is_right else _deny, region.uid, (region.identity.tag.name,))
        )
        return True

    def _say_name(self, text: str) -> None:
        region, entry = self.overlay.current, read_entry(text)
        self._leave_field()
        if region is None:
            return
        for name in entry.add:
            self._perform(partial(_name, region.uid, name))
        if entry.reject:
            self._perform(partial(_deny, region.uid, entry.reject))

    # The field and the hint ---------------------------------------------------------------------

    def _ask_name(self, uid: str) -> None:
        self.overlay.choose(uid)
        region = self.overlay.current
        if region is None:
            return
        self.field.know([one.tag.name for one in region.tags])
        self.field.show()
        self._place_field()
        self.field.raise_()
        self.field.edit.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._show_hint()

    def _leave_field(self) -> None:
        self.field.edit.clear()
        if self.field.isVisible():
            self.field.hide()
            self._viewer.setFocus()
            self._show_hint()

    def _place_field(self) -> None:
        region = self.overlay.current
        if region is None or self.field.isHidden():
            return
        canvas, rect = self._viewer.canvas, self.overlay.rect_of(region).toRect()
        width = min(Size.COMPLETION_WIDTH * 2 // 3, canvas.width() - 2 * Space.SMALL)
        left = min(max(rect.left(), Space.SMALL), canvas.width() - width - Space.SMALL)
        top = rect.bottom() + Space.SMALL
        top = max(Space.SMALL, min(top, canvas.height() - self.field.height() - Space.SMALL))
        corner = canvas.mapTo(self._viewer, QPoint(left, top))
        self.field.setGeometry(corner.x(), corner.y(), width, self.field.height())

    def _show_hint(self) -> None:
        words = self._hint_words() if self.overlay.isVisible() else ""
        self._hint.setText(words)
        self._hint.setVisible(bool(words) and not self.field.isVisible())
        self._place_hint()

    def _hint_words(self) -> str:
        if self.overlay.current is None:
            words = self.tr("Draw with the mouse, or press N · Tab: choose one · Esc: done")
            return words if self.overlay.is_editing else ""
        if self.overlay.is_editing:
            return self.tr("Enter: name it · Delete: reject it · arrows: move, Shift: resize it")
        if self.overlay.current.identity is not None:
            return self.tr("Y, N: right or wrong · Enter: another name · Delete: reject it")
        return self.tr("Enter: name it · Delete: reject it · Tab: the next · Esc: leave it")

    def _place_hint(self) -> None:
        self._hint.adjustSize()
        viewer, size = self._viewer, self._hint.size()
        left = (viewer.width() - size.width()) // 2
        self._hint.move(left, viewer.height() - size.height() - Space.OUTER)
        self._hint.raise_()


def _name(uid: str, name: str, library: Library) -> ActionView:
    return library.outlining.name(uid, name)


def _confirm(uid: str, names: tuple[str, ...], library: Library) -> ActionView:
    return library.outlining.correct(uid, confirm=names)


def _deny(uid: str, names: tuple[str, ...], library: Library) -> ActionView:
    return library.outlining.correct(uid, reject=names)
