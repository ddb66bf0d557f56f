"""On what a folder lies: changes made elsewhere to a network drive send no events."""

import os
import re
from pathlib import Path

_REMOTE = re.compile(
    r"nfs\d?|cifs|smb\d?|smbfs|9p|afs|ceph|glusterfs|vboxsf|vmhgfs|drvfs|virtiofs|fuse\..*"
)
"""File systems on which other machines (or hosts) write behind the kernel's back."""

MOUNT_TABLE = Path("/proc/self/mountinfo")
"""Where the kernel says what is mounted; absent on other systems."""


def is_remote(path: bytes, mount_table: Path = MOUNT_TABLE) -> bool:
    """Tell whether ``path`` (absolute) lies on a file system that sends no reliable events."""
    return bool(_REMOTE.fullmatch(_filesystem_type(path, mount_table)))


def _filesystem_type(path: bytes, mount_table: Path) -> str:
    """Return the type of the innermost mount that holds ``path``; empty when unknown."""
    try:
        lines = mount_table.read_bytes().splitlines()
    except OSError:
        return ""
    best, found = -1, ""
    real = os.path.realpath(path)
    for line in lines:
        mount, _, rest = line.partition(b" - ")
        place = _unescape(mount.split(b" ")[4])
        if len(place) >= best and (real + b"/").startswith(place.rstrip(b"/") + b"/"):
            best, found = len(place), rest.split(b" ")[0].decode("ascii", "replace")
    return found


def _unescape(place: bytes) -> bytes:
    """Undo the octal escapes of white space and backslashes in the mount table."""
    return re.sub(rb"\\([0-7]{3})", lambda found: bytes([int(found[1], 8)]), place)
