"""What a write touched, and who hears of it."""

from anitag_desktop.domain.change import Changes, LibraryChange


def test_two_changes_make_one():
    both = LibraryChange(images=frozenset({1}), tags=True) | LibraryChange(images=frozenset({2}))
    assert both == LibraryChange(images=frozenset({1, 2}), tags=True)


def test_nothing_touched_is_not_told():
    heard = []
    changes = Changes()
    changes.subscribe(heard.append)
    changes.publish(LibraryChange())
    assert heard == []


def test_a_listener_hears_until_it_leaves():
    heard = []
    changes = Changes()
    leave = changes.subscribe(heard.append)
    changes.publish(LibraryChange(tags=True))
    leave()
    leave()
    changes.publish(LibraryChange(folders=True))
    assert heard == [LibraryChange(tags=True)]
