import threading
from types import SimpleNamespace

import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.gui.opening import OpeningLibrary


def test_nothing_is_opened_before_it_is_asked_and_then_once():
    opened = []
    library = OpeningLibrary(lambda: opened.append(1) or SimpleNamespace(showing="here"))
    library.finish()
    assert opened == []
    assert library.as_library().showing == "here"
    assert library.as_library().showing == "here"
    library.finish()
    assert opened == [1]


def test_asking_waits_until_it_is_open():
    go, got = threading.Event(), []
    library = OpeningLibrary(lambda: go.wait(5) and SimpleNamespace(showing="here"))
    asking = threading.Thread(target=lambda: got.append(library.as_library().showing))
    asking.start()
    asking.join(0.1)
    assert got == []
    go.set()
    asking.join(5)
    assert got == ["here"]


def test_a_failure_reaches_whoever_asks_and_who_finishes():
    def fail() -> None:
        raise AnitagError("not_a_library", path="/x", reason="it is a picture")

    told = threading.Event()
    library = OpeningLibrary(fail)
    library.on_failed(told.set)
    for _ in range(2):
        with pytest.raises(AnitagError, match="it is a picture"):
            _ = library.as_library().searching
    with pytest.raises(AnitagError):
        library.finish()
    assert told.wait(5)
