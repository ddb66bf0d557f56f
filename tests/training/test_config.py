"""Settings: read, overridden, checked; every mistake is named."""

import pytest

from anitag_desktop.domain.error import AnitagError
from training.config import CONFIGS, config_from, load_config

MINIMAL = {"datasets": {"sources": [{"name": "a", "path": "/nowhere"}]}}
MULTIMODAL = {**MINIMAL, "task": {"name": "multimodal"}}
RECOGNITION = {**MINIMAL, "task": {"name": "recognition"}, "network": {"head": "linear"}}


@pytest.mark.parametrize("path", sorted(CONFIGS.glob("*.toml")), ids=lambda p: p.stem)
def test_every_config_that_ships_is_sound(path):
    config = load_config(path.stem)
    assert config.datasets.sources
    assert config_from(config.as_plain()) == config


def test_overrides_reach_nested_values_with_their_kinds():
    config = load_config(
        "anitag-small", ["run.steps=7", "optimiser.rate=1", "run.name=trial", "run.bf16=true"]
    )
    assert (config.run.steps, config.optimiser.rate, config.run.name) == (7, 1.0, "trial")
    assert config.run.bf16 is True


def test_the_size_follows_the_stages():
    stages = [{"start": 0.0, "size": 64}, {"start": 0.5, "size": 96}]
    config = config_from({**MINIMAL, "run": {"stages": stages}})
    assert [config.size_at(s) for s in (0.0, 0.49, 0.5, 1.0)] == [64, 64, 96, 96]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "datasets is missing"),
        ({**MINIMAL, "run": {"stepz": 1}}, "run.stepz is not a setting"),
        ({**MINIMAL, "run": {"steps": "many"}}, "run.steps has to be of kind int"),
        ({**MINIMAL, "run": {"steps": True}}, "run.steps has to be of kind int"),
        ({**MINIMAL, "run": {"steps": 0}}, "at least 1"),
        ({**MINIMAL, "run": 3}, "run. has to be a table"),
        ({**MINIMAL, "loss": {"name": "hinge"}}, "loss.name has to be bce, asl"),
        ({**MINIMAL, "optimiser": {"schedule": "up"}}, "optimiser.schedule has to be"),
        ({**MINIMAL, "phases": [{"name": "a"}]}, "phases need a length"),
        ({**MINIMAL, "exclusion": {"weight": 0.1}}, "exclusion loss needs the head ifa"),
        (
            {**MINIMAL, "network": {"head": "ifa"}, "exclusion": {"weight": 0.1}},
            "exclusion.weight belongs to the task multimodal or recognition",
        ),
        (
            {**MINIMAL, "loss": {"class_weights": "sqrt"}},
            "loss.class_weights belongs to the task multimodal or recognition",
        ),
        ({**RECOGNITION, "identity": {"weight": 1.0}}, "identity.weight belongs to the task tagg"),
        ({**RECOGNITION, "loss": {"families": 1.0}}, "loss.families belongs to the task tagging"),
        (
            {**RECOGNITION, "loss": {"pos_weight_power": 0.5}},
            "loss.pos_weight_power belongs to the task tagging",
        ),
        *(
            ({**MULTIMODAL, "network": network}, "multimodal takes the heads linear and ifa")
            for network in ({"head": "concat_pool"}, {"head": "ifa", "ifa_tokens": "avgpool"})
        ),
        ({**MINIMAL, "run": {"patience": 3}}, "run.patience needs run.validate_every over 0"),
        ({**MINIMAL, "run": {"also_best": ["f1"]}}, "run.also_best needs run.validate_every"),
        ({**MINIMAL, "optimiser": {"schedule": "plateau"}}, "the schedule plateau needs run.vali"),
        (
            {
                **MINIMAL,
                "phases": [{"name": "a", "steps": 1}, {"name": "b", "steps": 1, "revert": True}],
            },
            "revert needs run.validate_every over 0",
        ),
        (
            {
                **MINIMAL,
                "run": {"validate_every": 1.0},
                "phases": [{"name": "a", "steps": 1, "revert": True}],
            },
            "the first phase has none",
        ),
        ({**MINIMAL, "task": {"name": "recognition"}}, "the heads embedding and colours belong"),
        ({**MINIMAL, "identity": {"weight": 1.0, "alone": ["b"]}}, "identity.alone has to name"),
        ({**MINIMAL, "identity": {"alone": ["a"]}}, "identity.alone needs identity.weight"),
        ({**MINIMAL, "augmentation": {"flip": 1.5}}, "augmentation.flip has to lie"),
        ({**MINIMAL, "network": {"size": 100}}, "multiple of 32"),
        ({**MINIMAL, "network": {"head": "colours", "colour_grid": 5}}, "has to divide 32"),
        ({**MINIMAL, "optimiser": {"rate": -1.0}}, "optimiser.rate has to be at least 0"),
        ({**MINIMAL, "optimiser": {"average": 1.0}}, "between 0 and 1, without 1"),
        (
            {**MINIMAL, "phases": [{"name": "a", "steps": 1, "optimiser": {"beta": 1.5}}]},
            "phases[0].optimiser.beta has to lie",
        ),
        ({**MINIMAL, "network": {"dropout": float("nan")}}, "network.dropout has to lie"),
        ({**MINIMAL, "run": {"workers": -1}}, "run.workers has to be at least 0"),
        ({"datasets": {"sources": []}}, "at least one set"),
        ({"datasets": {"sources": [{"name": "a"}]}}, "datasets.sources[0].path is missing"),
        (
            {"datasets": {"sources": [{"name": "a", "path": "b", "complete": "yes"}]}},
            "all, own or none",
        ),
        ({**MINIMAL, "run": {"stages": [{"start": 0.5, "size": 64}]}}, "start at 0"),
    ],
)
def test_what_is_wrong_is_named(values, words):
    with pytest.raises(AnitagError) as caught:
        config_from(values)
    assert caught.value.code == "bad_config"
    assert words in str(caught.value)


def test_a_missing_config_and_a_bad_override_are_said():
    with pytest.raises(AnitagError, match="no such file"):
        load_config("nothing-of-that-name")
    with pytest.raises(AnitagError, match="NAME=VALUE"):
        load_config("anitag-small", ["run.steps"])


def test_a_config_may_extend_another_and_says_only_what_differs(tmp_path):
    (tmp_path / "a.toml").write_text(
        f'extends = "{tmp_path}/b.toml"\n[run]\nbatch = 5\n[[phases]]\nname = "x"\nsteps = 2\n'
    )
    (tmp_path / "b.toml").write_text(
        '[run]\nbatch = 3\nseed = 9\n[datasets]\nsources = [{ name = "s", path = "p" }]\n'
    )
    config = load_config(str(tmp_path / "a.toml"), ["run.seed=4"])
    assert (config.run.batch, config.run.seed, config.phases[0].steps) == (5, 4, 2)
    (tmp_path / "b.toml").write_text(f'extends = "{tmp_path}/b.toml"\n')
    with pytest.raises(AnitagError, match="cannot extend"):
        load_config(str(tmp_path / "a.toml"))
