"""Learning from corrections: what is learnt, what it changes, what it leaves alone."""

import hashlib
import io
import json
import threading
from collections.abc import Iterator

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import Label, ModelKey, Score, Thresholds
from anitag_desktop.domain.question import NOT_FOR_TRAINING
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.domain.tag_name import SpokenName
from anitag_desktop.services.correcting import Corrector
from anitag_desktop.services.refreshing import Refresher
from anitag_desktop.settings import Settings
from anitag_desktop.storage import (
    actions,
    head_choices,
    head_files,
    imports,
    models,
    predictions,
    settings,
    tags,
    told_evidence,
)
from anitag_desktop.storage.log import Doing
from anitag_desktop.storage.predictions import ModelRun
from anitag_desktop.storage.store import Store
from tests.helpers.libraries import (
    MODEL,
    add_image,
    facts_of,
    open_store,
    rows_of,
    tags_of,
    use_model,
)

DIM, PICTURES = 24, 120


def vectors(count: int = PICTURES) -> np.ndarray:
    """Pictures that show a hat (the first number is high) and others."""
    return np.random.default_rng(0).standard_normal((count, DIM)).astype("<f2")


HAT = vectors()[:, 0] > 0


def run(number: int, vector: np.ndarray) -> ModelRun:
    """What the model says of a picture: hardly a hat, surely a dog, and a vector."""
    said = {"hat": 0.3, "dog": 0.9}
    scores = [Score(Label(name, TagCategory.GENERAL), score) for name, score in said.items()]
    return ModelRun(facts_of(number).sha256, MODEL, scores, vector.tobytes())


@pytest.fixture
def store(tmp_path) -> Iterator[Store]:
    with open_store(tmp_path / "library") as store:
        use_model(store)
        for number in range(PICTURES):
            add_image(store, number)
        predictions.store_many(store, [run(n, one) for n, one in enumerate(vectors())])
        yield store


def ids(numbers) -> list[int]:
    return [int(number) + 1 for number in numbers]


def correct_hats(store: Store, until: int = 40) -> None:
    corrector, known = Corrector(store), HAT[:until]
    corrector.correct(ids(np.flatnonzero(known)), add=["hat"])
    corrector.correct(ids(np.flatnonzero(~known)), reject=["hat"])


def with_hat(store: Store) -> np.ndarray:
    return np.array(["hat" in tags_of(store, image_id) for image_id in ids(range(PICTURES))])


def head(store: Store):
    with store.library.read() as conn:
        use = head_choices.in_use(conn)
    return use and head_files.load(store.paths.heads, use.revision)


def test_corrections_of_some_pictures_tag_the_others(store) -> None:
    correct_hats(store)
    assert not with_hat(store)[40:].any()
    done = Refresher(store).refresh()
    assert (with_hat(store) == HAT)[40:].mean() > 0.8
    assert (with_hat(store) == HAT)[:40].all()
    [learnt] = done.tags
    assert (learnt.tag.name, learnt.positives + learnt.negatives) == ("hat", 40)
    assert learnt.appeared == int(with_hat(store)[40:].sum())
    assert (done.pictures, learnt.disappeared) == (PICTURES, 0)
    assert {"dog"} <= tags_of(store, 100).keys()


def test_it_is_one_action_that_undo_takes_back_and_redo_does_again(store) -> None:
    correct_hats(store)
    Refresher(store).refresh()
    learnt = with_hat(store)
    [undone] = Corrector(store).undo()
    assert undone.label == "Learn from corrections"
    assert not with_hat(store)[40:].any()
    Corrector(store).redo()
    assert (with_hat(store) == learnt).all()


def test_who_learns_from_less_does_not_speak_last(store) -> None:
    correct_hats(store)
    refresher, later = Refresher(store), []

    def say_more(_done: int, _total: int) -> None:
        Corrector(store).correct(ids(range(6)), reject=["dog"])
        later.append(threading.Thread(target=refresher.refresh))
        later[0].start()
        later[0].join(1.0)

    refresher.refresh(say_more)
    later[0].join()
    assert len(head(store).tags.uids) == 2


def test_what_another_model_says_changes_nothing_of_a_head_that_is_silent(store) -> None:
    correct_hats(store)
    Refresher(store).refresh()
    learnt, other = with_hat(store), ModelKey("other/model", "1")

    def use(key: ModelKey) -> None:
        def step(conn) -> None:
            models.register(conn, key, Thresholds())
            models.activate(Doing(conn, None, 1.0), [key])

        store.library.write(step)

    use(other)
    said = [Score(Label("hat", TagCategory.GENERAL), 0.999)]
    runs = [ModelRun(facts_of(number).sha256, other, said, None) for number in range(PICTURES)]
    predictions.store_many(store, runs)
    assert with_hat(store)[40:].all()
    use(MODEL)
    assert (with_hat(store) == learnt).all()


