"""What a worker process gives up before it meets untrusted bytes, as far as the system lets it.

Best effort, each limit by itself: what is in force is returned in words and shown to the user.
Reading stays free (pictures may lie anywhere); writing is possible in the thumbnail folder only,
the network and the start of programs not at all. To be called while there is one thread only.
"""

import ctypes
import os
import sys
from pathlib import Path

from anitag_desktop.worker import system_call_filter

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_SIGKILL = 9
_LANDLOCK_CREATE, _LANDLOCK_ADD, _LANDLOCK_RESTRICT = 444, 445, 446
_EXECUTE, _WRITE_FILE, _REMOVE_DIR, _REMOVE_FILE = 1, 1 << 1, 1 << 4, 1 << 5
_MAKE_DIR, _MAKE_REG = 1 << 7, 1 << 8
_REMOVE_AND_MAKE = 0b111111111 << 4
_REFER, _TRUNCATE = 1 << 13, 1 << 14
_TCP = 0b11
_FILE_LIMIT = 64 * 1024 * 1024


def die_with_parent() -> None:
    """Have the system kill this process when the thread that started it ends (Linux)."""
    if sys.platform == "linux":
        _prctl(_PR_SET_PDEATHSIG, _SIGKILL)


def restrict(thumbnails: Path, *, memory: int, may_use_devices: bool) -> tuple[str, ...]:
    """Give up what is not needed; return the names of the limits that are in force.

    ``memory`` is the most address space in bytes, 0 for no limit. With ``may_use_devices`` (GPU
    drivers write to devices and caches, what they compile as large as a network) writing stays
    free.
    """
    found = _resource_limits(0, file=0) if may_use_devices else _resource_limits(memory)
    if sys.platform != "linux":
        return tuple(found)
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if not may_use_devices and _landlock(thumbnails):
        found.append("landlock")
    if system_call_filter.install():
        found.append("seccomp")
    return tuple(found)


def confine(folder: Path, *, keeps_network: bool = True) -> bool:
    """Give up writing elsewhere than beneath one folder, programs, and if told so the network.

    Return whether the system does that.
    """
    _resource_limits(0, file=0)
    if sys.platform != "linux":
        return False
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    return _landlock(folder, network=0 if keeps_network else _TCP)


def _resource_limits(memory: int, file: int = _FILE_LIMIT) -> list[str]:
    try:
        import resource
    except ImportError:
        return []
    limits = {resource.RLIMIT_CORE: 0}
    if file:
        limits[resource.RLIMIT_FSIZE] = file
    if memory:
        limits[resource.RLIMIT_AS] = memory
    for kind, value in limits.items():
        _, hard = resource.getrlimit(kind)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (value, value))
    return ["rlimits"]


def _landlock(folder: Path, network: int = _TCP) -> bool:
    """Allow writing beneath one folder only, and none of the kinds of ``network``.

    It needs Linux 5.13 or newer with Landlock enabled.
    """
    version = _syscall(_LANDLOCK_CREATE, None, 0, 1)
    if version < 1:
        return False
    handled = _EXECUTE | _WRITE_FILE | _REMOVE_AND_MAKE
    handled |= (_REFER if version >= 2 else 0) | (_TRUNCATE if version >= 3 else 0)
    attributes = (ctypes.c_uint64 * 2)(handled, network)
    ruleset = _syscall(_LANDLOCK_CREATE, attributes, 16 if version >= 4 else 8, 0)
    if ruleset < 0:
        return False
    try:
        allowed = _WRITE_FILE | _TRUNCATE | _MAKE_REG | _REMOVE_FILE | _MAKE_DIR | _REMOVE_DIR
        allowed &= handled
        return _allow(ruleset, folder, allowed) and not _syscall(_LANDLOCK_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(ruleset: int, folder: Path, access: int) -> bool:
    descriptor = os.open(folder, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    try:
        rule = access.to_bytes(8, sys.byteorder) + descriptor.to_bytes(4, sys.byteorder)
        return _syscall(_LANDLOCK_ADD, ruleset, 1, rule, 0) == 0
    finally:
        os.close(descriptor)


def _syscall(number: int, *arguments: object) -> int:
    function = ctypes.CDLL(None, use_errno=True).syscall
    function.restype = ctypes.c_long
    words = [ctypes.c_long(a) if isinstance(a, int) else a for a in arguments]
    return int(function(ctypes.c_long(number), *words))


def _prctl(option: int, value: int) -> int:
    return int(ctypes.CDLL(None).prctl(option, ctypes.c_ulong(value), 0, 0, 0))
