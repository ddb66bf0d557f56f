"""Label sheets: classes that are renamed, and taken up again in the order of their keys."""

from anitag_desktop.domain.label_sheet import CLASS_KEYS, LabelSheet


def test_a_class_keeps_its_key_and_its_pictures_under_another_name() -> None:
    sheet = LabelSheet(["cat", "dog"], {"/1.png": "cat", "/2.png": "dog"})
    assert sheet.rename_class("cat", "Big Cat")
    assert sheet.classes == ["big_cat", "dog"]
    assert sheet.labels == {"/1.png": "big_cat", "/2.png": "dog"}


def test_a_name_that_is_taken_empty_or_of_no_class_changes_nothing() -> None:
    sheet = LabelSheet(["cat", "dog"], {"/1.png": "cat"})
    for name, text in (("cat", "Dog"), ("cat", "  "), ("cat", "cat"), ("cow", "hen")):
        assert not sheet.rename_class(name, text)
    assert (sheet.classes, sheet.labels) == (["cat", "dog"], {"/1.png": "cat"})


def test_remembered_classes_come_first_and_those_of_the_file_are_never_lost() -> None:
    sheet = LabelSheet(["dog", "cat"], {"/1.png": "dog", "/2.png": "cat"})
    sheet.take_up(["hen", "cat", "hen", "", "Not Spelt So"])
    assert sheet.classes == ["hen", "cat", "dog"]
    every = [f"class{number}" for number in range(50)]
    sheet.take_up(every)
    assert len(sheet.classes) == len(CLASS_KEYS)
    assert {"hen", "cat", "dog"} <= set(sheet.classes)
    assert sheet.classes[0] == "class0"
