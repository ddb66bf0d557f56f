"""Schedules: equal to their formulas, and the one with state goes on where it was."""

import pytest

torch = pytest.importorskip("torch")

from training.config import OptimiserConfig  # noqa: E402
from training.schedules.cosine import rate_at  # noqa: E402
from training.schedules.one_cycle import one_cycle_at  # noqa: E402
from training.schedules.pace import Pace  # noqa: E402
from training.weight_average import WeightAverage  # noqa: E402

pytestmark = pytest.mark.training


def test_the_rate_warms_up_and_falls_along_a_cosine():
    # The golden vector of the report (appendix A): N = 10000, W = 1000.
    steps = (0, 1, 500, 999, 1000, 2000, 5500, 10000)
    golden = (0, 0.001, 0.5, 0.999, 1, 0.969846, 0.5, 0)
    config = OptimiserConfig(rate=1.0, warm_up=1000)
    assert [rate_at(s, 10_000, config) for s in steps] == pytest.approx(golden, abs=1e-6)


def test_a_level_part_lets_a_run_be_ended_when_wanted():
    config = OptimiserConfig(rate=2.0, warm_up=0, decay=0.25)
    assert [rate_at(s, 100, config) for s in (0, 50, 75)] == [2.0, 2.0, 2.0]
    assert rate_at(88, 100, config) < 1.1
    assert rate_at(100, 100, config) == 0
    assert rate_at(75, 200, config) == 2.0


def test_the_average_follows_weights_and_buffers():
    network = torch.nn.BatchNorm1d(2)
    average = WeightAverage(network, 0.9)
    with torch.no_grad():
        network.weight.fill_(3.0)
        network.num_batches_tracked.fill_(7)
        network.running_mean.fill_(1.0)
    average.update(network, 1000)
    assert average.values["weight"].tolist() == pytest.approx([1.2, 1.2])
    assert average.values["running_mean"].tolist() == pytest.approx([0.1, 0.1])
    assert average.values["num_batches_tracked"].item() == 7


def test_the_rate_falls_to_a_third_after_every_so_many_epochs():
    config = OptimiserConfig(rate=9.0, schedule="epoch_decay", decay_every=2, warm_up=0)
    pace = Pace(config, 60, epoch_steps=10)
    assert [pace.at(s)[0] for s in (0, 19, 20, 39, 40)] == pytest.approx([9, 9, 3, 3, 1])


def test_one_cycle_goes_up_and_down_as_in_fastai():
    config = OptimiserConfig(rate=3e-3, divide=25, rise=0.3, momentum=0.95, momentum_low=0.85)
    start, top, end = (one_cycle_at(s, 1000, config) for s in (0, 300, 1000))
    assert start == pytest.approx((3e-3 / 25, 0.95))
    assert top == pytest.approx((3e-3, 0.85))
    assert end == pytest.approx((3e-3 / 25e4, 0.95))
    assert one_cycle_at(150, 1000, config)[0] == pytest.approx((3e-3 + 3e-3 / 25) / 2)


def test_a_plateau_lowers_the_rate_and_is_resumed():
    config = OptimiserConfig(
        rate=0.1, schedule="plateau", factor=0.2, patience=1, floor=0.01, warm_up=0
    )
    pace = Pace(config, 100, 10)
    for value in (1.0, 0.5, 0.5):
        pace.note(value)
    assert pace.at(30)[0] == 0.1
    resumed = Pace(config, 100, 10)
    resumed.restore(pace.state())
    for each in (pace, resumed):
        each.note(0.5)
        assert each.at(40)[0] == pytest.approx(0.02)
        for _ in range(9):
            each.note(0.5)
        assert each.at(50)[0] == 0.01
