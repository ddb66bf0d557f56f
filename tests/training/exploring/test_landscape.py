"""Directions as long as the network's filters, and a network that is as before after looking."""

import time

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from training.exploring.flattening import flatten, main_directions, nearest_agree  # noqa: E402
from training.exploring.landscape import (  # noqa: E402
    Surroundings,
    along_line,
    finest,
    over_plane,
    random_direction,
)
from training.exploring.landscapes import LINE, SIDE, _plots, _told  # noqa: E402

pytestmark = pytest.mark.training


class Weighing:
    """A task whose loss is the squared distance of the weights from where they began."""

    def __init__(self):
        self.network = torch.nn.Sequential(
            torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Linear(4, 2)
        )
        self.collection = type("Collection", (), {"views": None})()
        self.begun = {n: p.detach().clone() for n, p in self.network.named_parameters()}

    def measuring(self, device):
        gap = sum(((p - self.begun[n]) ** 2).sum() for n, p in self.network.named_parameters())
        return type("Measuring", (), {"result": lambda _: {"loss": float(gap)}})()


def test_filters_are_as_long_as_the_networks_and_biases_and_norms_stay():
    network = Weighing().network
    step = random_direction(network, 1)
    assert set(step) == {"0.weight", "2.weight"}
    for name, weights in network.named_parameters():
        if name in step:
            assert torch.allclose(step[name].flatten(1).norm(dim=1), weights.flatten(1).norm(dim=1))
    again, other = random_direction(network, 1), random_direction(network, 2)
    assert torch.equal(step["0.weight"], again["0.weight"])
    assert not torch.equal(step["0.weight"], other["0.weight"])


def test_the_loss_is_that_of_the_moved_weights_and_they_come_back():
    task = Weighing()
    around, step = Surroundings(task, []), random_direction(task.network, 1)
    length = sum(float((part**2).sum()) for part in step.values())
    assert around.loss_at([]) == 0
    assert around.loss_at([(0.5, step)]) == pytest.approx(0.25 * length, rel=1e-4)
    assert around.loss_at([(0.5, step), (-0.5, step)]) == pytest.approx(0, abs=1e-9)
    assert all(torch.equal(p, task.begun[n]) for n, p in task.network.named_parameters())


def test_time_that_runs_out_leaves_a_coarse_picture():
    places = np.linspace(-1, 1, 9).tolist()
    later = time.monotonic() + 60
    whole = over_plane(lambda a, b: a + 10 * b, places, later)
    assert finest(whole) == 1
    assert whole[0, 8] == pytest.approx(9)
    calls = []

    def loss(a, b):
        calls.append((a, b))
        if len(calls) > 25:
            raise TimeoutError
        return 0.0

    with pytest.raises(TimeoutError):
        over_plane(loss, places, later)
    # The 25 places of every second row and column were first.
    assert {p for call in calls[:25] for p in call} == set(places[::2])
    assert np.isnan(along_line(lambda a: a, places, 0.0)).all()
    calls.clear()
    assert along_line(lambda a: calls.append(a) or a * a, places, later).tolist() == [
        a * a for a in places
    ]
    assert calls[0] == 0.0
    assert set(calls[:5]) == set(places[::2])
    assert finest(np.full((9, 9), np.nan)) == 0


def test_a_line_with_too_few_places_is_told_and_not_drawn():
    few, many = [np.nan] * LINE, [np.nan] * LINE
    few[16], many[::8] = 1.0, [1.0] * 5
    plane = np.full((SIDE, SIDE), np.nan)
    assert _plots((few, few), plane) == []
    (drawn,) = _plots((few, many), plane)
    assert drawn.svg().count("second direction") == 1
    assert "first direction" not in drawn.svg()
    said = " ".join(_told(9, "test", ((few, many), plane), 60.0))
    assert "60 of the lines' 66 places and 289 of the plane's 289 are open" in said


def test_maps_keep_neighbours_and_few_points_are_drawn_by_pca():
    rng = np.random.default_rng(1)
    centres = rng.normal(size=(3, 16)) * 8
    labels = np.asarray([str(i % 3) for i in range(60)])
    vectors = (centres[np.arange(60) % 3] + rng.normal(size=(60, 16))).astype(np.float32)
    points, way = flatten(vectors, 1)
    assert (points.shape, way) == ((60, 2), "t-SNE")
    again, _ = flatten(vectors, 1)
    assert np.array_equal(points, again)
    middles = np.stack([points[labels == name].mean(0) for name in "012"])
    nearest = np.linalg.norm(points[:, None] - middles, axis=2).argmin(1)
    assert (nearest.astype(str) == labels).all()
    share, chance = nearest_agree(vectors, labels)
    assert share == 1
    assert chance == pytest.approx(19 / 59)
    assert flatten(vectors[:5], 1)[1] == "PCA"
    assert flatten(np.ones((30, 4), np.float32), 1)[0].shape == (30, 2)
    flat = main_directions(np.asarray([[0, 0], [2, 0], [4, 0.1]], np.float32), 2)
    assert np.ptp(flat[:, 0]) > 10 * np.ptp(flat[:, 1])
