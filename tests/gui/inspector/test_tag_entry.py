import pytest

from anitag_desktop.gui.inspector.tag_entry import Entry, last_part, read_entry


@pytest.mark.parametrize(
    ("text", "add", "reject"),
    [
        ("", (), ()),
        ("long hair", ("long hair",), ()),
        ("a, b ,, c", ("a", "b", "c"), ()),
        ("a\nb\r\nc", ("a", "b", "c"), ()),
        ("-hat, smile", ("smile",), ("hat",)),
        ("-", ("-",), ()),
        ("-_-", ("-_-",), ()),
        ("- hat", (), ("hat",)),
        ("char:reimu, rating:g", ("char:reimu", "rating:g"), ()),
    ],
)
def test_entries(text, add, reject):
    assert read_entry(text) == Entry(add, reject)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", (0, "")),
        ("smi", (0, "smi")),
        ("a, smi", (3, "smi")),
        ("-hat", (1, "hat")),
        ("a,", (2, "")),
    ],
)
def test_the_part_being_typed(text, expected):
    assert last_part(text) == expected
