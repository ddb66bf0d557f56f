"""Likeness from small vectors finds exactly what comparing all vectors finds, whatever happened."""

import shutil
import signal
import subprocess
import sys
from contextlib import suppress
from functools import partial

import numpy as np
import pytest
from sqlalchemy import delete, select

from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.storage import (
    images,
    interruptions,
    likeness_index,
    predictions,
    saved_portions,
    vector_portions,
)
from anitag_desktop.storage.interruptions import GivenUpError, interruptible
from anitag_desktop.storage.likeness_index import LikenessIndex
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.schema import embeddings as embedding_table
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import MODEL, facts_of, open_store, use_model

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
        unknown = [number for number in numbers if number not in self.ids]
        self.ids |= self.store.library.write(
            lambda conn: {number: images.add(conn, facts_of(number), 0.0) for number in unknown}
        )
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
    # So few that the signs have to choose among a few hundred pictures.
    monkeypatch.setattr(likeness_index, "_CANDIDATES", 120 * DIM)
    monkeypatch.setattr(vector_portions, "SIZE", 50)
    monkeypatch.setattr(vector_portions, "_STEP", 16)
    monkeypatch.setattr(vector_portions, "_FEW", 30)
    world = World(tmp_path)
    world.use(MODEL)
    yield world
    with suppress(Exception):
        world.close()


def files_of(world):
    return sorted(world.store.paths.likeness.iterdir())


def saved(world):
    """How many portions are in use as they lie in files."""
    return sum(isinstance(one.rounded.base, np.memmap) for one in world.index._full)


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
    assert saved(world) == len(world.index._full) == 4
    before = [path.stat().st_mtime_ns for path in files_of(world)]
    world.close()
    world.open()
    world.look(range(220, 310), 2)
    world.check()
    assert saved(world) == len(world.index._full) == 6
    assert [path.stat().st_mtime_ns for path in files_of(world)][:4] == before
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files_of(world))


def test_without_a_write_access_everything_is_found_too(world):
    world.look(range(200), 1)
    for wanted in (0, 4):
        with Store.open(world.store.paths, writable=False) as beside:
            writing, world.index = world.index, LikenessIndex(beside)
            world.check()
            assert saved(world) == wanted
            assert len(world.index._full) == 4
        world.index = writing
        world.check()


def damaged(path, how):
    content = bytearray(path.read_bytes())
    path.unlink()  # what is mapped stays as it was
    if how == "gone":
        return
    if how == "short":
        content = content[:-1]
    elif how == "long":
        content += b"x"
    elif how == "empty":
        content.clear()
    elif how == "zeros":
        content[:] = bytes(len(content))
    elif how == "later":
        content[:] = path.with_name(path.name[:-1] + "2").read_bytes()
    else:
        field = np.frombuffer(content, saved_portions._form(DIM))[how]
        field[:] = np.frombuffer(bytes(b ^ 0x80 for b in field.tobytes()), field.dtype).reshape(
            field.shape
        )
    path.write_bytes(content)


@pytest.mark.parametrize(
    "how",
    [
        *("gone", "short", "long", "empty", "zeros", "later"),
        *("about", "after", "mean", "seqs", "numbers", "signs", "rounded"),
    ],
)
@pytest.mark.parametrize("place", [0, 1, 3])
def test_damaged_files_are_made_again(world, how, place):
    world.look(range(230), 1)
    world.check()
    world.close()
    world.open()
    before = [path.read_bytes() for path in files_of(world)]
    damaged(files_of(world)[place], how)
    world.check()
    assert [path.read_bytes() for path in files_of(world)] == before


@pytest.mark.parametrize("how", ["numbers", "signs", "rounded"])
def test_a_file_that_lies_finds_nothing_that_is_not_so(world, how):
    world.look(range(230), 1)
    world.check()
    world.close()
    world.open()
    for path in files_of(world):  # between the rows that are looked at
        content = np.memmap(path, saved_portions._form(DIM), "r+")[how][0]
        content[1:7], content[8:14] = content[8:14].copy(), content[1:7].copy()
    (vector,) = vectors(1, 5)
    allowed = sorted(world.ids.values())[:40]
    true = dict(world.brute(vector, allowed, None))
    found = world.index.nearest(vector.tobytes(), allowed, 30)
    assert saved(world) == 4
    for image, cosine in found:
        assert true[image] == pytest.approx(cosine, abs=2e-6)


