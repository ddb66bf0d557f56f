"""Likeness from sign codes finds exactly what comparing all vectors finds, whatever happened."""

from contextlib import suppress

import numpy as np
import pytest
from sqlalchemy import delete, select, text

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import embeddings, likeness_index, predictions, saved_codes, sign_codes
from anitag_desktop.storage.likeness_index import LikenessIndex
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.schema import embeddings as embedding_table
from anitag_desktop.storage.schema import sign_codes as code_table
from tests.helpers.libraries import MODEL, add_image, facts_of, open_store, use_model

OTHER = ModelKey("test/other", "1")
DIM = 100


def vectors(count, seed, dim=DIM):
    """Vectors in clusters around an offset, as those of pictures are."""
    draw = np.random.default_rng(seed)
    centres = np.random.default_rng(0).normal(0.5, 1, (5, dim))
    return (centres[draw.integers(0, 5, count)] + draw.normal(0, 0.6, (count, dim))).astype("<f2")


class World:
    """A library with vectors, and what is in them by plain arithmetic."""

    def __init__(self, root):
        self.root = root
        self.ids, self.known = {}, {MODEL: {}, OTHER: {}}
        self.active = MODEL
        self.open()

    def open(self):
        self.context = open_store(self.root)
        self.store = self.context.__enter__()
        self.index = LikenessIndex(self.store)

    def close(self):
        self.context.__exit__(None, None, None)

    def use(self, key):
        use_model(self.store, key)
        self.active = key

    def look(self, numbers, seed, key=None):
        key = key or self.active
        new = vectors(len(numbers), seed)
        for number in numbers:
            if number not in self.ids:
                self.ids[number] = add_image(self.store, number)
        runs = [
            ModelRun(facts_of(number).sha256, key, [], vector.tobytes())
            for number, vector in zip(numbers, new, strict=True)
        ]
        predictions.store_many(self.store, runs)
        self.known[key] |= {self.ids[n]: v for n, v in zip(numbers, new, strict=True)}

    def brute(self, vector, allowed, limit):
        target = vector.astype(np.float64)
        pairs = []
        for image, other in self.known[self.active].items():
            own = other.astype(np.float64)
            cosine = own @ target / np.linalg.norm(own) / np.linalg.norm(target)
            if allowed is None or image in allowed:
                pairs.append((image, cosine))
        return sorted(pairs, key=lambda pair: -pair[1])[:limit]

    def check(self, seed=99, limit=10):
        draw = np.random.default_rng(seed)
        everyone = sorted(self.ids.values())
        some = sorted(draw.choice(everyone, len(everyone) // 3, replace=False).tolist())
        for vector in vectors(2, seed):
            for allowed in (None, everyone, some, some[:3], []):
                found = self.index.nearest(vector.tobytes(), allowed, limit)
                wanted = self.brute(vector, allowed, limit)
                assert [c for _, c in found] == pytest.approx([c for _, c in wanted], abs=2e-6)
                assert {i for i, _ in found} == {i for i, _ in wanted}


@pytest.fixture
def world(tmp_path, monkeypatch):
    # So few that the codes have to choose among a few hundred pictures.
    monkeypatch.setattr(likeness_index, "_CANDIDATES", 120)
    monkeypatch.setattr(likeness_index, "_WORTH_SAVING", 1)
    monkeypatch.setattr(likeness_index, "_PORTION", 64)
    monkeypatch.setattr(saved_codes, "_PORTION", 50)
    monkeypatch.setattr(sign_codes, "_FIRST_WORDS", 1)
    world = World(tmp_path)
    world.use(MODEL)
    yield world
    with suppress(Exception):
        world.close()


def saved(world):
    with world.store.library.read() as conn:
        return saved_codes.read(conn, embeddings.space(conn))


def test_without_vectors_nothing_is_alike(world):
    assert world.index.model() is None
    assert world.index.nearest(vectors(1, 1)[0].tobytes(), None, 5) == []


def test_answers_are_those_of_comparing_all(world):
    world.look(range(300), 1)
    world.check()
    assert world.index.model() == MODEL
    picture = world.ids[7]
    assert world.index.nearest(world.index.vector_of(picture), None, 1) == [(picture, 1.0)]


def test_additions_second_looks_and_other_models_are_followed(world):
    world.look(range(40), 1)
    world.check()
    world.look(range(40, 300), 2)
    world.check()
    world.look(range(50, 180), 3)
    world.check()
    world.look(range(200), 4, OTHER)
    world.check()
    world.use(OTHER)
    world.check()
    world.use(MODEL)
    world.check()


def test_a_vector_that_is_gone_is_never_found(world):
    world.look(range(200), 1)
    world.check()
    gone = sorted(world.known[MODEL])[:50]

    def step(conn):
        first = select(embedding_table.c.seq).order_by(embedding_table.c.seq).limit(50)
        conn.execute(delete(embedding_table).where(embedding_table.c.seq.in_(first)))

    world.store.index.write(step)
    for image in gone:
        del world.known[MODEL][image]
    world.check()


def test_what_was_saved_is_read_again(world):
    world.look(range(230), 1)
    world.check()
    world.close()
    world.open()
    assert len(saved(world)) == 230
    world.look(range(220, 310), 2)
    world.check()
    world.close()
    world.open()
    assert len(saved(world)) == 320
    world.check()


def test_without_a_write_access_everything_is_found_too(world):
    world.look(range(200), 1)
    world.check()
    from anitag_desktop.storage.store import Store

    with Store.open(world.store.paths, writable=False) as beside:
        world.index = LikenessIndex(beside)
        world.check()


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM sign_codes WHERE portion = 2",
        "DELETE FROM sign_codes WHERE portion = 0",
        "UPDATE sign_codes SET content = zeroblob(7) WHERE portion = 1",
        "UPDATE sign_codes SET content = 'x' WHERE portion = 1",
        "UPDATE sign_codes SET content = zeroblob(length(content)) WHERE portion = 3",
        "UPDATE sign_codes SET content = zeroblob(10) WHERE portion = 0",
        "DELETE FROM sign_codes",
    ],
)
def test_damaged_codes_are_made_again(world, damage):
    world.look(range(230), 1)
    world.check()
    world.close()
    world.open()
    world.store.index.write(lambda conn: conn.execute(text(damage)))
    world.check()


