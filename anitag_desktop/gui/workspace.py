"""What every part of the window is given: the library, the task pool, the signals, the memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from anitag_desktop.gui.bridge import LibrarySignals
from anitag_desktop.gui.tasks import Tasks
from anitag_desktop.gui.window_memory import WindowMemory

if TYPE_CHECKING:
    from anitag_desktop.services.library import Library


class Workspace(NamedTuple):
    """One open library as the window sees it. ``library`` may be asked on tasks only."""

    library: Library
    tasks: Tasks
    signals: LibrarySignals
    memory: WindowMemory
