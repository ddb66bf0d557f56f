"""A library without a disk, for what real services are too slow or too honest: a million pictures,
hostile names, errors on demand. Every call asserts that it does not come from the GUI thread."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

from anitag_desktop.domain.change import Changes
from anitag_desktop.domain.details import (
    FileProblem,
)
from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.settings import Settings
from tests.gui.fake_models import (
    FakeAcceleration,
    FakeApproximating,
    FakeCatalogue,
    FakeForgetting,
    FakeModels,
)
from tests.gui.fake_regions import FakeOutlining
from tests.gui.fake_searching import FakeSearching
from tests.gui.fake_services import (
    FakeAdministering,
    FakeCorrecting,
    FakeMarking,
    FakeRemembering,
    FakeShowing,
)
from tests.gui.fake_training import FakeRetraining
from tests.gui.fake_values import (
    FakePicture,
    FakeProgress,
)
from tests.gui.fake_work import (
    FakeConfiguring,
    FakeIndexing,
    FakeRefreshing,
    FakeTagging,
    FakeThumbnailing,
)

__all__ = ["FakeLibrary", "FakePicture", "FakeProgress"]


class OffMain:
    """Passes every call on, unless it comes from the GUI thread: then it says so."""

    def __init__(self, service: object, calls: list[str]) -> None:
        self._service = service
        self._calls = calls

    def __getattr__(self, name: str) -> Callable[..., object]:
        method = getattr(self._service, name)

        def call(*args: object, **kwargs: object) -> object:
            assert threading.current_thread() is not threading.main_thread(), name
            self._calls.append(name)
            return method(*args, **kwargs)

        return call


_SERVICES = {
    "searching": FakeSearching,
    "showing": FakeShowing,
    "outlining": FakeOutlining,
    "correcting": FakeCorrecting,
    "administering": FakeAdministering,
    "marking": FakeMarking,
    "refreshing": FakeRefreshing,
    "remembering": FakeRemembering,
    "tagging": FakeTagging,
    "indexing": FakeIndexing,
    "thumbnailing": FakeThumbnailing,
    "configuring": FakeConfiguring,
    "modelling": FakeModels,
    "installing": FakeCatalogue,
    "forgetting": FakeForgetting,
    "approximating": FakeApproximating,
    "accelerating": FakeAcceleration,
    "retraining": FakeRetraining,
}


class FakeLibrary:
    """Satisfies what the window asks of a ``Library``."""

    THRESHOLD = 0.5

    def __init__(self, root: Path, pictures: Sequence[FakePicture] = ()) -> None:
        self.paths = LibraryPaths(root)
        self.changes = Changes()
        self.pictures = list(pictures)
        self.categories: dict[str, TagCategory] = {}
        self.folders: list[SimpleNamespace] = []
        self.problem_list: list[FileProblem] = []
        self.progress_now = FakeProgress()
        self.listeners: list[Callable[[object], None]] = []
        self.undo_steps: list[tuple[str, Callable[[], None]]] = []
        self.redo_steps: list[tuple[str, Callable[[], None]]] = []
        self.counts_now: dict[str, int] = {}
        self.saved: dict[str, str] = {}
        self.folder_counts_now: dict[str, int] = {}
        self.scan_steps = 0
        self.faceted: list[str] = []
        self.preferred: list[int] = []
        self.calls: list[str] = []
        self.orders: list[str | None] = []
        self.settings = Settings()
        self.models: FakeModels
        self.catalogue: FakeCatalogue
        self.graphics: FakeAcceleration
        self.memories: FakeForgetting
        self.training: FakeRetraining
        self.lock = threading.RLock()
        for name, service in _SERVICES.items():
            setattr(self, name, OffMain(service(self), self.calls))

    def tag(self, name: str) -> Tag:
        return Tag(f"uid-{name}", name, self.categories.get(name, TagCategory.GENERAL))

    def effective(self, picture: FakePicture) -> set[str]:
        sure = {name for name, score in picture.scores.items() if score >= self.THRESHOLD}
        return (sure | picture.said) - picture.rejected
