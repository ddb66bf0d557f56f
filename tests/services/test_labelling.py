"""Sheets of labelled pictures as files, and as what training reads."""

from types import SimpleNamespace

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.label_sheet import CLASS_KEYS, LabelSheet
from anitag_desktop.services import labelling
from anitag_desktop.services.labelling import pictures_to_label, read_sheet, write_sheet

NAMES = ["a.png", "deep/b, c.png", 'quote".png', "line\nend.png", "=1+1.png", "ümlaut.png"]


@pytest.fixture
def sheet(tmp_path):
    made = LabelSheet()
    assert made.add_class("Hatsune Miku")
    assert made.add_class("cat")
    for place, name in enumerate(NAMES):
        made.labels[str(tmp_path / name)] = made.classes[place % 2]
    return made


def test_what_was_written_is_read_again_with_the_same_keys(tmp_path, sheet) -> None:
    sheet.labels = dict(reversed(sheet.labels.items()))  # the class of the second key comes first
    sheet.labels[str(tmp_path.parent / "d.png")] = "cat"
    write_sheet(tmp_path / "labels.csv", sheet)
    again = read_sheet(tmp_path / "labels.csv")
    assert again == sheet
    assert again.counts() == {"hatsune_miku": 3, "cat": 4}


def test_files_beneath_the_sheet_are_named_relative_to_it(tmp_path) -> None:
    one, other = str(tmp_path / "set" / "x" / "a.png"), str(tmp_path / "b.png")
    write_sheet(tmp_path / "set" / "l.csv", LabelSheet(["cat"], {one: "cat", other: "cat"}))
    text = (tmp_path / "set" / "l.csv").read_text(encoding="utf-8")
    rest = f"{(tmp_path / 'b.png').as_posix()},cat,cat\n"
    assert text == f"file,class,identity\nx/a.png,cat,cat\n{rest}"


def test_no_file_is_an_empty_sheet_and_two_columns_will_do(tmp_path) -> None:
    assert read_sheet(tmp_path / "none.csv") == LabelSheet()
    (tmp_path / "l.csv").write_bytes(b"\xef\xbb\xbffile,class\r\na.png,dog\r\n")
    assert read_sheet(tmp_path / "l.csv").labels == {str(tmp_path / "a.png"): "dog"}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not a sheet",
        b"file,class,notes\na.png,cat,mine\n",
        b"file,class\na.png\n",
        b"file,class\n,cat\n",
        b"file,class\na.png,\n",
        b"file,class,identity\na.png,cat,dog\n",
        b"file,class\na\0.png,cat\n",
        b"file,class\na.png,Cat Girl\n",
        b'file,class\n"a.png,cat\n',
        b"file,class\n\xff.png,cat\n",
        b"file,class\n" + b"".join(b"%d.png,c%d\n" % (i, i) for i in range(len(CLASS_KEYS) + 1)),
    ],
)
def test_what_is_no_sheet_is_refused_and_left(tmp_path, content) -> None:
    path = tmp_path / "l.csv"
    path.write_bytes(content)
    with pytest.raises(AnitagError) as raised:
        read_sheet(path)
    assert raised.value.code == "bad_label_sheet"
    assert path.read_bytes() == content


def test_a_broken_row_is_named_by_the_line_that_it_begins_on(tmp_path) -> None:
    for broken in ('"b.png,cat', '"b.png"x,cat', "b.png,cat,dog", "b.png"):
        (tmp_path / "l.csv").write_text(f"file,class\n\na.png,cat\n{broken}\nc.png,cat\n")
        with pytest.raises(AnitagError, match="line 4"):
            read_sheet(tmp_path / "l.csv")


def test_a_huge_file_and_a_folder_are_refused(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(labelling, "MOST_BYTES", 20)
    (tmp_path / "l.csv").write_text("file,class\na.png,cat\n")
    for path in (tmp_path / "l.csv", tmp_path):
        with pytest.raises(AnitagError) as raised:
            read_sheet(path)
        assert raised.value.code == "bad_label_sheet"


def test_a_write_that_fails_leaves_the_sheet_that_was(tmp_path, sheet) -> None:
    path = tmp_path / "l.csv"
    write_sheet(path, sheet)
    sheet.labels["bad \udcff.png"] = "cat"
    with pytest.raises(UnicodeEncodeError):
        write_sheet(path, sheet)
    assert len(read_sheet(path).labels) == len(NAMES)
    assert [one.name for one in tmp_path.iterdir()] == ["l.csv"]


def test_a_class_is_spelt_like_a_tag_once_and_goes_only_unused() -> None:
    sheet = LabelSheet()
    assert sheet.add_class(" Cat  Ears ")
    assert not sheet.add_class("cat_ears")
    assert not sheet.add_class("  ")
    sheet.labels["a"] = "cat_ears"
    assert not sheet.drop_class("cat_ears")
    del sheet.labels["a"]
    assert sheet.drop_class("cat_ears")
    assert sheet.classes == []
    assert all(sheet.add_class(key) for key in CLASS_KEYS)
    assert not sheet.add_class("one more")


def test_only_pictures_that_are_there_and_can_be_named_are_asked_about() -> None:
    present, away = ImageStatus.PRESENT, ImageStatus.AWAY
    paths = {1: ("/a.png", present), 2: ("/b.png", away), 3: ("/\udcff.png", present)}

    def rows(ids):
        return [SimpleNamespace(image_id=i, path=paths[i][0], status=paths[i][1]) for i in ids]

    found = pictures_to_label(SimpleNamespace(rows=rows), [3, 2, 1])
    assert [(one.image_id, one.path) for one in found] == [(1, "/a.png")]
