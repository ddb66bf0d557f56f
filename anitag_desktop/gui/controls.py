"""What the window does when the user wants something: connects its parts and acts.

Made after the first paint, so that none of it delays the window.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.gui import menus
from anitag_desktop.gui.actions import ActionSpec, WindowActions
from anitag_desktop.gui.browser.browser import Browser
from anitag_desktop.gui.changes.opening import ChangesOpener
from anitag_desktop.gui.characters.opening import CharactersOpener
from anitag_desktop.gui.corrections import Corrections
from anitag_desktop.gui.duplicates.opening import DuplicatesOpener
from anitag_desktop.gui.facets.panel import FacetPanel
from anitag_desktop.gui.folders import Folders
from anitag_desktop.gui.inspector.panel import MOST_DETAILS, Inspector
from anitag_desktop.gui.inspector.place import InspectorPlace
from anitag_desktop.gui.job_strip.strip import JobStrip
from anitag_desktop.gui.labelling.opening import LabellingOpener
from anitag_desktop.gui.learning import LearningActions
from anitag_desktop.gui.library_panel.folder_tree import Folder
from anitag_desktop.gui.library_panel.panel import LibraryPanel
from anitag_desktop.gui.library_panel.rows import PanelRow
from anitag_desktop.gui.marks.marking import Marking
from anitag_desktop.gui.models.opening import ModelsOpener
from anitag_desktop.gui.regions.controls import RegionControls
from anitag_desktop.gui.review.opening import ReviewOpener
from anitag_desktop.gui.saved_searches import SavedSearchActions
from anitag_desktop.gui.settings.opening import SettingsOpener
from anitag_desktop.gui.tag_actions import TagActions
from anitag_desktop.gui.tags.opening import TagsOpener
from anitag_desktop.gui.tasks import Priority
from anitag_desktop.gui.theme.tokens import Size
from anitag_desktop.gui.toast.toast import Toast
from anitag_desktop.gui.viewer.viewer import Viewer
from anitag_desktop.gui.wording import error_text, number
from anitag_desktop.gui.workspace import Workspace
from anitag_desktop.paths import resources

if TYPE_CHECKING:
    from anitag_desktop.gui.main_window import MainWindow
    from anitag_desktop.services.indexing import FolderView

_MOST_HELD = 10_000
"""Of a larger selection that is corrected, what no longer fits the search goes at once."""


class Controls(QObject):
    """The acting half of a ``MainWindow``."""

    def __init__(self, workspace: Workspace, window: MainWindow) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._window = window
        self.browser = Browser(workspace, window.centre)
        self._gallery = self.browser.gallery
        self._total: int | None = None
        self.corrections = Corrections(workspace, self)
        self.tags = TagActions(self.browser, self.corrections, window)
        self.tag_list = TagsOpener(workspace, self.corrections, window)
        self.duplicates = DuplicatesOpener(workspace, self.corrections, window)
        self.review = ReviewOpener(workspace, self.corrections, window)
        self.labelling = LabellingOpener(workspace, self.corrections, self._gallery, window)
        self.saved_searches = SavedSearchActions(workspace, self.browser, self.corrections, window)
        self.learning = LearningActions(workspace, self._gallery, window)
        self.folders = Folders(workspace, self)
        self.settings = SettingsOpener(workspace, self.folders, self._gallery, window)
        self.inspector = Inspector(workspace, self.corrections, window)
        self.viewer = Viewer(workspace, window)
        self.regions = RegionControls(workspace, self.viewer, self.corrections, window)
        self.marking = Marking(self.corrections, self._gallery, self.viewer, self.inspector)
        self.toast = Toast(window)
        self.library_panel = LibraryPanel(workspace)
        self.facets = FacetPanel(workspace)
        self._place = InspectorPlace(self.inspector, self.facets)
        self.strip = JobStrip(workspace)
        self.characters = CharactersOpener(workspace, self.browser)
        self.models = ModelsOpener(workspace, self.browser, self.strip)
        self._fill_places()
        self._actions = self._dress_window()
        self._connect()

    def _dress_window(self) -> WindowActions:
        actions = WindowActions(self._window, self._action_specs())
        self._window.centre.menu_button.setMenu(actions.menu)
        self._window.setWindowIcon(QIcon(str(resources() / "icons" / "anitag.svg")))
        return actions

    def _fill_places(self) -> None:
        self.changes = ChangesOpener(self._workspace, self.browser, self.corrections)
        self._window.centre.dress()
        _fill(self._window.strip_place, self.strip)
        _fill(self._window.left_panel, self.library_panel)
        _fill(self._window.right_panel, self._place)

    def begin(self, query: str) -> None:
        """Ask the library for the first time: the lists, and the search that is shown first."""
        self._workspace.signals.connect_to(self._workspace.library, self._workspace.tasks)
        self.library_panel.read()
        self.browser.look_for(query or self._workspace.memory.start_search)
        self._gallery.setFocus()

    def report(self, error: BaseException) -> None:
        """Say what went wrong: in a sentence if it is one for people, else as a crash."""
        if isinstance(error, AnitagError):
            self.toast.say(error_text(error))
        else:
            self._window.crashed.emit(error)

    def _action_specs(self) -> list[ActionSpec]:
        return [
            *self._doing_specs(),
            *self.marking.specs(),
            *self.learning.specs(),
            *self.review.specs(),
            *self.labelling.specs(),
            *self._viewing_specs(),
            *self.saved_searches.specs(),
            *self.tag_list.specs(),
            *self.duplicates.specs(),
            *self.characters.specs(),
            *self.changes.specs(),
            *self.models.specs(),
            *self.settings.specs(),
            *self._key_specs(),
        ]

    def _doing_specs(self) -> list[ActionSpec]:
        corrections, gallery = self.corrections, self._gallery
        redo_keys = ("Ctrl+Shift+Z", "Ctrl+Y")
        return [
            ActionSpec(self.tr("Add a folder…"), ("Ctrl+O",), self._ask_folder, "folder-plus"),
            ActionSpec(self.tr("Look through folders now"), ("F5",), self.folders.rescan, "rescan"),
            ActionSpec(self.tr("Undo"), ("Ctrl+Z",), corrections.undo, "undo", True),
            ActionSpec(self.tr("Redo"), redo_keys, corrections.redo, "redo"),
            ActionSpec(self.tr("Select all"), ("Ctrl+A",), gallery.select_all, "", True),
            ActionSpec(self.tr("Invert selection"), ("Ctrl+Shift+I",), gallery.invert_selection),
            ActionSpec(self.tr("Add a tag"), ("T", "Ctrl+T"), self._add_tag, "plus"),
        ]

    def _viewing_specs(self) -> list[ActionSpec]:
        window, larger_keys = self._window, ("Ctrl++", "Ctrl+=")
        return [
            ActionSpec(self.tr("Larger pictures"), larger_keys, self._larger, "", True),
            ActionSpec(self.tr("Smaller pictures"), ("Ctrl+-",), self._smaller),
            ActionSpec(self.tr("Left panel"), ("Ctrl+B",), window.toggle_left, "", True),
            ActionSpec(self.tr("Inspector"), ("I", "Ctrl+I"), window.toggle_right),
            ActionSpec(self.tr("Full screen"), ("F11",), window.toggle_full_screen),
            ActionSpec(self.tr("Keys"), ("?",), self._show_keys),
        ]

    def _key_specs(self) -> list[ActionSpec]:
        return [
            ActionSpec("", ("Ctrl+F", "Ctrl+S", "/", "Q"), self.browser.bar.focus),
            ActionSpec("", ("S",), self.inspector.first_suggestion),
            ActionSpec("", ("F10",), self._open_menu),
            ActionSpec("", ("Ctrl+Q",), self._window.close),
        ]

    def _connect(self) -> None:
        self._connect_search()
        self._connect_selection()
        self._connect_news()

    def _connect_search(self) -> None:
        panel, browser = self.library_panel, self.browser
        panel.query_chosen.connect(self._look_for)
        panel.page_chosen.connect(browser.open_page)
        panel.menu_wanted.connect(self._show_row_menu)
        panel.counted.connect(self._on_counted)
        self.tags.search_wanted.connect(self._look_for)
        self.tags.related_wanted.connect(self._show_related)
        self.tags.change_wanted.connect(self.tag_list.open)
        self.saved_searches.search_wanted.connect(self._look_for)
        self.saved_searches.announced.connect(self.toast.say)
        browser.shown.connect(self._on_shown)
        browser.add_wanted.connect(self._ask_folder)
        browser.failed.connect(self.report)

    def _connect_selection(self) -> None:
        gallery, inspector = self._gallery, self.inspector
        gallery.selection_changed.connect(self._on_selection)
        gallery.opened.connect(self._open_viewer)
        gallery.looked_at.connect(self._prefer)
        gallery.menu_wanted.connect(self._show_picture_menu)
        inspector.tag_picked.connect(self.tags.pick)
        inspector.menu_wanted.connect(self.tags.show_menu)
        self.facets.added.connect(self.tags.add)
        self.facets.excluded.connect(self.tags.exclude)
        self.facets.menu_wanted.connect(self.tags.show_menu)
        inspector.left.connect(gallery.setFocus)
        inspector.opened.connect(self._open_current)
        self.viewer.moved.connect(self._follow_viewer)
        self.viewer.closed.connect(self._leave_viewer)
        for opener in (self.characters, self.changes):
            opener.pictures_opened.connect(self.viewer.open)
        self.regions.toggled.connect(inspector.update)

    def _connect_news(self) -> None:
        corrections, folders = self.corrections, self.folders
        corrections.began.connect(self._hold_selected)
        corrections.announced.connect(self._announce)
        corrections.failed.connect(self.report)
        corrections.corrected.connect(self.learning.corrections_came)
        folders.scanning.connect(self.strip.show_scan)
        self.strip.scan_stop_wanted.connect(folders.stop)
        folders.announced.connect(self.toast.say)
        folders.failed.connect(self.report)
        folders.listed.connect(self._on_folders)
        self._window.folders_dropped.connect(folders.add)
        self.settings.add_wanted.connect(self._ask_folder)
        self.characters.work.announced.connect(self.toast.say)
        self.characters.work.failed.connect(self.report)
        self.models.work.announced.connect(self.toast.say)
        self.models.work.failed.connect(self.report)
        self.learning.announced.connect(self.toast.say)
        self.learning.learnt.connect(partial(self.changes.tell, self.toast))
        self.learning.failed.connect(self.report)
        self.settings.announced.connect(self.toast.say)
        self.settings.failed.connect(self.report)
        self.toast.acted.connect(corrections.redo)
        self._workspace.signals.connected.connect(folders.read)
        self._workspace.tasks.failed.connect(self.report)

    # Reacting -----------------------------------------------------------------------------------

    def _look_for(self, text: str) -> None:
        self._workspace.memory.keep_search(text)
        self.browser.look_for(text)

    def _on_shown(self, query: str, page: str) -> None:
        self.library_panel.mark(query, page)
        if not page:
            self.facets.show_result(query, len(self._gallery.ids))
        self._show_status()

    def _on_counted(self, pictures: int) -> None:
        self._total = pictures
        self._show_status()

    def _on_selection(self) -> None:
        selected = len(self._gallery.selection.chosen)
        first = self._gallery.selected_ids(MOST_DETAILS)
        self.inspector.show_selection(first, self._gallery.selection_later(), selected)
        self._place.show_for(selected=selected, found=len(self._gallery.ids))
        self._show_status()

    def _hold_selected(self) -> None:
        self.browser.search.hold(self._gallery.selected_ids(_MOST_HELD))

    def _prefer(self, image_ids: Sequence[int]) -> None:
        """Have what the user looks at tagged first."""
        library = self._workspace.library
        self._workspace.tasks.run_in_background(
            lambda: library.tagging.prioritise(image_ids),
            _nothing,
            owner=self,
            topic="prefer",
            priority=Priority.LATER,
        )

    def _show_status(self) -> None:
        parts = []
        if self._total is not None:
            found, total = number(len(self._gallery.ids)), number(self._total)
            parts.append(self.tr("{found} of {total}").format(found=found, total=total))
        selected = len(self._gallery.selection.chosen)
        if selected:
            parts.append(self.tr("{n} selected").format(n=number(selected)))
        self.strip.show_status(" · ".join(parts))

    def _on_folders(self, views: Sequence[FolderView]) -> None:
        self.browser.know_folders(has_folders=bool(views))
        self.library_panel.read()

    def _announce(self, text: str, can_redo: bool) -> None:
        self.toast.say(text, self.tr("Redo") if can_redo else "")

    # Doing --------------------------------------------------------------------------------------

    def _ask_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self._window, self.tr("Add a folder"))
        if path:
            self.folders.add([Path(path)])

    def _add_tag(self) -> None:
        self._window.right_panel.show()
        self.inspector.add_tag()

    def _show_related(self) -> None:
        self._window.right_panel.show()
        self.facets.show_related()

    def _show_keys(self) -> None:
        self._window.right_panel.show()
        self._place.toggle_hints()

    def _larger(self) -> None:
        self._gallery.zoom(1)

    def _smaller(self) -> None:
        self._gallery.zoom(-1)

    def _open_menu(self) -> None:
        place = QPoint(self._window.width() // 2, Size.SEARCH)
        self._actions.menu.popup(self._window.mapToGlobal(place))

    def _open_viewer(self, place: int) -> None:
        self.viewer.open(self._gallery.ids, place)

    def _follow_viewer(self, place: int) -> None:
        if not self.browser.page:
            self._gallery.select_only(place)

    def _leave_viewer(self) -> None:
        if (page := self._window.centre.pages.currentWidget()) is not None:
            page.setFocus()

    def _open_current(self) -> None:
        current = self._gallery.selection.current
        if current is not None:
            self._open_viewer(current)

    def _show_row_menu(self, row: PanelRow, point: QPoint) -> None:
        if row.folder is not None:
            self._show_folder_menu(row.folder, point)
        elif row.tag is not None:
            self.tags.show_menu(row.tag, point)
        elif row.query is not None:
            menus.pop_up(self._window, self.saved_searches.choices(row), point)

    def _show_folder_menu(self, folder: Folder, point: QPoint) -> None:
        choices = [(self.tr("Show its pictures"), partial(self._look_for, folder.query))]
        if folder.root_id is not None:
            stop = partial(self.folders.remove, folder.root_id, folder.name)
            choices.append((self.tr("Stop watching this folder"), stop))
        else:
            leave_out = partial(self.settings.leave_out, folder)
            choices.append((self.tr("Leave out this folder"), leave_out))
        menus.pop_up(self._window, choices, point)

    def _show_picture_menu(self, point: QPoint) -> None:
        current = self._gallery.selection.current
        row = None if current is None else self._gallery.pictures.row(self._gallery.ids[current])
        if row is None or not len(self._gallery.selection.chosen):
            return
        choices: list[menus.Choice] = [
            (self.tr("Look at it"), self._open_current),
            *self.marking.choices(is_favourite=row.is_favourite),
            (self.tr("Add a tag"), self._add_tag),
            *self.learning.choices(),
            (self.tr("Find similar pictures"), partial(self._look_for, f"similar:{row.sha256}")),
            (self.tr("Open its folder"), partial(menus.open_folder_of, row.path)),
            (self.tr("Copy the path"), partial(menus.copy_text, row.path)),
        ]
        menus.pop_up(self._window, choices, point)


def _nothing(_answer: object) -> None:
    """Nobody waits for the answer."""


def _fill(panel: QWidget, content: QWidget) -> None:
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(content)
