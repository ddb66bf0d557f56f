"""``anitag characters`` and ``anitag retrain`` on a library with vectors."""

import numpy as np
import pytest

from anitag_desktop.domain.prediction import Label, Score
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.storage import predictions
from anitag_desktop.storage.predictions import ModelRun
from tests.helpers.seeding import MODEL, activate_model, add_folder, add_picture, facts

EACH = 10


def path_of(character: int, place: int) -> str:
    return f"/pics/{character}-{place}.png"


@pytest.fixture
def library(anitag, seeded):
    """Ten pictures of each of five characters; the model gives all of them a hat of .3."""
    draw = np.random.default_rng(0)
    centres = draw.standard_normal((5, 1, 40))
    vectors = (centres + 0.5 * draw.standard_normal((5, EACH, 40))).astype("<f2")
    with seeded() as store:
        activate_model(store)
        folder = add_folder(store, "/pics")
        runs = []
        for character, own in enumerate(vectors):
            for place, vector in enumerate(own):
                path = path_of(character, place)
                add_picture(store, folder, path, path)
                said = [Score(Label("hat", TagCategory.GENERAL), 0.3)]
                runs.append(ModelRun(facts(path).sha256, MODEL, said, vector.tobytes()))
        predictions.store_many(store, runs)
    return anitag


def test_a_character_is_taught_listed_found_and_taken_back(library) -> None:
    files = [path_of(0, place) for place in range(4)]
    [done] = library.json("characters", "teach", "Miku", *files)
    assert (done["name"], done["examples"], done["negatives"]) == ("miku", 4, 0)
    assert done["found"] == EACH - 4
    found = library.json("search", "character:miku")
    assert {one["path"] for one in found} == {path_of(0, place) for place in range(EACH)}
    [tag] = [t for t in found[-1]["tags"] if t["name"] == "miku"]
    assert tag["category"] == "character"
    assert tag["score"] >= 0.5
    assert library.json("characters") == [{k: done[k] for k in done if k != "found"}]
    assert library("characters", "list").out == "miku: 4 examples, on 10 pictures\n"
    assert library("undo").out == "undone: Teach miku\n"
    assert library.json("characters") == []
    assert library.json("search", "character:miku") == []


def test_every_taught_character_has_a_score_on_every_picture(library) -> None:
    for character, name in enumerate(("miku", "rin")):
        library("characters", "teach", name, *(path_of(character, place) for place in range(4)))
    library("correct", path_of(3, 0), "--reject", "rin")
    for path in (path_of(2, 0), path_of(0, 7), path_of(3, 0)):
        [shown] = library.json("show", path)
        names = {one["name"]: one["score"] for one in shown["suggestions"]}
        scores = list(names.values())
        assert scores == sorted(scores, reverse=True)
        known = {one["name"] for one in shown["tags"]} | {one["name"] for one in shown["rejected"]}
        assert {"miku", "rin"} <= names.keys() | known
    [shown] = library.json("show", path_of(2, 0))
    assert min(one["score"] for one in shown["suggestions"]) < 0.05


def test_few_examples_and_unknown_files_are_warned_of(library) -> None:
    done = library("characters", "teach", "miku", path_of(0, 0))
    assert done.code == 0
    assert "miku has 1 example" in done.err
    done = library("characters", "teach", "miku", path_of(0, 1), "/pics/none.png")
    assert done.code == 1
    assert "/pics/none.png" in done.err
    assert library("characters", "teach", "rin", "/pics/none.png").code == 1
    assert [one["name"] for one in library.json("characters")] == ["miku"]


def test_who_is_forgotten_or_merged_is_no_longer_listed(library) -> None:
    for character, name in enumerate(("miku", "rin")):
        files = [path_of(character, place) for place in range(3)]
        library("characters", "teach", name, *files)
    assert library("characters", "merge", "rin", "miku").code == 0
    [one] = library.json("characters")
    assert (one["name"], one["examples"]) == ("miku", 6)
    assert library("characters", "forget", "miku").out.startswith("Forget miku;")
    assert library.json("characters") == []
    assert library("characters", "forget", "nobody").code == 2


def test_corrections_are_learnt_and_what_came_and_went_is_told(library) -> None:
    library("correct", *(path_of(0, place) for place in range(5)), "--add", "hat")
    library("correct", *(path_of(1, place) for place in range(5)), "--reject", "hat")
    learnt, summary = library.json("retrain", "--quick")
    assert (learnt["tag"], learnt["positives"], learnt["negatives"]) == ("hat", 5, 5)
    assert (learnt["sure"], learnt["disappeared"]) == (True, 0)
    assert learnt["appeared"] == len(library.json("search", "hat")) - 5
    found = {one["path"] for one in library.json("search", "hat")}
    assert {path_of(0, place) for place in range(EACH)} <= found
    assert not found & {path_of(1, place) for place in range(EACH)}
    assert (summary["tags"], summary["pictures"], summary["changed"]) == (1, 5 * EACH, True)
    assert library.json("retrain")[-1]["changed"] is False
    assert "nothing new was said" in library("retrain").out
    assert library("undo").out == "undone: Learn from corrections\n"


def test_without_corrections_there_is_nothing_to_learn(library) -> None:
    done = library("retrain", "--quick")
    assert done.code == 1
    assert "nothing to learn" in done.err


