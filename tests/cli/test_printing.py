"""Text for people and for programs, whatever a name holds."""

import io
import json

import pytest

from anitag_desktop.cli.printing import listed, plain, print_json, print_table, width
from anitag_desktop.cli.progress import ProgressLine


@pytest.mark.parametrize(
    ("names", "words"), [("A", "A"), ("AB", "A and B"), ("ABCD", "A, B, C and D")]
)
def test_a_list_reads_as_people_write_it(names, words):
    assert listed(names) == words


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("long_hair", "long_hair"),
        ("a\nb", r"a\x0ab"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("caf\udce9", r"caf\udce9"),
        ("\u202egnp.exe", r"\u202egnp.exe"),
        ("\x9b31m", r"\x9b31m"),
        ("初音ミク", "初音ミク"),
        ("a\u2028b", r"a\u2028b"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_nothing_moves_the_cursor_or_turns_the_text(text, shown):
    assert plain(text) == shown


def test_json_is_one_ascii_line_and_keeps_broken_bytes():
    out = io.StringIO()
    print_json(out, {"path": "/p/caf\udce9\n初"})
    assert out.getvalue().count("\n") == 1
    assert out.getvalue().isascii()
    assert r"\udce9" in out.getvalue()
    assert json.loads(out.getvalue())["path"] == "/p/caf\udce9\n初"


def test_json_refuses_what_is_no_json():
    with pytest.raises(ValueError, match="JSON"):
        print_json(io.StringIO(), {"score": float("nan")})


def test_a_table_is_aligned_with_wide_characters_and_numbers_to_the_right():
    out = io.StringIO()
    print_table(out, [("初音", 5, "x"), ("ab", 10, "a\nb"), ("c", None, "")], ("tag", "n", "w"))
    assert out.getvalue().splitlines() == [
        "tag    n  w",
        "初音   5  x",
        r"ab    10  a\x0ab",
        "c      -",
    ]


def test_an_empty_table():
    out = io.StringIO()
    print_table(out, [])
    assert out.getvalue() == ""


def test_width_counts_columns():
    assert width("初音") == 4
    assert width("e\u0301") == 1
    assert width("\n") == 4


def test_progress_is_for_terminals_only():
    err = io.StringIO()
    with ProgressLine(err) as line:
        line.show("half")
    assert err.getvalue() == ""


def test_progress_is_wiped_at_the_end():
    err = Terminal()
    with ProgressLine(err) as line:
        line.show("half\x1b[2J")
    assert "\x1b" not in err.getvalue()
    assert err.getvalue().endswith("\r")
    assert err.getvalue().split("\r")[-2].strip() == ""
