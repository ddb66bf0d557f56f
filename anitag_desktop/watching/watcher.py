"""Live events of the watched folders, as hints where to look again.

Events get lost: the kernel's queue overflows, watches run out, a drive comes back under a watch
that went blind. So nothing relies on them; they only make the next look come sooner. Where they
cannot be had at all (``watch`` returns false), the caller looks more often by itself.
"""

import logging
import os
import tempfile
import warnings
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from watchdog.events import (
    DirCreatedEvent,
    DirDeletedEvent,
    DirMovedEvent,
    FileClosedEvent,
    FileCreatedEvent,
    FileDeletedEvent,
    FileMovedEvent,
    FileSystemEvent,
    FileSystemEventHandler,
)
from watchdog.observers import Observer

from anitag_desktop.watching.hints import HintCollector, Hints
from anitag_desktop.watching.mounts import is_remote
from anitag_desktop.watching.rules import ScanRules

if TYPE_CHECKING:
    from watchdog.observers.api import BaseObserver, ObservedWatch

# Without Opened and ClosedNoWrite: our own reading would send them, and on trees of more than
# about 5,000 folders watchdog's own look through them overflows the queue again and again.
_WANTED: list[type[FileSystemEvent]] = [
    FileCreatedEvent,
    FileClosedEvent,
    FileMovedEvent,
    FileDeletedEvent,
    DirCreatedEvent,
    DirMovedEvent,
    DirDeletedEvent,
]


class Watcher:
    """Watches folders with all below them and gathers hints of what changed."""

    def __init__(self, hints: HintCollector | None = None, rules: ScanRules | None = None) -> None:
        self._hints = hints or HintCollector()
        self._rules = rules or ScanRules()
        self._observer: BaseObserver | None = None
        self._watches: dict[bytes, ObservedWatch] = {}
        self._ear = _OverflowEar(self._hints.add_everywhere)

    def watch(self, root: bytes) -> bool:
        """Ask for events of ``root`` (absolute) and all below it.

        Returns:
            False when they cannot be relied on: a network drive, no watches left, or a root that
            cannot be reached. Whoever asks has to look for changes by itself then.
        """
        self.unwatch(root)
        if is_remote(root):
            return False
        try:
            real = os.path.realpath(root)
            listener = _Listener(self._hints, self._rules, real, root)
            watch = self._running_observer().schedule(
                listener, os.fsdecode(real), recursive=True, event_filter=_WANTED
            )
        except OSError as error:
            logging.getLogger(__name__).info("No live events: %s", error.strerror)
            return False
        self._watches[root] = watch
        return self.has_room()

    def unwatch(self, root: bytes) -> None:
        """Stop asking for events of ``root``."""
        watch = self._watches.pop(root, None)
        if watch is not None and self._observer is not None:
            self._observer.unschedule(watch)

    def has_room(self) -> bool:
        """Tell whether the system still grants watches.

        Folders that came after the limit was reached are not watched, and nobody is told; so the
        only way to know is to ask for one more.
        """
        with tempfile.TemporaryDirectory(prefix="anitag-watch-") as probe:
            try:
                observer = self._running_observer()
                watch = observer.schedule(FileSystemEventHandler(), probe, event_filter=_WANTED)
            except OSError:
                return False
            observer.unschedule(watch)
        return True

    def wait(self, timeout: float) -> Hints:
        """Wait up to ``timeout`` seconds for hints."""
        return self._hints.wait(timeout)

    def wake(self) -> None:
        """Make ``wait`` return now."""
        self._hints.wake()

    def close(self) -> None:
        """Stop watching; no thread is left behind."""
        self._watches.clear()
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._ear.leave()
        self._observer = None

    def _running_observer(self) -> "BaseObserver":
        if self._observer is None:
            _quieten_watchdog()
            observer = Observer()
            observer.start()
            self._ear.listen()
            self._observer = observer
        return self._observer


def _quieten_watchdog() -> None:
    """Keep watchdog from warning of every folder that it notices twice.

    It does so whenever folders are made while it looks at them, and each warning writes out all
    the watches there are: megabytes for a large tree.
    """
    with suppress(ImportError, AttributeError):
        from watchdog.observers.inotify_c import Watch

        Watch.__repr__ = Watch.short_str  # type: ignore[assignment]
    warnings.filterwarnings("ignore", "Callback with id", RuntimeWarning)


@dataclass(eq=False)
class _Listener(FileSystemEventHandler):
    """Turns the events below ``real`` into hints below ``root``, the path the user knows."""

    hints: HintCollector
    rules: ScanRules
    real: bytes
    root: bytes

    def dispatch(self, event: FileSystemEvent) -> None:
        """Note where something happened, if it can concern a picture."""
        for raw in (event.src_path, event.dest_path):
            path = os.fsencode(raw)
            if path:
                self._note(self._as_known(path), event.is_directory)

    def _note(self, path: bytes, is_folder: bool) -> None:
        folder, name = os.path.split(path)
        if self.rules.is_picture_name(name) or self.rules.unread_kind(name):
            self.hints.add_folder(folder)
        if is_folder:
            self.hints.add_tree(path)

    def _as_known(self, path: bytes) -> bytes:
        return self.root + path[len(self.real) :] if self.real != self.root else path


class _OverflowEar(logging.Handler):
    """Hears watchdog say in its log that events were lost; it tells nobody otherwise."""

    _LOGGER = "watchdog.observers"

    def __init__(self, on_overflow: Callable[[], None]) -> None:
        super().__init__(logging.WARNING)
        self._on_overflow = on_overflow

    def listen(self) -> None:
        logging.getLogger(self._LOGGER).addHandler(self)

    def leave(self) -> None:
        logging.getLogger(self._LOGGER).removeHandler(self)

    def emit(self, record: logging.LogRecord) -> None:
        """Take any warning as lost events; looking once more costs little."""
        self._on_overflow()
