"""Rows of tables are known by the line that they begin on, broken ones too."""

import csv

import pytest

from anitag_desktop.domain.table_row import BrokenRowError, numbered_rows, titled_rows

TABLE = 'file,tags\n\na.png,"1girl\nsolo"\r\nb.png,,\nc.png\n'


def lines(text):
    return text.splitlines(keepends=True)


def test_rows_are_numbered_by_the_lines_that_they_begin_on():
    assert list(numbered_rows(lines(TABLE))) == [
        (1, ["file", "tags"]),
        (3, ["a.png", "1girl\nsolo"]),
        (5, ["b.png", "", ""]),
        (6, ["c.png"]),
    ]
    assert list(titled_rows(lines(TABLE))) == [
        (3, {"file": "a.png", "tags": "1girl\nsolo"}),
        (5, {"file": "b.png", "tags": ""}),
        (6, {"file": "c.png"}),
    ]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ('"d.png,1girl', "unexpected end of data"),
        ('"d.png"x,1girl', "expected after"),
        ("d.png," + "x" * (csv.field_size_limit() + 1), "larger than field limit"),
        ("d.png,1girl,solo", "it has 3 cells, the first row has 2"),
    ],
)
def test_a_broken_row_is_named_by_its_own_line(broken, reason):
    rows = titled_rows(lines(TABLE + broken + "\ne.png,\nf.png,\n"))
    with pytest.raises(BrokenRowError, match=reason) as caught:
        list(rows)
    assert caught.value.line == 7


def test_a_row_that_ends_early_is_refused_where_all_cells_are_asked_for():
    with pytest.raises(BrokenRowError, match="1 cells") as caught:
        list(titled_rows(lines(TABLE), all_cells=True))
    assert caught.value.line == 6


def test_an_empty_table_has_no_rows():
    assert list(titled_rows([])) == list(titled_rows(["\n"])) == []
