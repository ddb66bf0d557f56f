from anitag_desktop.gui.library_panel.folder_tree import build_tree
from anitag_desktop.search.parser import parse


def test_counts_are_recursive_and_folders_sorted():
    counts = {"/art": 2, "/art/b/deep": 3, "/art/A": 1, "/elsewhere": 9}
    root = build_tree(7, "/art", counts, is_away=False, total=5)
    assert (root.name, root.count, root.root_id) == ("art", 5, 7)
    assert [(child.name, child.count) for child in root.children] == [("A", 1), ("b", 3)]
    assert root.children[1].children[0].path == "/art/b/deep"


def test_a_folder_whose_name_begins_like_another_is_not_in_it():
    root = build_tree(1, "/art", {"/art2/x": 5}, is_away=False, total=4)
    assert (root.count, root.children) == (4, ())


def test_the_root_of_the_disk_is_a_folder_too():
    root = build_tree(1, "/", {"/": 1, "/a/b": 2}, is_away=True, total=3)
    assert (root.name, root.count) == ("/", 3)
    assert root.children[0].children[0].path == "/a/b"


def test_its_search_can_be_parsed_whatever_its_name():
    for name in ("/a b", '/say "hi"', "/x) or (y", "/-not", "/back\\slash"):
        query = parse(build_tree(1, name, {}, is_away=False, total=0).query)
        assert (query.name, query.value) == ("folder", name)
