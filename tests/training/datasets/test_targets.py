"""Targets: what is present, absent and unknown."""

from pathlib import Path

import numpy as np
import pytest

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from training.config import DatasetConfig, SourceConfig
from training.datasets.sample import LabelledPicture
from training.datasets.targets import build_targets
from training.datasets.vocabulary import Vocabulary, VocabularyLabel, build_vocabulary

GENERAL, CHARACTER = TagCategory.GENERAL, TagCategory.CHARACTER
VOCABULARY = Vocabulary(
    tuple(
        VocabularyLabel(name, category, 9)
        for name, category in (
            ("general", TagCategory.RATING),
            ("sensitive", TagCategory.RATING),
            ("smile", GENERAL),
            ("hat", GENERAL),
            ("blue_hair", GENERAL),
            ("red_hair", GENERAL),
            ("cirno", CHARACTER),
            ("pepper", CHARACTER),
        )
    )
)


def shot(source="s", tags="", characters="", **known):
    return LabelledPicture(
        Path("a.png"), source, "g", frozenset(tags.split()), frozenset(characters.split()), **known
    )


def targets(pictures, **source):
    built = build_targets(pictures, [SourceConfig("s", "", **source)], VOCABULARY)
    return [dict(zip(VOCABULARY.names, row.tolist(), strict=True)) for row in built]


def test_a_complete_set_denies_what_it_does_not_name():
    (row,) = targets([shot(tags="smile blue_hair", rating="general")])
    assert row == {
        "general": 1,
        "sensitive": 0,
        "smile": 1,
        "hat": 0,
        "blue_hair": 1,
        "red_hair": 0,
        "cirno": 0,
        "pepper": 0,
    }


def test_a_set_denies_only_its_own_tags():
    row, _ = targets([shot(tags="smile"), shot(tags="hat")], complete="own")
    assert (row["smile"], row["hat"], row["blue_hair"]) == (1, 0, -1)
    assert row["general"] == -1


def test_one_hair_colour_denies_the_others_and_two_deny_nothing():
    one, two = targets([shot(tags="red_hair"), shot(tags="red_hair blue_hair")], complete="none")
    assert (one["red_hair"], one["blue_hair"], one["hat"]) == (1, 0, -1)
    assert (two["red_hair"], two["blue_hair"]) == (1, 1)


def test_unknown_characters_are_masked_only_for_the_sets_own():
    named = shot(characters="pepper")
    unnamed = shot(characters_known=False)
    first, second = targets([named, unnamed], characters="own")
    assert (first["pepper"], first["cirno"]) == (1, 0)
    assert (second["pepper"], second["cirno"]) == (-1, 0)


def test_without_character_labels_all_are_unknown():
    (row,) = targets([shot(characters_known=False)], characters="none")
    assert (row["pepper"], row["cirno"]) == (-1, -1)


def test_no_pictures_give_an_empty_matrix():
    assert build_targets([], [SourceConfig("s", "")], VOCABULARY).shape == (0, 8)


def test_the_vocabulary_counts_excludes_and_orders():
    pictures = [shot(tags="smile hat"), shot(tags="smile b_tag"), shot(tags="hat b_tag smile")]
    config = DatasetConfig((), min_count=2, excluded=("hat",))
    built = build_vocabulary(pictures, config)
    assert [(x.name, x.count) for x in built.labels] == [("smile", 3), ("b_tag", 2)]


def test_only_ratings_that_occur_are_learnt():
    pictures = [shot(tags="smile", rating="sensitive"), shot(tags="smile", rating="general")]
    built = build_vocabulary(pictures, DatasetConfig((), min_count=1))
    assert built.names == ("general", "sensitive", "smile")


def test_a_rating_that_is_always_the_same_is_not_learnt():
    pictures = [shot(tags="smile", rating="general")] * 3
    assert build_vocabulary(pictures, DatasetConfig((), min_count=1)).names == ("smile",)


def test_nothing_to_learn_is_an_error():
    with pytest.raises(AnitagError, match="at least 5"):
        build_vocabulary([shot(tags="smile")], DatasetConfig((), min_count=5))


def test_the_vocabulary_survives_json_byte_for_byte():
    text = VOCABULARY.to_json()
    assert Vocabulary.from_json(text) == VOCABULARY
    assert Vocabulary.from_json(text).to_json() == text
    with pytest.raises(AnitagError, match="version 2"):
        Vocabulary.from_json(text.replace('"version": 1', '"version": 2'))
    with pytest.raises(AnitagError):
        Vocabulary.from_json("[]")


def test_targets_are_small_integers():
    assert build_targets([shot()], [SourceConfig("s", "")], VOCABULARY).dtype == np.int8


def test_where_absent_tags_are_told_nothing_else_is_known():
    """Nobody said that two heads have one colour of hair, or that there is no third tag."""
    told = {"absent": frozenset({"hat", "pepper"})}
    (row, silent) = targets([shot(tags="smile blue_hair cirno", **told), shot(absent=frozenset())])
    assert {name for name, value in row.items() if value == 1} == {"smile", "blue_hair", "cirno"}
    assert {name for name, value in row.items() if value == 0} == {"hat", "pepper"}
    assert set(silent.values()) == {-1}