def test_what_was_not_spoken_of_again_keeps_its_row_bit_for_bit(store) -> None:
    correct_hats(store)
    Refresher(store).refresh()
    before = head(store)
    Corrector(store).correct(ids(range(6)), reject=["dog"])
    Corrector(store).correct(ids(range(6, 9)), confirm=["dog"])
    Refresher(store).refresh()
    after = head(store)
    assert len(after.tags.uids) == 2
    row = after.tags.uids.index(before.tags.uids[0])
    assert after.tags.rows.weights[row].tobytes() == before.tags.rows.weights[0].tobytes()
    assert after.tags.rows.biases[row] == before.tags.rows.biases[0]
    assert after.space.middle.tobytes() == before.space.middle.tobytes()


def test_learning_twice_from_the_same_changes_nothing(store) -> None:
    correct_hats(store)
    Refresher(store).refresh()
    again = Refresher(store).refresh()
    assert again.action.id is None
    assert (again.tags[0].appeared, again.tags[0].disappeared) == (0, 0)
    assert len(list(store.paths.heads.glob("*"))) == 1


def test_pictures_that_come_later_are_scored_as_they_come(store) -> None:
    correct_hats(store)
    Refresher(store).refresh()
    late = PICTURES
    image_id = add_image(store, late)
    wearing = vectors()[HAT][0]
    predictions.store_many(store, [run(late, wearing)])
    assert "hat" in tags_of(store, image_id)


def test_the_users_word_stands_whatever_is_learnt(store) -> None:
    correct_hats(store)
    odd = int(np.flatnonzero(HAT)[-1])
    Corrector(store).correct(ids([odd]), reject=["hat"])
    Refresher(store).refresh()
    assert "hat" not in tags_of(store, odd + 1)


def test_a_new_tag_is_only_suggested_until_five_pictures_show_it(store) -> None:
    corrector = Corrector(store)
    hats = ids(np.flatnonzero(HAT)[:20])
    corrector.correct(hats[:4], add=["brim"])
    [learnt] = Refresher(store).refresh().tags
    assert (learnt.is_sure, learnt.appeared) == (False, 0)
    corrector.correct(hats[4:], add=["brim"])
    [learnt] = Refresher(store).refresh().tags
    assert learnt.is_sure
    found = [n for n in range(PICTURES) if "brim" in tags_of(store, n + 1)]
    assert len(found) < PICTURES / 2 + 15  # and not every picture, as nobody said what shows none
    assert HAT[found].mean() > 0.8


def test_without_corrections_or_vectors_it_says_so(store, tmp_path) -> None:
    with pytest.raises(AnitagError, match="nothing to learn"):
        Refresher(store).refresh()
    with open_store(tmp_path / "other") as other, pytest.raises(AnitagError, match="vector"):
        Refresher(other).refresh()


def test_a_lost_file_is_learnt_again(store) -> None:
    correct_hats(store)
    Refresher(store).refresh()
    learnt = with_hat(store)
    for path in store.paths.heads.iterdir():
        path.write_bytes(b"not a head")
    assert head(store) is None
    Refresher(store).refresh()
    assert (with_hat(store) == learnt).all()
    assert head(store) is not None


def test_pictures_that_came_while_another_head_spoke_are_scored_by_the_one_that_speaks(
    store,
) -> None:
    correct_hats(store)
    Refresher(store).refresh()
    Corrector(store).correct(ids(range(40)), confirm=["dog"])
    Refresher(store).refresh()
    image_id = add_image(store, PICTURES)
    predictions.store_many(store, [run(PICTURES, vectors()[HAT][0])])
    Corrector(store).undo()
    assert "hat" in tags_of(store, image_id)
    Corrector(store).redo()
    assert "hat" in tags_of(store, image_id)


def test_a_picture_is_scored_again_when_a_second_model_looks_at_it(store) -> None:
    correct_hats(store)
    Refresher(store).refresh()
    other = ModelKey("other", "1")
    use_both(store, other)
    wearing = int(np.flatnonzero(HAT)[-1])
    before = rows_of(store, wearing + 1)["hat"][1]
    said = [Score(Label("hat", TagCategory.GENERAL), 0.99)]
    predictions.store_many(store, [ModelRun(facts_of(wearing).sha256, other, said)])
    after = rows_of(store, wearing + 1)["hat"][1]
    assert before is not None
    assert after is not None
    assert after > before


def use_both(store: Store, other: ModelKey) -> None:
    def step(conn):
        models.register(conn, other, Thresholds())
        models.activate(Doing(conn, None, 0.0), [MODEL, other])

    store.library.write(step)


