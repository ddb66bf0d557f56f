"""Opening a library: by one process to write, by any to read."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from anitag_desktop.domain.error import AnitagError, write_failure
from anitag_desktop.paths import LibraryPaths

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library


@contextmanager
def open_library(root: Path, *, writable: bool) -> Iterator["Library"]:
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
def build_library(paths: LibraryPaths, *, writable: bool) -> Iterator["Library"]:
    """Build every service on the databases in ``paths``; whoever writes must ``hold`` them."""
    # Only now: they bring the database with them, which the window paints before.
    from anitag_desktop.app.connecting import connect
    from anitag_desktop.storage.store import Store

    with Store.open(paths, writable=writable) as store, ExitStack() as stack:
        library = connect(paths, store)
        if writable:
            library.retraining.tidy()
        stack.callback(library.thumbnailing.close)
        stack.callback(library.tagging.stop)
        stack.callback(library.indexing.stop_watching)
        yield library
