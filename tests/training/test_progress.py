"""Lines for people and for programs; a bar only where a person looks at a terminal."""

import io
import json

import pytest

pytest.importorskip("tqdm")

from training.progress import Progress

pytestmark = pytest.mark.training


class Terminal(io.StringIO):
    def isatty(self):
        return True


def drive(stream, *, as_json):
    progress = Progress(as_json=as_json, stream=stream)
    for step in range(1, 7):
        progress.advance("toy", step, 6)
        progress.report("step", step=step)
    progress.end_bar()
    return stream.getvalue()


def test_a_terminal_gets_a_bar_that_comes_to_its_end():
    told = drive(Terminal(), as_json=False)
    assert "toy: 100%" in told
    assert "6/6" in told
    assert told.count("step: step") == 6


def test_a_file_gets_lines_only():
    told = drive(io.StringIO(), as_json=False)
    assert "%" not in told
    assert len(told.splitlines()) == 6


def test_lines_of_json_stay_as_they_are_on_a_terminal():
    lines = drive(Terminal(), as_json=True).splitlines()
    assert [json.loads(line) for line in lines] == [
        {"event": "step", "step": step} for step in range(1, 7)
    ]


def test_another_thing_has_a_bar_of_its_own():
    stream = Terminal()
    progress = Progress(as_json=False, stream=stream)
    progress.advance("decoding", 1, 3)
    progress.advance("run", 1, 2)
    progress.end_bar()
    assert "1/3" in stream.getvalue()
    assert "1/2" in stream.getvalue()
