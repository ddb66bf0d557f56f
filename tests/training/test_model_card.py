"""The card says how each set was divided, and what its silence means."""

import pytest

pytest.importorskip("torch")

from training.config import config_from
from training.model_card import division, silence


def settings(task="tagging", **splits):
    sources = [{"name": n, "path": "x", "split": s} for n, s in splits.items()]
    network = {} if task == "tagging" else {"head": "linear"}
    return config_from(
        {"task": {"name": task}, "network": network, "datasets": {"sources": sources}}
    )


def test_one_rule_for_all_sets_is_said_once():
    (told,) = division(settings(one="hash", two="hash"))
    assert told.startswith("Divided by the hash of the group's name: pictures of one group")
    (told,) = division(settings("recognition", one="stratified"))
    assert "at the same shares within each class" in told


def test_sets_that_are_divided_otherwise_are_named():
    told = division(settings(drawn="hash", own="column", more="train", held="test", last="test"))
    assert [line.rpartition(": ")[2] for line in told] == ["drawn.", "own.", "more.", "held, last."]
    assert "all of it only measures" in told[3]


def test_silence_is_told_of_tags_alone_and_only_where_it_is_not_absence():
    config = settings(one="hash")
    assert silence(config) == []
    values = config.as_plain()
    values["datasets"]["sources"][0]["complete"] = "own"
    assert "masked" in silence(config_from(values))[0]
    values |= {"task": {"name": "recognition"}, "network": {"head": "linear"}}
    assert silence(config_from(values)) == []
