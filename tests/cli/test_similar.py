"""``anitag similar`` on a real library."""

import numpy as np
import pytest

from anitag_desktop.domain.prediction import Label, Score
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.storage import predictions
from tests.helpers.seeding import MODEL, add_folder, add_picture, facts


@pytest.fixture
def library(anitag, seeded):
    with seeded() as store:
        folder = add_folder(store, "/pics")
        for name, vector in {"a": (1, 0), "b": (1, 1), "c": (0, 1), "d": (1, 0.1)}.items():
            add_picture(store, folder, f"/pics/{name}.png", name)
            said = [Score(Label("hat", TagCategory.GENERAL), 0.9)] if name in "bc" else []
            numbers = np.array(vector, "<f2").tobytes()
            predictions.store(store, facts(name).sha256, MODEL, said, numbers)
    return anitag


def names(records):
    return [record["path"][-5] for record in records]


def test_the_most_alike_come_first_with_their_similarity(library):
    records = library.json("similar", "/pics/a.png")
    assert names(records) == ["a", "d", "b", "c"]
    assert [r["similarity"] for r in records] == pytest.approx([1, 0.995, 0.707, 0], abs=1e-3)
    assert list(records[0])[-1] == "similarity"


def test_limit_query_and_hash(library):
    assert names(library.json("similar", facts("a").md5, "--limit", 2)) == ["a", "d"]
    assert names(library.json("similar", "/pics/a.png", "--query", "hat")) == ["b", "c"]
    assert names(library.json("search", "hat", "similar:/pics/a.png")) == ["b", "c"]
    assert library("similar", "/pics/a.png", "--limit", 1).out.startswith("1.000  ")


def test_what_is_wrong_is_said(library):
    done = library("similar", "/pics/nothing.png")
    assert (done.code, done.out) == (1, "")
    assert "There is no file" in done.err
    done = library("similar", "0" * 32)
    assert done.code == 1
    assert "is not in the library" in done.err
    done = library("similar", "/pics/a.png", "--query", "(")
    assert done.code == 2
    assert done.err.endswith("\n  (\n  ^\n")
    done = library("search", "similar:/nothing.png")
    assert done.code == 2
    assert "Nothing can be compared to '/nothing.png': There is no file /nothing.png.\n" in done.err


def test_an_unknown_tag_beside_it_says_what_it_may_have_meant(library):
    done = library("similar", "/pics/a.png", "--query", "hatt")
    assert (done.code, done.out) == (0, "")
    assert "there is no tag hatt. Did you mean hat?" in done.err


def test_an_empty_library_cannot_compare(anitag, seeded):
    done = anitag("similar", "0" * 32)
    assert done.code == 1
    assert "cannot be compared yet" in done.err