def test_unknown_characters_are_listed_named_and_ignored(library) -> None:
    groups = library.json("characters", "unknown")
    assert len(groups) > 1
    first, second = groups[0], groups[1]
    assert first["kind"] == "pictures"
    assert first["count"] == len(first["files"])
    assert first["group"] in library("characters", "unknown").out
    left = first["files"][-1]
    [done] = library.json("characters", "name", first["group"], "miku", "--without", left)
    assert (done["label"], done["members"]) == ("Teach miku", first["count"] - 1)
    assert set(first["files"][:-1]) <= {one["path"] for one in library.json("search", "miku")}
    without = [word for file in second["files"] for word in ("--without", file)]
    for words in (("name", second["group"], "luka"), ("ignore", second["group"])):
        empty = library("characters", *words, *without)
        assert (empty.code, empty.out) == (1, "")
        assert "is left" in empty.err
    assert library("characters", "ignore", second["group"]).code == 0
    ids = {one["group"] for one in library.json("characters", "unknown")}
    assert not ids & {first["group"], second["group"]}
    gone = library("characters", "name", first["group"], "rin")
    assert (gone.code, first["group"] in gone.err) == (2, True)


def test_a_character_is_shown_split_and_dressed(library) -> None:
    both = [path_of(who, place) for who in (0, 1) for place in range(3)]
    library("characters", "teach", "miku", *both)
    done = library("characters", "split", "miku", "rin", *both[3:])
    assert (done.code, done.out.startswith("Split rin from miku;")) == (0, True)
    dressed = library("characters", "teach", "miku", both[0], "--outfit", "swimsuit")
    assert dressed.code == 0
    [shown] = library.json("characters", "show", "miku")
    assert set(shown["references"]) == set(both[:3])
    assert shown["outfits"] == ["miku_(swimsuit)"]
    assert [one["name"] for one in shown["look_alikes"]] == ["rin"]
    told = library("characters", "show", "miku").out
    assert "looks like rin: distance" in told
    surely = {line.removeprefix("surely on ") for line in told.splitlines() if "surely" in line}
    assert surely == set(shown["best"]) != set()
    assert library("characters", "split", "miku", "luka", "/pics/none.png").code == 1


def test_what_learning_changed_is_told_until_it_is_taken_back(library) -> None:
    assert "nothing was learnt" in library("retrain", "--changes").err
    library("correct", *(path_of(0, place) for place in range(5)), "--add", "hat")
    library("correct", *(path_of(1, place) for place in range(5)), "--reject", "hat")
    learnt = library.json("retrain", "--quick")[0]
    changed, action = library.json("retrain", "--changes")
    assert (changed["tag"], changed["appeared"]) == ("hat", learnt["appeared"])
    assert len(changed["on"]) == changed["appeared"] > 0
    assert set(changed["on"]) <= {one["path"] for one in library.json("search", "hat")}
    assert (action["label"], action["undone"]) == ("Learn from corrections", False)
    assert "hat: on" in library("retrain", "--changes").out
    library("undo")
    assert library.json("retrain", "--changes")[-1]["undone"] is True
    assert "it was taken back" in library("retrain", "--changes").out


def test_a_fully_reviewed_picture_lacks_what_was_taught(library) -> None:
    [done] = library.json("correct", path_of(1, 0), "--add", "scarf", "--reviewed")
    assert done["label"] == "Add scarf"
    [shown] = library.json("show", path_of(1, 0))
    assert {one["name"] for one in shown["rejected"]} == {"hat"}
    assert {one["name"] for one in shown["tags"]} == {"scarf", "fully_reviewed"}
    assert library("undo").out == "undone: Add scarf\n"
    [shown] = library.json("show", path_of(1, 0))
    assert (shown["tags"], shown["rejected"]) == ([], [])
    assert library("correct", path_of(1, 0)).code == 2


def test_a_review_of_less_than_nothing_is_wrong_use(library) -> None:
    done = library("review", "--limit", "-1")
    assert done.code == 2
    assert "whole number of at least 0" in done.err
    assert library("review", "--limit", "0").out == "0 questions\n"


def test_a_label_that_is_doubted_is_kept_and_not_asked_again(library) -> None:
    pictures = [path_of(character, place) for character in range(4) for place in range(EACH)]
    wrong, rest = pictures[0], pictures[1 : 2 * EACH]
    library("correct", *rest, "--confirm", "hat")
    library("correct", wrong, *pictures[2 * EACH :], "--reject", "hat")
    first = library.json("review", "--labels")[0]
    assert (first["path"], first["tag"], first["has"]) == (wrong, "hat", False)
    assert "anitag correct FILE" in library("review", "--labels").out
    assert "  --keep TAG" in library("review", "--labels").out
    [kept] = library.json("correct", wrong, "--keep", "hat")
    assert (kept["label"], kept["images"]) == ("Keep hat", 1)
    assert wrong not in {one["path"] for one in library.json("review", "--labels")}
    assert "it is so already" in library("correct", wrong, "--keep", "hat").out
    assert library("undo").out == "undone: Keep hat\n"
    assert library.json("review", "--labels")[0] == first
    [both] = library.json("correct", wrong, "--keep", "hat", "--add", "dog")
    assert both["label"] == "Add dog"
    assert wrong not in {one["path"] for one in library.json("review", "--labels")}
    library("undo")
    assert library.json("review", "--labels")[0] == first


def test_only_what_was_said_can_be_kept(library) -> None:
    for tag, told in (("hat", "Nothing was said of hat"), ("dog", "no tag dog")):
        done = library("correct", path_of(0, 0), "--keep", tag)
        assert (done.code, done.out) == (2, "")
        assert told in done.err
    assert library("correct", path_of(0, 0), "--add", "cat", "--keep", "hat").code == 2
    [shown] = library.json("show", path_of(0, 0))
    assert "cat" not in {one["name"] for one in shown["tags"]}
