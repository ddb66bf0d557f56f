"""What the viewer does with regions: reads them, shows them, and passes on what the user says."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.image import Box
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.inspector.tag_entry import read_entry
from anitag_desktop.gui.regions import shaping
from anitag_desktop.gui.regions.hint import RegionHint
from anitag_desktop.gui.regions.keys import RegionKeys
from anitag_desktop.gui.regions.naming import NameField
from anitag_desktop.gui.regions.overlay import RegionOverlay
from anitag_desktop.gui.regions.painting import SHOWN
from anitag_desktop.gui.regions.shaping import Grip, Point
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.viewer.viewer import Viewer
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.domain.region import Region
    from anitag_desktop.services.correcting import ActionView
    from anitag_desktop.services.library import Library

_KINDS = ("", "face", "head", "person")
"""What a region may show, as far as detectors know."""

_NEW = Box(0.375, 0.375, 0.25, 0.25)
"""Where a region begins that is drawn with the keyboard."""


class RegionControls(QObject):
    """The regions of the picture in the viewer. ``toggled`` says that they are shown or hidden."""

    toggled = Signal()

    def __init__(
        self, workspace: Workspace, viewer: Viewer, corrections: Corrections, window: QWidget
    ) -> None:
        super().__init__(viewer)
        self._workspace = workspace
        self._viewer = viewer
        self._corrections = corrections
        self.overlay = RegionOverlay(viewer.canvas)
        self.field = NameField(workspace, viewer, self.overlay, window)
        self._hint = RegionHint(viewer)
        self._to_name = ""
        self._shows = viewer.add_switch("region", self.tr("Regions (B)"), self.toggle)
        self._edits = viewer.add_switch("pencil", self.tr("Edit regions (E)"), self.toggle_editing)
        self._keys = RegionKeys(self, viewer)
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

    def _connect(self) -> None:
        overlay = self.overlay
        overlay.drawn.connect(self._draw)
        overlay.moved.connect(self._move)
        overlay.name_wanted.connect(self.ask_name)
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
            self.ask_name(uid)
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
        self.field.place()

    def _on_chosen(self, _uid: str) -> None:
        self.field.hide()
        self._show_hint()

    # Saying -------------------------------------------------------------------------------------

    def _perform(self, work: Callable[[Library], ActionView]) -> None:
        self._corrections.perform(work, holds=True)

    def draw_new(self) -> None:
        """Add a region in the middle."""
        self._draw(_NEW)

    def pull(self, grip: Grip, by: Point) -> None:
        """Move or resize the chosen region."""
        region = self.overlay.current
        if region is not None:
            self._move(region.uid, shaping.dragged(region.place.box, grip, by))

    def _draw(self, box: Box) -> None:
        image_id = self._viewer.image_id

        def draw(library: Library) -> ActionView:
            drawn = library.outlining.draw(image_id, box)
            self._to_name = drawn.uid
            return drawn.action

        self._perform(draw)

    def _move(self, uid: str, box: Box) -> None:
        self._perform(lambda library: library.outlining.move(uid, box))

    def relabel(self) -> None:
        """Say of the chosen region the next thing that it may show: a face, a head, a person."""
        region = self.overlay.current
        if region is not None:
            known = region.place.label in _KINDS
            place = _KINDS.index(region.place.label) + 1 if known else 0
            uid, label = region.uid, _KINDS[place % len(_KINDS)]
            self._perform(lambda library: library.outlining.relabel(uid, label))

    def reject(self) -> None:
        """Say that the chosen region is none."""
        region = self.overlay.current
        if region is not None:
            uid = region.uid
            self._perform(lambda library: library.outlining.reject(uid))

    def judge(self, *, is_right: bool) -> None:
        """Confirm or reject the name of the chosen region, or the one that is proposed."""
        region = self.overlay.current
        told = None if region is None else region.identity or region.proposed
        if region is not None and told is not None:
            say = _confirm if is_right else _deny
            self._perform(partial(say, region.uid, (told.tag.name,)))

    def _say_name(self, text: str) -> None:
        region, entry = self.overlay.current, read_entry(text)
        self._leave_field()
        if region is None:
            return
        for name in entry.add:
            self._perform(partial(_name, region.uid, name))
        if entry.reject:
            self._perform(partial(_deny, region.uid, entry.reject))

    def ask_name(self, uid: str) -> None:
        """Let the user type who a region is."""
        self.overlay.choose(uid)
        self.field.ask()
        self._show_hint()

    def _leave_field(self) -> None:
        self.field.leave()
        self._show_hint()

    def _show_hint(self) -> None:
        self._hint.show_for(self.overlay, is_naming=self.field.isVisible())


def _name(uid: str, name: str, library: Library) -> ActionView:
    return library.outlining.name(uid, name)


def _confirm(uid: str, names: tuple[str, ...], library: Library) -> ActionView:
    return library.outlining.correct(uid, confirm=names)


def _deny(uid: str, names: tuple[str, ...], library: Library) -> ActionView:
    return library.outlining.correct(uid, reject=names)
