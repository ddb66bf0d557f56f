"""The program: help everywhere, exit codes, what goes where."""

import io
import subprocess
import sys

import pytest

from anitag_desktop.cli import main, parse
from anitag_desktop.cli.program import COMMANDS

SUBCOMMANDS = [
    *(("tags", name) for name in ("list", "show", "alias", "imply", "rename", "merge", "delete")),
    *(("models", name) for name in ("list", "add", "use", "verify", "remove", "forget")),
    *(("folders", name) for name in ("list", "remove")),
    *(("settings", name) for name in ("list", "set", "reset")),
    *(("regions", name) for name in ("list", "draw", "name", "move", "kind", "reject")),
]


def run(*words):
    out, err = io.StringIO(), io.StringIO()
    return main([str(word) for word in words], out, err), out.getvalue(), err.getvalue()


def test_the_commands_are_those_of_the_contract_so_far_and_six_more():
    assert [command.NAME for command in COMMANDS] == [
        "add", "tag", "search", "show", "similar", "duplicates", "correct", "undo", "tags",
        "characters", "regions", "models", "folders", "settings", "import", "export", "train",
        "retrain", "review", "backup", "restore", "check", "doctor",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words", [(), *((c.NAME,) for c in COMMANDS if c.NAME != "train"), *SUBCOMMANDS]
)
def test_help_everywhere(words):
    code, out, err = run(*words, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("usage: anitag")


def test_version():
    assert run("--version")[1].startswith("anitag ")


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["--library"],
        ["search", "--limit", "-1"],
        ["search", "--limit", "many"],
        ["search", "--long_hair"],
        ["show"],
        ["correct"],
        ["undo", "0"],
        ["undo", "two"],
        ["tags", "imply", "one"],
        ["tags", "nonsense"],
        ["export", "--format", "txt"],
        ["export", "out"],
        ["import"],
        ["add"],
        ["show", ""],
        ["search", "--lim", "3"],
    ],
)
def test_wrong_use_is_2_and_said_on_stderr(words):
    code, out, err = run(*words)
    assert code == 2
    assert out == ""
    assert "error:" in err


def test_paths_are_absolute_before_they_leave_the_process(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert parse(["show", "a.png"]).files == [str(tmp_path / "a.png")]
    assert parse(["import", "../b"]).path == str(tmp_path.parent / "b")
    assert parse(["--library", "lib", "undo"]).library == str(tmp_path / "lib")


def query_of(*words):
    return " ".join(parse(["search", *words]).query).split()


def test_a_query_may_begin_with_a_dash_and_may_follow_two():
    assert query_of("-tag") == query_of("--json", "--", "-tag") == ["-tag"]
    assert query_of("solo", "-smile", "--count") == ["solo", "-smile"]
    assert query_of("--", "-tag", "other") == ["-tag", "other"]
    assert query_of() == []


def test_json_may_stand_before_or_after_a_subcommand():
    assert parse(["tags", "--json", "list"]).json
    assert parse(["tags", "list", "--json"]).json
    assert not parse(["tags", "list"]).json


def test_which_commands_write():
    assert parse(["tags", "alias", "a", "b"]).writes
    assert not parse(["tags", "list"]).writes
    assert not parse(["models"]).writes
    assert parse(["models", "use", "x"]).writes


def test_train_hands_everything_over():
    assert parse(["train", "--help"]).words == ["--help"]
    assert parse(["--library", "x", "train", "pictures", "-n", "3"]).words == [
        "pictures",
        "-n",
        "3",
    ]


@pytest.mark.integration
def test_train_help_is_that_of_the_training_package(monkeypatch):
    monkeypatch.setenv("ANITAG_TRAINING_PYTHON", sys.executable)
    code, out, _ = run("train", "--help")
    assert code == 0
    assert "python -m training" in out


@pytest.mark.integration
def test_train_says_when_the_environment_is_not_there(monkeypatch, tmp_path):
    monkeypatch.setenv("ANITAG_TRAINING_PYTHON", str(tmp_path / "python"))
    code, _, err = run("train", "--help")
    assert code == 1
    assert "ANITAG_TRAINING_PYTHON" in err


@pytest.mark.integration
def test_train_hands_back_wrong_use(monkeypatch):
    monkeypatch.setenv("ANITAG_TRAINING_PYTHON", sys.executable)
    assert run("train", "nonsense")[0] == 2


def test_no_heavy_import_before_a_command_runs():
    code = (
        "import sys, io; from anitag_desktop.cli import main\n"
        "main(['--help'], io.StringIO(), io.StringIO())\n"
        "heavy = ['numpy', 'sqlalchemy', 'PIL', 'onnxruntime', 'PySide6', 'sqlite3', 'alembic']\n"
        "sys.exit(sum(name in sys.modules for name in heavy))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.integration
@pytest.mark.skipif(sys.platform == "win32", reason="pipes break differently")
def test_a_reader_that_has_seen_enough_is_no_fault(tmp_path):
    command = [sys.executable, "-m", "anitag_desktop", "--library", str(tmp_path / "l"), "doctor"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        errors = process.stderr.read().decode()
        assert process.wait(timeout=60) in (0, 1)
    assert "Traceback" not in errors
    assert "BrokenPipe" not in errors