def test_a_place_that_cannot_be_written_costs_nothing_but_memory(world):
    world.store.paths.likeness.parent.mkdir(exist_ok=True)
    world.store.paths.likeness.write_bytes(b"a file where the folder should be")
    world.look(range(230), 1)
    world.check()
    assert (saved(world), len(world.index._full)) == (0, 4)


def test_portions_that_are_not_in_use_are_removed(world):
    world.look(range(230), 1)
    world.check()
    folder = world.store.paths.likeness
    wanted = files_of(world)
    world.close()
    (folder / f"{wanted[0].name}.part").write_bytes(b"half")
    (folder / "0123456789abcdef-00000").write_bytes(b"of a model that is gone")
    (folder / "photo.png").write_bytes(b"what nobody here wrote")
    world.open()
    world.check()
    assert files_of(world) == [*wanted, folder / "photo.png"]


def test_the_cache_may_be_deleted_while_it_is_in_use(world):
    world.look(range(130), 1)
    world.check()
    shutil.rmtree(world.store.paths.cache)
    world.look(range(130, 290), 2)
    world.check()
    world.close()
    world.open()
    world.check()
    assert saved(world) == 5


KILLED = """
import os, signal, sys
from pathlib import Path
from anitag_desktop.paths import LibraryPaths
from anitag_desktop.storage import saved_portions, vector_portions
from anitag_desktop.storage.likeness_index import LikenessIndex
from anitag_desktop.storage.store import Store

vector_portions.SIZE = 50
kill = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[2] == "before":
    saved_portions.replace_whole = kill
else:
    replace = saved_portions.replace_whole
    saved_portions.replace_whole = lambda *paths: (replace(*paths), len(made) == 2 and kill())
    made = []
    write = saved_portions.write
    saved_portions.write = lambda *told: (made.append(1), write(*told))[1]
with Store.open(LibraryPaths(Path(sys.argv[1]))) as store:
    LikenessIndex(store).nearest(bytes.fromhex(sys.argv[3]), None, 5)
"""


@pytest.mark.parametrize(("when", "left"), [("before", [".part"]), ("after", ["", ""])])
def test_a_kill_while_a_file_is_written_does_no_harm(world, when, left):
    world.look(range(230), 1)
    world.close()
    told = [sys.executable, "-c", KILLED, str(world.root), when, vectors(1, 5)[0].tobytes().hex()]
    assert subprocess.run(told, check=False).returncode == -signal.SIGKILL
    world.open()
    assert [path.suffix for path in files_of(world)] == left
    world.check()
    assert [path.suffix for path in files_of(world)] == [""] * 4
    assert saved(world) == 4


@pytest.mark.parametrize("is_saved", [False, True])
def test_a_question_that_is_given_up_leaves_the_index_as_good(world, monkeypatch, is_saved):
    world.look(range(230), 1)
    if is_saved:
        world.check()
        world.close()
        world.open()
    monkeypatch.setattr(interruptions, "_STEPS", 100)
    for patience in range(0, 30, 5):
        waits = partial(next, iter([False] * patience), True)
        with suppress(GivenUpError), interruptible(waits):
            world.index.nearest(vectors(1, 5)[0].tobytes(), None, 5)
            assert patience > 5
    world.check()
    assert saved(world) == len(world.index._full) == 4


def test_a_picture_with_several_rows_is_found_once(world):
    for seed in range(4):  # each look leaves the rows of the one before in the portions
        world.look(range(60), seed)
        world.check()
    assert len(world.index._full) == 4
    world.close()
    world.open()
    world.check()
    assert len(world.index._full) == 1, "portions whose vectors are gone are not kept"


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
                shutil.rmtree(world.store.paths.likeness, ignore_errors=True)
        world.check(seed=step)