def test_a_deleted_index_is_filled_again(world):
    world.look(range(230), 1)
    world.check()
    world.close()
    for path in world.root.glob("index.db*"):
        path.unlink()
    world.open()
    world.known[MODEL].clear()
    world.check()
    world.look(range(100, 260), 5)
    world.check()


def test_vectors_without_a_direction_or_of_another_length_are_left_out(world):
    world.look(range(150), 1)
    bad = [np.zeros(DIM, "<f2"), np.full(DIM, np.nan, "<f2"), np.full(DIM, np.inf, "<f2")]
    for number, vector in enumerate(bad):
        run = ModelRun(facts_of(number).sha256, MODEL, [], vector.tobytes())
        predictions.store(world.store, *run)
        del world.known[MODEL][world.ids[number]]
    world.check()
    for vector in bad:
        assert world.index.nearest(vector.tobytes(), None, 5) == []
    assert world.index.nearest(b"12", None, 5) == []


def test_codes_made_of_few_pictures_are_made_again_for_many(world):
    world.look(range(2), 1)
    world.check()
    world.look(range(2, 250), 2)
    world.check()
    assert world.index._codes.sampled > 60
    assert np.count_nonzero(world.index._codes.images) == 250


def test_random_histories(world):
    draw = np.random.default_rng(5)
    for step in range(25):
        match int(draw.integers(0, 5)):
            case 0 | 1:
                first = int(draw.integers(0, 150))
                world.look(range(first, first + int(draw.integers(1, 90))), 100 + step)
            case 2:
                world.use(OTHER if world.active == MODEL else MODEL)
            case 3:
                world.close()
                world.open()
            case 4:
                world.store.index.write(lambda conn: conn.execute(delete(code_table)))
        world.check(seed=step)