def test_imported_labels_support_what_the_user_says_and_teach_nothing_alone(store) -> None:
    imported = ids(np.flatnonzero(HAT)[:40])
    give_imported(store, imported, "hat")
    with pytest.raises(AnitagError, match="nothing to learn"):
        Refresher(store).refresh()
    few = np.concatenate((np.flatnonzero(HAT)[40:43], np.flatnonzero(~HAT)[:3]))
    Corrector(store).correct(ids(few[:3]), add=["hat"])
    Corrector(store).correct(ids(few[3:]), reject=["hat"])
    Refresher(store).refresh()
    others = np.setdiff1d(np.arange(PICTURES), np.concatenate((few, np.array(imported) - 1)))
    found = with_hat(store)[others]
    assert (found == HAT[others]).mean() > 0.65


def test_imported_labels_teach_as_much_as_they_are_trusted(store) -> None:
    few = np.concatenate((np.flatnonzero(HAT)[40:43], np.flatnonzero(~HAT)[:3]))
    Corrector(store).correct(ids(few[:3]), add=["hat"])
    Corrector(store).correct(ids(few[3:]), reject=["hat"])
    Refresher(store).refresh()
    alone = head(store).tags.rows.weights
    imported = ids(np.flatnonzero(HAT)[:40])
    give_imported(store, imported, "hat")
    Refresher(store).refresh()
    at_half = head(store).tags.rows.weights
    trust_imports(store, 0.0)
    Refresher(store).refresh()
    assert np.array_equal(head(store).tags.rows.weights, alone)
    assert all("hat" in tags_of(store, image_id) for image_id in imported)
    trust_imports(store, 1.0)
    Refresher(store).refresh()
    at_whole = head(store).tags.rows.weights
    assert np.abs(at_whole - alone).sum() > np.abs(at_half - alone).sum() > 0


def trust_imports(store: Store, trust: float) -> None:
    def step(conn):
        commands = settings.commands_for(conn, Settings(import_trust=trust))
        actions.perform(conn, "set", commands)

    store.library.write(step)


def test_imported_labels_of_a_picture_that_is_left_out_teach_nothing(store) -> None:
    give_imported(store, ids(range(20)), "hat")
    Corrector(store).correct(ids([1]), add=[NOT_FOR_TRAINING])
    with store.library.read() as conn:
        row = tags.by_name(conn, "hat")
        assert row is not None
        [found] = told_evidence.support(conn, [row.tag], 500).values()
    assert found == {facts_of(number).sha256 for number in range(20) if number != 1}


def give_imported(store: Store, image_ids: list[int], name: str) -> None:
    def step(conn):
        with actions.doing(conn, "Import") as action:
            imports.let_in(action, {one: [SpokenName(name, None)] for one in image_ids})

    store.library.write(step)


def test_thresholds_and_shares_are_fitted_where_whole_pictures_were_looked_through(store) -> None:
    seldom = vectors()[:, 1] > 1.0
    known = np.arange(PICTURES) < 100
    Corrector(store).correct(ids(np.flatnonzero(known & seldom)), add=["brim"])
    Corrector(store).correct(ids(np.flatnonzero(known & ~seldom)), reject=["brim"])
    Refresher(store).refresh()
    with store.library.read() as conn:
        use = head_choices.in_use(conn)
        [row] = tags.by_uids(conn, use.tags).values()
        fitted = models.active_thresholds(conn)[use.key].of("brim", TagCategory.GENERAL)
    assert row.tag.name == "brim"
    assert fitted == use.thresholds[row.tag.uid]
    assert fitted != 0.5
    shown = {one: rows_of(store, one + 1).get("brim") for one in range(100, PICTURES)}
    assert all(one is None or one[1] >= fitted * 10_000 - 1 for one in shown.values())


def test_what_the_user_says_while_a_model_looks_and_a_head_learns_stands(
    store, monkeypatch
) -> None:
    correct_hats(store)
    said, learn = int(np.flatnonzero(HAT)[-1]), Refresher._learn

    def learn_meanwhile(self, *known):
        found = learn(self, *known)
        Corrector(store).correct(ids([said]), reject=["hat", "dog"])
        return found

    monkeypatch.setattr(Refresher, "_learn", learn_meanwhile)
    Refresher(store).refresh()
    predictions.store_many(store, [run(said, vectors()[said])])  # began before it was said
    assert not {"hat", "dog"} & tags_of(store, said + 1).keys()


def test_fully_reviewed_pictures_teach_what_they_have_not(store):
    corrector = Corrector(store)
    corrector.correct(ids(np.flatnonzero(HAT[:20])), add=["mine"])
    corrector.complete(ids(np.flatnonzero(~HAT[:60])))
    learnt = {one.tag.name: one for one in Refresher(store).refresh().tags}
    assert learnt.keys() == {"mine", "hat", "dog"}
    mine = learnt["mine"]
    assert (mine.positives, mine.negatives) == (HAT[:20].sum(), (~HAT[:60]).sum())
    assert mine.is_sure
    has = {n for n in range(60, PICTURES) if "mine" in tags_of(store, n + 1)}
    right = sum((n in has) == HAT[n] for n in range(60, PICTURES))
    assert right > 40


