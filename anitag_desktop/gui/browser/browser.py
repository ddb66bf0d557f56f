"""What is searched for and what is shown for it: the gallery, problems, the first page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.gui.browser.pages import PROBLEMS_PAGE
from anitag_desktop.gui.gallery.view import GalleryView
from anitag_desktop.gui.search_bar.current_search import CurrentSearch, Found
from anitag_desktop.gui.wording import error_text, number, pictures
from anitag_desktop.gui.workspace import Workspace

if TYPE_CHECKING:
    from anitag_desktop.gui.browser.frame import BrowserFrame
    from anitag_desktop.gui.browser.nothing_found import NothingFound
    from anitag_desktop.gui.browser.proposals import Proposal, Unknown
    from anitag_desktop.gui.changes.page import ChangesPage
    from anitag_desktop.gui.characters.page import CharactersPage
    from anitag_desktop.gui.models.page import ModelsPage
    from anitag_desktop.gui.problems.page import ProblemsPage
    from anitag_desktop.gui.training.page import TrainingPage
    from anitag_desktop.gui.welcome.page import WelcomePage

    ListPage = ChangesPage | CharactersPage | ModelsPage | ProblemsPage | TrainingPage

_MOST_KEPT = 10_000
"""Of a larger selection, no positions are looked up when the search is refreshed."""


class Browser(QObject):
    """``shown`` carries the search and the page that are shown now.

    ``add_wanted`` says that the user wants to add a folder, ``failed`` carries errors that are
    not about the search text.
    """

    shown = Signal(str, str)
    add_wanted = Signal()
    failed = Signal(object)

    def __init__(self, workspace: Workspace, frame: BrowserFrame) -> None:
        super().__init__(frame)
        self._workspace = workspace
        self._has_folders = True
        self._page = ""
        self.bar = frame.bar
        self.hint = frame.hint
        self.sort = frame.sort
        self._pages = frame.pages
        self.gallery = GalleryView(workspace)
        self._problems: ProblemsPage | None = None
        self._welcome: WelcomePage | None = None
        self._nothing: NothingFound | None = None
        self._makers: dict[str, Callable[[], ListPage]] = {}
        self._made: dict[str, ListPage] = {}
        self.search = CurrentSearch(workspace, self._selected_to_keep, self)
        self._pages.addWidget(self.gallery)
        self._connect()

    @property
    def page(self) -> str:
        """The name of the page shown, empty for the pictures."""
        return self._page

    @property
    def problems(self) -> ProblemsPage:
        """The page of problems, made when it is first wanted."""
        if self._problems is None:
            from anitag_desktop.gui.problems.page import ProblemsPage

            self._problems = ProblemsPage(self._workspace)
            self._pages.addWidget(self._problems)
        return self._problems

    @property
    def welcome(self) -> WelcomePage:
        """The first page, made when it is first wanted."""
        if self._welcome is None:
            from anitag_desktop.gui.welcome.page import WelcomePage

            self._welcome = WelcomePage()
            self._welcome.add_wanted.connect(self.add_wanted)
            self._pages.addWidget(self._welcome)
        return self._welcome

    @property
    def nothing(self) -> NothingFound:
        """The page of a search that finds nothing, made when it is first wanted."""
        if self._nothing is None:
            from anitag_desktop.gui.browser.nothing_found import NothingFound

            self._nothing = NothingFound()
            self._pages.addWidget(self._nothing)
        return self._nothing

    def look_for(self, text: str) -> None:
        """Search for ``text`` and show what is found."""
        self._page = ""
        self.bar.show_text(text)
        self.search.ask(text)
        self.sort.show_own(self.search.own_order)

    def know_page(self, name: str, make: Callable[[], ListPage]) -> None:
        """Let a page be opened by its name; it is made when it is first wanted."""
        self._makers[name] = make

    def open_page(self, name: str) -> None:
        """Show a page instead of pictures."""
        self._page = name
        page: ListPage
        if name == PROBLEMS_PAGE:
            page = self.problems
        else:
            if name not in self._made:
                self._made[name] = self._makers[name]()
                self._pages.addWidget(self._made[name])
            page = self._made[name]
        page.read()
        self._pages.setCurrentWidget(page)
        page.setFocus()
        self.shown.emit("", name)

    def know_folders(self, *, has_folders: bool) -> None:
        """Say whether any folder is watched: without one, the first page is shown."""
        if has_folders != self._has_folders:
            self._has_folders = has_folders
            self._show_page(len(self.gallery.ids))

    def _connect(self) -> None:
        self.bar.searched.connect(self.look_for)
        self.bar.left.connect(self.gallery.setFocus)
        self.hint.taken.connect(self.look_for)
        self.search.found.connect(self._on_found)
        self.search.failed.connect(self._on_failed)
        self.sort.chosen.connect(self.search.use_order)
        self.gallery.cell_changed.connect(self._remember_cell)

    def _remember_cell(self, side: int) -> None:
        self._workspace.memory.cell = side

    def _selected_to_keep(self) -> Sequence[int]:
        return self.gallery.selected_ids(_MOST_KEPT)

    def _on_found(self, found: Found) -> None:
        count = len(found.ids)
        self.bar.mark_error(None)
        self.bar.show_count(pictures(count))
        if not found.is_refresh:
            self.hint.say_nothing()
            self.gallery.show_images(found.ids)
            self._propose(found)
        elif not found.is_same:
            self.gallery.replace_images(found.ids, found.kept)
        if not self._page:
            self._show_page(count)
            self.shown.emit(found.text, "")

    def _show_page(self, count: int) -> None:
        if self._page:
            return
        if not self._has_folders and not count:
            self._pages.setCurrentWidget(self.welcome)
        elif count:
            self._pages.setCurrentWidget(self.gallery)
        else:
            self.nothing.explain(self.search.text)
            self._pages.setCurrentWidget(self.nothing)

    def _on_failed(self, error: BaseException) -> None:
        start, end = getattr(error, "position", None), getattr(error, "end", None)
        if not isinstance(error, AnitagError) or start is None or end is None:
            self.failed.emit(error)
            return
        # What was found before stays: a slip of the finger costs nothing.
        from anitag_desktop.gui.browser.proposals import word_meant

        self.bar.mark_error((start, end))
        self.hint.say(error_text(error), "bad", _offers(word_meant(self.search.text, error)))

    def _propose(self, found: Found) -> None:
        from anitag_desktop.gui.browser.proposals import what_was_meant

        self._show_vain(found.result.vain)
        if found.result.unknown:
            self._workspace.tasks.run_in_background(
                partial(what_was_meant, self._workspace.library, found.text, found.result.unknown),
                partial(self._show_unknown, found.text, found.result.vain),
                owner=self,
                topic="proposals",
            )

    def _show_vain(self, vain: Sequence[str]) -> None:
        if vain:
            self.hint.say(self._words_of_vain(vain))

    def _words_of_vain(self, vain: Sequence[str]) -> str:
        return " ".join(self.tr("{term} fits no picture.").format(term=term) for term in vain)

    def _show_unknown(self, text: str, vain: Sequence[str], unknown: Sequence[Unknown]) -> None:
        if text != self.search.text:
            return
        names = ", ".join(one.name for one in unknown)
        words = self.tr("No tag is called {name}.").format(name=names)
        words = f"{self._words_of_vain(vain)} {words}".strip()
        proposals = [proposal for one in unknown for proposal in one.proposals]
        if proposals:
            words += " " + self.tr("Did you mean:")
        self.hint.say(words, "warning", _offers(proposals))


def _offers(proposals: Sequence[Proposal]) -> list[tuple[str, str]]:
    """Return the words of proposals and the searches that they stand for."""
    return [
        (one.name if one.count is None else f"{one.name} ({number(one.count)})", one.search)
        for one in proposals
    ]
