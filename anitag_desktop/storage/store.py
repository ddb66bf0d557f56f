"""The open library: both databases, kept in step, and the announcements of what changed."""

from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from anitag_desktop.domain.change import Changes
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage.connections import INDEX, LIBRARY
from anitag_desktop.storage.creation import create_database
from anitag_desktop.storage.database import Database
from anitag_desktop.storage.files_on_disk import make_private_folder
from anitag_desktop.storage.notes import Notes


@dataclass(frozen=True, slots=True)
class Store:
    """Both databases of one library. Reading connections of ``library`` see the index as ``idx``.

    Write steps tell with ``notes.note`` and ``notes.note_stale`` what they touched; after the
    commit the tags of stale images are derived and the change is published.
    """

    paths: LibraryPaths
    library: Database
    index: Database
    changes: Changes

    @classmethod
    def open(cls, paths: LibraryPaths, *, writable: bool = True) -> "Store":
        """Open the library in ``paths``; a writable one is created if it is not there.

        Raises:
            AnitagError: ``library_newer``, ``library_damaged``, ``not_a_library``, ``disk_full``,
                ``cannot_write``. No file was changed.
        """
        if writable:
            _prepare(paths)
        library = Database(paths.library_db, LIBRARY, writable=writable, attached=paths.index_db)
        index = Database(paths.index_db, INDEX, writable=writable)
        store = cls(paths, library, index, Changes())
        library.after_commit = store._after_commit
        index.after_commit = store._after_commit
        return store

    def close(self) -> None:
        """Finish the queued writes and close both databases."""
        self.library.close()
        self.index.close()

    def __enter__(self) -> "Store":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _after_commit(self, notes: Notes) -> None:
        self.changes.publish(notes.change)


def _prepare(paths: LibraryPaths) -> None:
    make_private_folder(paths.root)
    _create_missing(paths.library_db, paths.index_db)


def _create_missing(library: Path, index: Path) -> None:
    if not library.exists():
        create_database(library, LIBRARY)
    if not index.exists():
        create_database(index, INDEX)