def test_a_tag_that_models_only_suggest_neither_comes_nor_goes_by_a_word_about_one_picture(store):
    use_model(store, thresholds=Thresholds(by_tag={"dog": 1.0, "hat": 0.2}))
    corrector, refresher = Corrector(store), Refresher(store)
    corrector.correct(ids([0]), confirm=["dog"], reject=["hat"])
    refresher.refresh()
    assert [tags_of(store, one).get("dog") for one in ids(range(PICTURES))].count("model") == 0
    assert [tags_of(store, one).get("hat") for one in ids(range(PICTURES))].count("model") > 100
    corrector.undo(2)
    corrector.correct(ids([0]), reject=["dog"])
    refresher.refresh()
    assert [tags_of(store, one).get("dog") for one in ids(range(PICTURES))].count("model") == 0


def test_a_tag_that_models_only_suggest_hardly_comes_by_answers_that_it_is_not_there(store):
    use_model(store, thresholds=Thresholds(by_tag={"dog": 1.0}))
    corrector = Corrector(store)
    corrector.correct(ids([0]), reject=["dog"])
    corrector.complete(ids([1]))
    corrector.clear(ids([1]), ["dog", "hat"])
    corrector.correct(ids([1]), reject=["dog"])
    Refresher(store).refresh()
    came = [tags_of(store, one).get("dog") for one in ids(range(PICTURES))].count("model")
    assert came < PICTURES / 20


def test_what_the_user_says_often_enough_makes_a_cautious_threshold_lower(store):
    use_model(store, thresholds=Thresholds(by_tag={"hat": 0.99}))
    correct_hats(store, until=80)
    Refresher(store).refresh()
    with store.library.read() as conn:
        [threshold] = head_choices.in_use(conn).thresholds.values()
    assert 0.5 < threshold < 0.7
    found = {number for number in range(80, PICTURES) if "hat" in tags_of(store, number + 1)}
    assert len(found & set(np.flatnonzero(HAT))) > 0.8 * len(found) > 5


COLOURS = ("red_hair", "blue_hair", "green_hair")
DOUBTFUL = range(90, PICTURES)


def say_colours(store: Store) -> None:
    """Let the model give each picture one colour of hair; in the last ones it is in doubt."""
    runs = []
    for number, vector in enumerate(vectors()):
        high, low = (0.4, 0.1) if number in DOUBTFUL else (0.9, 0.05)
        said = {name: high if number % 3 == n else low for n, name in enumerate(COLOURS)}
        scores = [Score(Label(name, TagCategory.GENERAL), score) for name, score in said.items()]
        runs.append(ModelRun(facts_of(number).sha256, MODEL, scores, vector.tobytes()))
    predictions.store_many(store, runs)


def with_colour(store: Store, name: str) -> list[int]:
    return [number for number in range(PICTURES) if name in tags_of(store, number + 1)]


def test_a_corrected_colour_is_judged_beside_its_rivals_and_these_stay(store) -> None:
    say_colours(store)
    blue = with_colour(store, "blue_hair")
    assert not set(with_colour(store, "red_hair")) & {*DOUBTFUL}
    Corrector(store).correct(ids(range(0, 12, 3)), confirm=["red_hair"])
    Corrector(store).correct(ids(range(1, 12, 3)), reject=["red_hair"])
    Refresher(store).refresh()
    [rivals] = head(store).tags.rivals
    assert len(rivals.uids) == 2
    assert with_colour(store, "red_hair") == list(range(0, PICTURES, 3))
    assert with_colour(store, "blue_hair") == blue


def test_a_head_of_before_there_were_rivals_and_reliance_still_speaks(store) -> None:
    correct_hats(store)
    Refresher(store).refresh()
    [path] = store.paths.heads.iterdir()
    new, old = io.BytesIO(path.read_bytes()), io.BytesIO()
    names = json.loads(np.lib.format.read_array(new).tobytes())
    del names["rivals"], names["reliance"]
    np.lib.format.write_array(old, np.frombuffer(json.dumps(names).encode(), np.uint8))
    content = old.getvalue() + new.read()
    revision = hashlib.sha256(content).hexdigest()[: len(path.stem)]
    path.with_stem(revision).write_bytes(content)
    loaded = head_files.load(store.paths.heads, revision)
    assert loaded is not None
    assert [one.uids for one in loaded.tags.rivals] == [()]
    assert loaded.tags.reliance == (1.0,)
