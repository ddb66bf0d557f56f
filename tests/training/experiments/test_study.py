"""Studies: cells are products of axes, and every setting of every cell is a known one."""

import tomllib
from pathlib import Path

import pytest

from anitag_desktop.domain.error import AnitagError
from tests.helpers.toy_studies import write_toy_studies
from training.config import load_config
from training.experiments import order
from training.experiments.arguments import as_arguments, as_toml, train_command
from training.experiments.order import turns
from training.experiments.sets import SETS
from training.experiments.study import load_study, study_names

STUDY_NAMES = study_names()


@pytest.mark.parametrize("name", STUDY_NAMES)
def test_every_cell_is_a_config_on_known_sets(name):
    study = load_study(name)
    known = tomllib.loads(SETS.read_text("utf-8"))
    assert study.cells
    assert set(study.sets) <= set(known)
    for cell in study.cells:
        command = train_command(cell, 7)
        config = load_config(command[1], command[3::2])
        assert config.run.seed == 7
        assert not config.network.pretrained
        sources = {s.name for s in config.datasets.sources}
        measured = {Path(evaluation.folder).name for evaluation in study.evaluations}
        assert sources | measured <= set(study.sets)
        assert sources == set(study.sets) or measured or not study.measures
        assert not sources & measured
        assert "$" not in str(config.network.backbone)
        if study.measured_on:
            assert study.measured_on in sources


@pytest.mark.parametrize("name", STUDY_NAMES)
def test_what_a_cell_begins_with_is_a_cell_of_the_same_network(name):
    for cell in load_study(name).cells:
        for path in cell.needs:
            before, _, rest = path.partition("/")
            study, (cell_name, _, seed) = load_study(before), rest.rpartition("/")
            other = study.cell(cell_name)
            assert study.keeps
            assert int(seed.removeprefix("seed-")) in study.seeds
            for setting in ("backbone", "depth", "width", "heads", "size"):
                key = f"network.{setting}"
                assert cell.settings.get(key) == other.settings.get(key), (cell.name, key)


def test_cells_are_the_products_of_the_axes(tmp_path):
    study = load_study("second", write_toy_studies(tmp_path))
    assert [c.name for c in study.cells] == [
        *("plain/pretrained", "plain/random", "ifa/pretrained", "ifa/random"),
    ]
    assert [bool(c.begins_with) for c in study.cells] == [True, False, True, False]


def test_who_teaches_a_cell_is_trained_before_it(tmp_path, monkeypatch):
    folder = write_toy_studies(tmp_path)
    text = (folder / "second.toml").read_text("utf-8")
    taught = '[axes.start.random]\n"distillation.teacher" = "$EXPERIMENTS/runs/first/vit/seed-1"'
    (folder / "second.toml").write_text(text.replace("[axes.start.random]", taught), "utf-8")
    monkeypatch.setattr(order, "load_study", lambda name: load_study(name, folder))
    study = load_study("second", folder)
    for name in ("ifa/random", "ifa/pretrained"):
        turn = order.Turn(study, study.cell(name), 1)
        assert [(t.cell.name, t.seed) for t in order.before(turn)] == [("vit", 1)]
    assert not study.cell("ifa/random").begins_with


def test_all_studies_get_their_first_seed_before_any_gets_its_second(tmp_path):
    folder = write_toy_studies(tmp_path)
    studies = [load_study(name, folder) for name in ("first", "second")]
    found = [(t.study.name, t.seed) for t in turns(studies, [], [])]
    assert found == [("first", 1), *[("second", 1)] * 4, *[("second", 2)] * 4]
    assert [t.cell.name for t in turns(studies, ["ifa"], [2])] == ["ifa/pretrained", "ifa/random"]


def test_a_study_that_compares_what_it_has_not_is_refused(tmp_path):
    folder = write_toy_studies(tmp_path)
    text = (folder / "second.toml").read_text("utf-8").replace('of = "ifa"', 'of = "no"')
    (folder / "second.toml").write_text(text, "utf-8")
    with pytest.raises(AnitagError, match="the axis has not"):
        load_study("second", folder)
    with pytest.raises(AnitagError, match="no such study"):
        load_study("third", folder)


def test_settings_are_written_as_toml_reads_them():
    value = {"a.b": [1, 2.5, True, "ü\"'{}"], "c": {"d e": []}}
    assert tomllib.loads(f"v = {as_toml(value)}")["v"] == value
    assert as_arguments({"a.b": "x", "c": 1}) == ["--set", 'a.b="x"', "--set", "c=1"]
