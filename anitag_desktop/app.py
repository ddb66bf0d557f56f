"""The composition root: the only place that builds the parts of anitag and connects them."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anitag_desktop.domain.change import LibraryChange
from anitag_desktop.domain.error import AnitagError, write_failure
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.library import Library

if TYPE_CHECKING:
    from anitag_desktop.storage.store import Store


@contextmanager
def open_library(root: Path, *, writable: bool) -> Iterator[Library]:
    """Open the library under ``root``; one process at a time may open it to write.

    Raises:
        AnitagError: ``library_in_use``, or why the library cannot be opened.
    """
    paths = LibraryPaths(root)
    with ExitStack() as stack:
        if writable:
            stack.enter_context(hold(paths))
        yield stack.enter_context(build_library(paths, writable=writable))


@contextmanager
def hold(paths: LibraryPaths) -> Iterator[None]:
    """Be the one process that writes the library, until the block ends or the process does.

    Raises:
        AnitagError: ``library_in_use``, ``disk_full`` or ``cannot_write``.
    """
    from filelock import FileLock, Timeout

    try:
        paths.root.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = FileLock(paths.lock, timeout=0, mode=0o600, thread_local=False)
        lock.acquire()
    except Timeout as error:
        raise AnitagError("library_in_use", path=paths.root) from error
    except OSError as error:
        raise write_failure(paths.root, error) from error
    try:
        yield
    finally:
        lock.release()


@contextmanager
def build_library(paths: LibraryPaths, *, writable: bool) -> Iterator[Library]:
    """Build every service on the databases in ``paths``; whoever writes must ``hold`` them."""
    from anitag_desktop.storage.store import Store

    with Store.open(paths, writable=writable) as store, ExitStack() as stack:
        library = _connect(paths, store)
        stack.callback(library.thumbnailing.close)
        stack.callback(library.tagging.stop)
        stack.callback(library.indexing.stop_watching)
        yield library


def _connect(paths: LibraryPaths, store: "Store") -> Library:
    from anitag_desktop.services.accelerating import Acceleration
    from anitag_desktop.services.administering import TagAdministration
    from anitag_desktop.services.approximating import Approximator
    from anitag_desktop.services.configuring import Configuration
    from anitag_desktop.services.correcting import Corrector
    from anitag_desktop.services.diagnosing import Diagnosis
    from anitag_desktop.services.duplicating import Duplicates
    from anitag_desktop.services.exporting import Exporter
    from anitag_desktop.services.forgetting import Forgetter
    from anitag_desktop.services.importing import Importer
    from anitag_desktop.services.indexing import Indexer
    from anitag_desktop.services.installing import Installer
    from anitag_desktop.services.judging import Judge
    from anitag_desktop.services.keeping import Keeper
    from anitag_desktop.services.likening import Likening
    from anitag_desktop.services.marking import Marker
    from anitag_desktop.services.modelling import Models
    from anitag_desktop.services.outlining import Outliner
    from anitag_desktop.services.remembering import SavedSearches
    from anitag_desktop.services.searching import Searcher
    from anitag_desktop.services.showing import Showing
    from anitag_desktop.services.tagging import TaggingQueue
    from anitag_desktop.services.thumbnailing import Thumbnails
    from anitag_desktop.services.weighing import Weigher

    modelling = Models(store)
    indexing = Indexer(store)
    searching = Searcher(store, likening=Likening(store, modelling))
    showing = Showing(store)
    thumbnailing = Thumbnails(store)
    correcting = Corrector(store)
    return Library(
        paths=paths,
        changes=store.changes,
        indexing=indexing,
        tagging=TaggingQueue(store, indexing, modelling),
        correcting=correcting,
        marking=Marker(store),
        searching=searching,
        duplicating=Duplicates(store),
        judging=Judge(store),
        weighing=Weigher(thumbnailing),
        outlining=Outliner(store),
        showing=showing,
        administering=TagAdministration(store),
        modelling=modelling,
        forgetting=Forgetter(store, modelling),
        installing=Installer(paths, modelling),
        accelerating=Acceleration(
            lambda: [package.folder for package in modelling.active()],
            lambda: store.changes.publish(LibraryChange(models=True)),
        ),
        approximating=Approximator(store, modelling, searching, showing),
        importing=Importer(store),
        exporting=Exporter(store, searching, showing),
        keeping=Keeper(store),
        diagnosing=Diagnosis(paths),
        thumbnailing=thumbnailing,
        remembering=SavedSearches(store, searching),
        configuring=Configuration(store, modelling),
    )
