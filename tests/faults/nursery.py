"""A warm process that forks one short-lived writer after the other, to be killed by tests.

Run as a script. Each line on stdin is a task: ``{"root", "work", "fault", "acks", "limit"}``; the
answers are ``pid N`` and, when the child is gone, ``gone STATUS``. Forking is safe here because
the nursery itself never starts a thread. The child writes one line to ``acks`` after each
correction that returned: that is what must never be lost.
"""

import json
import os
import resource
import signal
import sys
from itertools import count
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.keeping import Keeper
from anitag_desktop.storage.migrating import migrate_library
from anitag_desktop.storage.store import Store
from tests.faults.migration import scripts_with_second_schema

PICTURES = 4


def correct_for_ever(store, acks, most=None):
    """Add one new tag after the other, acknowledging each."""
    corrector = Corrector(store)
    for number in count() if most is None else range(most):
        name = f"run_{os.getpid()}_{number}"
        corrector.correct([1 + number % PICTURES], add=[name])
        os.write(acks, f"{name}\n".encode())


def correct_until_refused(store, acks, limit):
    """Fill files up to a size limit, say how it was refused, and go on when the limit is gone."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    try:
        correct_for_ever(store, acks)
    except AnitagError as error:
        os.write(acks, f"!{error.code}\n".encode())
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    Corrector(store).correct([1], add=["afterwards"])
    os.write(acks, b"afterwards\n")


def run(task):
    """Do one task in the child."""
    if task["fault"]:
        os.environ["ANITAG_FAULT"] = task["fault"]
    acks = os.open(task["acks"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    paths = LibraryPaths(Path(task["root"]))
    if task["work"] == "migrate":
        migrate_library(paths, scripts_with_second_schema(Path(task["scripts"])))
        return
    with Store.open(paths) as store:
        if task["work"] == "correct":
            correct_for_ever(store, acks, task.get("most"))
            os._exit(0)  # without closing: what follows a correction is the next one, or nothing
        elif task["work"] == "fill":
            correct_until_refused(store, acks, task["limit"])
        elif task["work"] == "backup":
            Keeper(store).backup()
        else:
            Keeper(store).restore()


def main():
    """Serve tasks until stdin ends."""
    for line in sys.stdin:
        pid = os.fork()
        if pid == 0:
            status = 1
            try:
                run(json.loads(line))
                status = 0
            finally:
                os._exit(status)
        _answer(f"pid {pid}")
        _, status = os.waitpid(pid, 0)
        _answer(f"gone {os.waitstatus_to_exitcode(status)}")


def _answer(line):
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
