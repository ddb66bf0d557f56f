"""What a write touched, told to listeners after the commit."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from threading import Lock


@dataclass(frozen=True, slots=True)
class LibraryChange:
    """What a write touched; the window decides from it what to repaint.

    ``images`` are library image ids; ``all_images`` stands for every one of them. The flags name
    lists that have to be read again.
    """

    images: frozenset[int] = frozenset()
    all_images: bool = False
    files: bool = False
    folders: bool = False
    tags: bool = False
    models: bool = False
    settings: bool = False
    problems: bool = False

    def __or__(self, other: "LibraryChange") -> "LibraryChange":
        """Return what both writes touched together."""
        return LibraryChange(
            *(getattr(self, f.name) | getattr(other, f.name) for f in fields(self))
        )

    def __bool__(self) -> bool:
        """Tell whether anything was touched."""
        return any(getattr(self, f.name) for f in fields(self))


Listener = Callable[[LibraryChange], None]


class Changes:
    """Passes each committed change to everyone who asked, on the thread that committed."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._lock = Lock()

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call ``listener`` after every commit until the returned function is called."""
        with self._lock:
            self._listeners.append(listener)
        return lambda: self._unsubscribe(listener)

    def publish(self, change: LibraryChange) -> None:
        """Tell every listener, if anything changed."""
        if not change:
            return
        with self._lock:
            listeners = tuple(self._listeners)
        for listener in listeners:
            listener(change)

    def _unsubscribe(self, listener: Listener) -> None:
        with self._lock:
            if listener in self._listeners:
                self._listeners.remove(listener)
