"""What a worker process cannot do any more, tried in one."""

import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(sys.platform != "linux", reason="other systems offer less"),
]

PROGRAM = """
import os, socket, subprocess, sys, tempfile, threading
from pathlib import Path
from anitag_desktop.worker import sandbox
inside, outside = Path(sys.argv[1]), Path(sys.argv[2])
if sys.argv[3] == "network":
    limits = ("landlock",) if sandbox.confine(inside) else ()
else:
    limits = sandbox.restrict(inside, memory=2 << 30, may_use_devices=sys.argv[3] == "devices")

def attempt(name, action):
    try:
        action()
    except (OSError, MemoryError) as error:
        print(name, "refused")
    else:
        print(name, "done")

def passing_folder(parent):
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        Path(folder, "a").touch()

def everything():
    attempt("read", lambda: (outside / "a").read_bytes())
    attempt("mkdir inside", lambda: (inside / "x").mkdir())
    attempt("write inside", lambda: (inside / "x" / "b").write_bytes(b"b"))
    attempt("replace inside", lambda: (inside / "x" / "b").replace(inside / "x" / "c"))
    attempt("passing folder inside", lambda: passing_folder(inside))
    attempt("write outside", lambda: (outside / "b").write_bytes(b"b"))
    attempt("truncate outside", lambda: os.truncate(outside / "a", 0))
    attempt("remove outside", lambda: (outside / "a").unlink())
    attempt("rename outside", lambda: (outside / "a").rename(outside / "c"))
    attempt("link outside", lambda: (outside / "l").symlink_to("a"))
    attempt("tcp", lambda: socket.socket(socket.AF_INET, socket.SOCK_STREAM).close())
    attempt("udp", lambda: socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close())
    attempt("raw", lambda: socket.socket(socket.AF_NETLINK, socket.SOCK_RAW).close())
    attempt("local", lambda: socket.socketpair()[0].close())
    attempt("program", lambda: os.execv("/bin/true", ["/bin/true"]))
    attempt("large file", lambda: os.truncate(inside / "x" / "c", 100 << 20))
    attempt("memory", lambda: bytearray(3 << 30))

print(" ".join(limits))
thread = threading.Thread(target=everything)
thread.start(); thread.join()
"""


def run(tmp_path: Path, devices: str) -> tuple[set[str], dict[str, str]]:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "a").write_bytes(b"a")
    command = [sys.executable, "-W", "ignore", "-c", PROGRAM, inside, outside, devices]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    limits, *lines = done.stdout.splitlines()
    return set(limits.split()), dict(line.rsplit(" ", 1) for line in lines)


def test_what_is_given_up(tmp_path: Path) -> None:
    limits, found = run(tmp_path, "none")
    for name in ("read", "write inside", "replace inside", "passing folder inside", "local"):
        assert found[name] == "done", name
    assert found["memory"] == "refused"
    assert found["large file"] == "refused"
    if "seccomp" in limits:
        assert {found[n] for n in ("tcp", "udp", "raw", "program")} == {"refused"}
    if "landlock" in limits:
        changes = ("write", "truncate", "remove", "rename", "link")
        assert {found[f"{n} outside"] for n in changes} == {"refused"}
        assert (tmp_path / "outside" / "a").read_bytes() == b"a"


def test_devices_leave_files_and_memory_free_and_never_the_network(tmp_path: Path) -> None:
    limits, found = run(tmp_path, "devices")
    assert found["write outside"] == "done"
    assert found["memory"] == "done"
    assert found["large file"] == "done"
    if "seccomp" in limits:
        assert found["tcp"] == "refused"


def test_what_a_download_gives_up(tmp_path: Path) -> None:
    limits, found = run(tmp_path, "network")
    for name in ("read", "write inside", "replace inside", "tcp", "udp", "local"):
        assert found[name] == "done", name
    if "landlock" in limits:
        refused = {name for name, outcome in found.items() if outcome == "refused"}
        assert {n for n in found if n.endswith("outside")} | {"program"} <= refused
