"""Searching by likeness as the window and the command line call it, against the oracle."""

from dataclasses import replace
from datetime import datetime

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import Label, ModelKey, Score
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.search.errors import QueryError
from anitag_desktop.search.matching import search
from anitag_desktop.search.metatags import interpret
from anitag_desktop.search.parser import parse
from anitag_desktop.services.indexing import Indexer
from anitag_desktop.services.likening import Likening
from anitag_desktop.services.modelling import Models
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.tagging import TaggingQueue
from anitag_desktop.storage import predictions
from tests.helpers.images import drawing
from tests.helpers.libraries import MODEL, add_image, facts_of, use_model
from tests.helpers.models import write_package
from tests.helpers.searched import read

HAT = Label("hat", TagCategory.GENERAL)


@pytest.fixture
def vectors():
    drawn = np.random.default_rng(3).normal(0, 1, (12, 24)).astype("<f2")
    drawn[5] = drawn[4]  # the very same one: the order of equals shows
    return drawn


@pytest.fixture
def filled(store, vectors):
    """Twelve pictures, every third with a hat; the last was not looked at."""
    use_model(store)
    for number in range(12):
        add_image(store, number)
        said = [Score(HAT, 0.9)] if number % 3 == 0 else []
        if number < 11:
            vector = vectors[number].tobytes()
            predictions.store(store, facts_of(number).sha256, MODEL, said, vector)
    return store


@pytest.fixture
def searcher(filled):
    return Searcher(filled)


SEARCHES = (
    "similar:{sha}",
    "similar:{md5} hat",
    "-hat similar:{sha} limit:3",
    "similar:{sha} (hat or width:>105)",
    "similar:/pictures/4.png",
    "similar:{upper}",
    "similar:{sha} nothing_like_that",
    "limit:0 similar:{sha}",
)


@pytest.mark.parametrize("text", SEARCHES)
def test_a_search_by_likeness_finds_what_the_oracle_finds(filled, searcher, vectors, text):
    facts = facts_of(4)
    text = text.format(sha=facts.sha256, md5=facts.md5, upper=facts.sha256.upper())
    images, lore = read(filled)
    by_number = {facts_of(number).sha256: vectors[number] for number in range(11)}
    seen = [
        replace(image, vector=tuple(map(float, by_number[sha])))
        if (sha := next(v for k, v in image.hashes.items() if k == "sha256")) in by_number
        else image
        for image in images
    ]
    wanted = search(interpret(parse(text), datetime.now()), seen, lore)
    found = searcher.search(text)
    assert list(found.ids) == wanted
    assert searcher.count(text) == len(wanted)
    assert sorted(found.similarities, reverse=True) == list(found.similarities)
    assert searcher.search(text, offset=1, limit=2).ids == wanted[1:3]
    assert searcher.search(text, order="name").ids == wanted


def test_facets_are_those_of_the_pictures_found(searcher):
    text = f"similar:{facts_of(0).sha256} limit:4"
    hats = searcher.count(f"{text} hat")
    counted = {tag.name: count for tag, count in searcher.facets(text)[TagCategory.GENERAL]}
    among = searcher.search(text).ids
    with_hat = set(searcher.search("hat").ids)
    assert hats == 4
    assert counted["hat"] == len(with_hat & set(among))


@pytest.mark.parametrize(
    ("text", "start", "end", "says"),
    [
        ("hat similar:nowhere.png", 12, 23, "There is no file"),
        (f"similar:{'0' * 64}", 8, 72, "not in the library"),
        (f"hat similar:{facts_of(11).md5}", 12, 44, "gave it no vector"),
        ("similar:a.png order:id", 14, 22, "leave order: out"),
        ("hat or similar:a.png", 7, 20, "holds for the whole search"),
        ("similar:", 0, 8, "needs a value"),
        ('similar:"a\0"', 8, 12, ""),
    ],
)
def test_what_cannot_be_compared_is_an_error_with_its_place(searcher, text, start, end, says):
    with pytest.raises(QueryError) as caught:
        searcher.search(text)
    if "\0" not in text:
        assert (caught.value.position, caught.value.end) == (start, end)
    assert says in caught.value.reason


def test_without_a_model_that_gives_vectors_it_says_so(filled, searcher):
    use_model(filled, ModelKey("test/other", "1"))
    with pytest.raises(AnitagError) as caught:
        searcher.similar(1)
    assert caught.value.code == "no_vectors"


def test_similar_takes_an_image_id_and_a_search_beside_it(searcher):
    hats = list(searcher.search("hat").ids)
    found = searcher.similar(hats[0], "hat", 3)
    assert found[0] == (hats[0], 1.0)
    assert {image for image, _ in found} <= set(hats)
    assert len(found) == 3


@pytest.mark.integration
def test_a_picture_outside_the_library_is_looked_at_and_not_added(store, root, tmp_path):
    write_package(tmp_path / "bundled" / "test")
    models, indexer = Models(store, tmp_path / "bundled"), Indexer(store, quiet=0.0)
    for seed in range(4):
        drawing(seed).save(root / f"{seed}.png")
    indexer.add_folder(str(root))
    indexer.scan()
    queue = TaggingQueue(store, indexer, models)
    queue.run_until_idle()
    searcher = Searcher(store, likening=Likening(store, models))
    outside = tmp_path / "outside.png"
    drawing(2).resize((200, 260)).save(outside)
    best, *others = searcher.similar(str(outside))
    (same,) = searcher.search("name:2.png").ids
    assert best[0] == same
    assert best[1] > 0.98 > others[0][1]
    assert searcher.count("status:any") == 4
    assert searcher.search(f'similar:"{outside}"').ids[0] == same
    outside.write_bytes(b"no picture")
    with pytest.raises(AnitagError) as caught:
        searcher.similar(str(outside))
    assert caught.value.code == "picture_unknown"
