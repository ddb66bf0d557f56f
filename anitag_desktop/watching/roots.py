"""Whether a watched folder is still the one it was, or only a place where it used to be.

An unmounted drive leaves a folder that exists and is empty, and another drive may show up in its
place. So "there" is never judged by "exists", but by identity; and when the identity is in doubt,
by how much of what was known is still found.
"""

import json
import os
import stat
from dataclasses import asdict, dataclass

BRAKE_FILES = 20
"""Up to this many files may be gone from a doubtful root before it counts as away."""

BRAKE_SHARE = 0.05
"""The same as a share of all known files; the larger of both counts."""


@dataclass(frozen=True, slots=True)
class RootIdentity:
    """What makes a folder the same one: its file system and its number there.

    ``filesystem`` is the file system's own id (0 where there is none). It outlives a remount,
    where ``device`` is numbered anew.
    """

    device: int
    inode: int
    filesystem: int = 0

    def is_same(self, other: "RootIdentity") -> bool:
        """Tell whether both are the same folder of the same file system, as far as can be seen."""
        if self.filesystem and other.filesystem:
            return (self.inode, self.filesystem) == (other.inode, other.filesystem)
        return (self.inode, self.device) == (other.inode, other.device)

    def to_text(self) -> str:
        """Return the form that the library stores."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str | None) -> "RootIdentity | None":
        """Read the stored form; None when there is none or it is not understood."""
        try:
            return cls(**json.loads(text)) if text else None
        except (ValueError, TypeError):
            return None


def identify_root(path: bytes) -> RootIdentity:
    """Return the identity of a folder.

    Raises:
        OSError: If there is no readable folder at ``path``.
    """
    found = os.stat(path)  # noqa: PTH116 - a path of bytes
    if not stat.S_ISDIR(found.st_mode):
        raise NotADirectoryError(20, "Not a directory", path)
    with os.scandir(path):
        return RootIdentity(found.st_dev, found.st_ino, _filesystem(path))


def is_gone_at_once(known: int, gone: int) -> bool:
    """Tell whether so much of a root has gone at once that the root itself must be gone.

    Asked only of a root whose identity is in doubt: what disappears from a root that is surely
    the same was deleted by somebody.

    Args:
        known: How many files were there before.
        gone: How many of them are not found now.
    """
    if not gone:
        return False
    return gone == known or gone > max(BRAKE_FILES, BRAKE_SHARE * known)


def _filesystem(path: bytes) -> int:
    statvfs = getattr(os, "statvfs", None)
    return int(getattr(statvfs(path), "f_fsid", 0)) if statvfs else 0
