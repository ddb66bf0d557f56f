"""A seccomp filter in a few lines: no sockets but local ones, no programs, no io_uring.

The filter is a program for the kernel's packet machine: pairs of (load a word, compare, return).
"""

import ctypes
import platform
import struct
import sys

_PR_SET_SECCOMP, _FILTER = 22, 2
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_AF_UNIX = 1
_OTHER_ABI = 0x40000000

_MACHINES = {
    "x86_64": (0xC000003E, 41, (59, 322, 425)),
    "aarch64": (0xC00000B7, 198, (221, 281, 425)),
}
"""Audit architecture, number of socket, numbers of execve, execveat and io_uring_setup."""


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("code", ctypes.c_char_p))


def install() -> bool:
    """Put the filter in force for this process and its threads; needs "no new privileges"."""
    machine = platform.machine()
    if sys.platform != "linux" or machine not in _MACHINES:
        return False
    code = _code(*_MACHINES[machine])
    program = _Program(len(code) // 8, code)
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return int(prctl(_PR_SET_SECCOMP, _FILTER, ctypes.byref(program), 0, 0)) == 0


def _code(architecture: int, socket: int, denied: tuple[int, ...]) -> bytes:
    """Return the program; jumps count the instructions that they skip (if true, if false)."""
    steps = [
        (_LOAD, 0, 0, _ARCHITECTURE),
        (_EQUAL, 1, 0, architecture),
        (_RETURN, 0, 0, _REFUSE),
        (_LOAD, 0, 0, _NUMBER),
        (_AT_LEAST, 0, 1, _OTHER_ABI),
        (_RETURN, 0, 0, _REFUSE),
    ]
    for number in denied:
        steps += [(_EQUAL, 0, 1, number), (_RETURN, 0, 0, _REFUSE)]
    steps += [
        (_EQUAL, 1, 0, socket),
        (_RETURN, 0, 0, _ALLOW),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_EQUAL, 0, 1, _AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)
