"""What the app and the download process tell each other."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A hub to ask: its address, and whether it may see the user's token."""

    url: str
    gets_token: bool


@dataclass(frozen=True, slots=True)
class WantedFile:
    """A file to bring: ``source`` in the repository becomes ``path`` in the folder.

    ``bytes`` is 0 and ``sha256`` empty where they are not known; the hub is asked for them then.
    """

    path: str
    source: str
    bytes: int
    sha256: str
    may_lack: bool


@dataclass(frozen=True, slots=True)
class Manners:
    """How to deal with a hub: all in seconds, but for the counts.

    Nothing may be awaited for longer than ``patience``; after a failure there is a ``pause``,
    longer each time. ``attempts`` may fail in a row.
    """

    patience: float = 30.0
    pause: float = 1.0
    attempts: int = 5


@dataclass(frozen=True, slots=True)
class Order:
    """The only message to a download process: what to bring, from where, into which folder.

    ``endpoints`` are asked in turn. ``revision`` is a commit, its first digits, or empty.
    """

    repository: str
    revision: str
    endpoints: tuple[Endpoint, ...]
    files: tuple[WantedFile, ...]
    folder: bytes
    manners: Manners


@dataclass(frozen=True, slots=True)
class Progress:
    """A sign of life: so many of all bytes are here; ``waiting`` seconds nothing will come."""

    done: int
    total: int
    waiting: float = 0.0


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that is here, whole and as it was announced."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Received:
    """Everything is here; ``revision`` is the whole commit."""

    revision: str
    files: tuple[ReceivedFile, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """It went wrong: an error code with its parameters."""

    code: str
    params: dict[str, str | int | float]
