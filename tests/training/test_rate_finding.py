"""The rate finder: a curve, two suggestions, and everything as it was before."""

import json

import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from anitag_desktop.domain.error import AnitagError  # noqa: E402
from tests.helpers.toy_layouts import write_class_folders  # noqa: E402
from tests.helpers.toy_runs import start_run, toy_config  # noqa: E402
from training.config import config_from, load_config  # noqa: E402
from training.progress import Progress  # noqa: E402
from training.rate_finding import find_rate, of_phase, suggestions, write_curve  # noqa: E402

pytestmark = pytest.mark.training


def test_nothing_is_different_afterwards(tmp_path):
    root = write_class_folders(tmp_path / "set", 30)
    values = toy_config(root, "folders", run={"batch": 4, "epochs": 20.0})
    _, task, _ = start_run(values, tmp_path / "run")
    before = {n: v.clone() for n, v in task.network.state_dict().items()}
    generator = torch.random.get_rng_state()
    curve = find_rate(config_from(values), task, tmp_path, Progress(as_json=True), steps=40)
    assert all(torch.equal(v, before[n]) for n, v in task.network.state_dict().items())
    assert torch.equal(generator, torch.random.get_rng_state())
    assert list(curve.rates) == sorted(curve.rates)
    assert len(curve.rates) > 20
    write_curve(curve, tmp_path)
    assert json.loads((tmp_path / "rates.json").read_text())["valley"] == curve.valley
    assert (tmp_path / "rates.png").stat().st_size > 500


def test_a_run_of_few_steps_is_tried_at_all_rates(tmp_path):
    """The post's run has fewer steps than rates are tried; the rates reach their end anyway."""
    root = write_class_folders(tmp_path / "set", 30)
    phases = [{"name": "head", "steps": 3, "freeze": ["backbone"]}, {"name": "all", "steps": 3}]
    optimiser = {"name": "sgd", "warm_up": 0, "clip": 0.0, "average": 0.0}
    values = toy_config(root, "folders", phases=[{**p, "optimiser": optimiser} for p in phases])
    _, task, _ = start_run(values, tmp_path / "run")
    curve = find_rate(config_from(values), task, tmp_path, Progress(as_json=True), steps=40)
    assert len(curve.rates) > 6
    assert curve.rates[-1] > 1e-3
    moved = {p.requires_grad for n, p in task.network.named_parameters() if "backbone" in n}
    assert moved == {False}


def test_a_single_rate_is_the_lowest(tmp_path):
    root = write_class_folders(tmp_path / "set", 30)
    values = toy_config(root, "folders")
    _, task, _ = start_run(values, tmp_path / "run")
    curve = find_rate(config_from(values), task, tmp_path, Progress(as_json=True), steps=1)
    assert (curve.rates, curve.steepest) == ((1e-7,), None)


def test_a_rate_is_found_for_the_phase_that_is_named(tmp_path):
    config = load_config("fastai-resnet34")
    fine = of_phase(config, "fine-tune")
    assert [phase.name for phase in fine.phases] == ["fine-tune"]
    assert (fine.phases[0].freeze, fine.phases[0].optimiser.rate_low) == ((), 1e-6)
    with pytest.raises(AnitagError, match="none of its phases: stage-1, unfrozen, fine-tune"):
        of_phase(config, "warm-up")
    with pytest.raises(AnitagError, match="'all' is none of its phases"):
        of_phase(load_config("animesion-b16-ifa"), "all")


def test_suggestions_lie_on_the_fall():
    rates = [10 ** (-7 + 0.1 * i) for i in range(60)]
    losses = [1.0] * 20 + [1 - 0.02 * i for i in range(20)] + [0.62 + 0.1 * i for i in range(20)]
    steepest, valley = suggestions(rates, losses)
    assert rates[19] <= steepest <= rates[39]
    assert rates[30] <= valley <= rates[36]


def test_a_curve_that_is_too_short_suggests_nothing():
    assert suggestions([1e-7] * 9, [1.0] * 9) == (None, None)
    assert suggestions([1e-7] * 40, [float(i) for i in range(40)]) == (None, None)
