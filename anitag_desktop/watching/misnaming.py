"""Pictures under the names of films and the like: told by their first bytes, and still not read.

Only files that are new are looked into: a film costs one small read in its life.
"""

import os
from dataclasses import replace

from anitag_desktop.recognition.formats import sniff
from anitag_desktop.watching.scanner import Oddity

_HEAD = 256
_HOW = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_CODE = "picture_unsupported"


def as_it_is(oddity: Oddity) -> Oddity:
    """Return what a scan told by its name, or that it is a picture under a wrong one."""
    form = _format(oddity.path) if oddity.code == _CODE else None
    if form is None:
        return oddity
    params = {"format": form, "kind": oddity.params["kind"]}
    return replace(oddity, code="picture_misnamed", params=params)


def _format(path: bytes) -> str | None:
    """Return the format of a regular file that announces one that is read."""
    try:
        # It was a file a moment ago; should it be a pipe by now, nobody waits for it.
        descriptor = os.open(path, _HOW)
        try:
            return sniff(os.read(descriptor, _HEAD))
        finally:
            os.close(descriptor)
    except OSError:
        return None
