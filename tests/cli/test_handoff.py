"""A command handed to the process that writes the library."""

import io
import os

import pytest

from anitag_desktop.cli.handoff import HandoffServer, hand_over, raise_window
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.paths import LibraryPaths


@pytest.fixture
def paths(tmp_path, monkeypatch):
    (tmp_path / "run").mkdir(mode=0o700)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "run"))
    (tmp_path / "library").mkdir()
    return LibraryPaths(tmp_path / "library")


def test_output_and_exit_code_come_back(paths):
    def run(argv, out, err):
        out.write(f"did {argv[0]}\n")
        err.write("with a warning\n")
        return 1

    server = HandoffServer(paths, run)
    out, err = io.StringIO(), io.StringIO()
    try:
        assert hand_over(paths, ["correct"], out, err) == 1
    finally:
        server.close()
    assert out.getvalue() == "did correct\n"
    assert err.getvalue() == "with a warning\n"


def test_bytes_of_a_name_that_are_not_utf8_survive(paths):
    def run(argv, out, err):
        out.write(argv[0])
        return 0

    server = HandoffServer(paths, run)
    out = io.StringIO()
    try:
        hand_over(paths, ["caf\udce9.png"], out, io.StringIO())
    finally:
        server.close()
    assert out.getvalue() == "caf\udce9.png"


def test_two_commands_at_once_each_get_their_own_answer(paths):
    import threading

    both = threading.Barrier(2, timeout=10)

    def run(argv, out, err):
        both.wait()
        out.write(argv[0])
        return 0

    server = HandoffServer(paths, run)
    outs = [io.StringIO(), io.StringIO()]
    threads = [
        threading.Thread(target=hand_over, args=(paths, [name], out, io.StringIO()))
        for name, out in zip("ab", outs, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    server.close()
    assert [out.getvalue() for out in outs] == ["a", "b"]


def test_a_window_is_raised(paths):
    raised = []
    server = HandoffServer(paths, lambda *_: 0, on_raise=lambda: raised.append(True))
    try:
        assert raise_window(paths)
    finally:
        server.close()
    assert raised == [True]


def test_a_process_without_a_window_says_so(paths):
    server = HandoffServer(paths, lambda *_: 0)
    try:
        assert not raise_window(paths)
    finally:
        server.close()


def test_nobody_listening_is_a_connection_error(paths):
    with pytest.raises(ConnectionError):
        hand_over(paths, ["correct"], io.StringIO(), io.StringIO())


def test_who_cannot_read_the_key_is_refused(paths):
    server = HandoffServer(paths, lambda *_: 0)
    key = paths.root / "handoff.key"
    right = key.read_bytes()
    try:
        key.write_bytes(b"w" * 32 + right[32:])
        with pytest.raises(ConnectionError):
            hand_over(paths, ["correct"], io.StringIO(), io.StringIO())
    finally:
        key.write_bytes(right)
        server.close()


def test_another_session_of_the_user_finds_the_writer(paths, monkeypatch):
    server = HandoffServer(paths, lambda *_: 7)
    try:
        monkeypatch.delenv("XDG_RUNTIME_DIR")
        assert hand_over(paths, ["a"], io.StringIO(), io.StringIO()) == 7
    finally:
        server.close()


def test_a_session_folder_that_is_gone_is_not_used(paths, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path / "gone"))
    server = HandoffServer(paths, lambda *_: 7)
    try:
        assert not (tmp_path / "gone").exists()
        assert hand_over(paths, ["a"], io.StringIO(), io.StringIO()) == 7
    finally:
        server.close()


@pytest.mark.parametrize(("number", "code"), [(28, "disk_full"), (13, "cannot_write")])
def test_a_key_that_cannot_be_written_is_told(paths, monkeypatch, number, code):
    def refuse(*_args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("anitag_desktop.cli.handoff._write_private", refuse)
    with pytest.raises(AnitagError) as error:
        HandoffServer(paths, lambda *_: 0)
    assert error.value.code == code


def test_the_key_is_for_the_owner_only(paths):
    server = HandoffServer(paths, lambda *_: 0)
    try:
        assert (paths.root / "handoff.key").stat().st_mode & 0o077 == 0
    finally:
        server.close()


def test_a_command_that_breaks_says_so_and_the_server_goes_on(paths):
    calls = []

    def run(argv, out, err):
        calls.append(argv)
        if len(calls) == 1:
            raise ValueError("a bug")
        return 0

    server = HandoffServer(paths, run)
    err = io.StringIO()
    try:
        assert hand_over(paths, ["a"], io.StringIO(), err) == 1
        assert hand_over(paths, ["b"], io.StringIO(), io.StringIO()) == 0
    finally:
        server.close()
    assert "a bug" in err.getvalue()


def test_a_frame_that_is_not_json_harms_nobody(paths):
    from multiprocessing.connection import Client

    server = HandoffServer(paths, lambda *_: 0)
    key = (paths.root / "handoff.key").read_bytes()[:32]
    try:
        with Client(server.address, authkey=key) as connection:
            connection.send_bytes(b"\x80\x04 not json")
            with pytest.raises(EOFError):
                connection.recv_bytes()
        assert hand_over(paths, ["b"], io.StringIO(), io.StringIO()) == 0
    finally:
        server.close()


def test_a_folder_that_others_can_write_is_refused(paths, tmp_path):
    import os

    from anitag_desktop.domain.error import AnitagError

    folder = tmp_path / "run" / f"anitag-{os.getuid()}"
    folder.mkdir(parents=True)
    folder.chmod(0o777)
    with pytest.raises(AnitagError, match="open to others"):
        HandoffServer(paths, lambda *_: 0)


def test_it_ends_at_any_moment(paths):
    for _ in range(200):
        server = HandoffServer(paths, lambda *_: 0)
        hand_over(paths, ["a"], io.StringIO(), io.StringIO())
        server.close()


def test_who_connects_and_says_nothing_does_not_hold_up_the_end(paths):
    import socket

    server = HandoffServer(paths, lambda *_: 0)
    with socket.socket(socket.AF_UNIX) as silent:
        silent.connect(server.address)
        server.close()
