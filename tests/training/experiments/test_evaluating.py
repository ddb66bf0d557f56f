"""Networks measured on sets that they were not trained on, with what became of every picture."""

import csv

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("timm")

from tests.helpers.toy_runs import start_run  # noqa: E402
from tests.helpers.toy_sets import patched_picture, toy_values, write_toy_set  # noqa: E402
from training.evaluation.labelled_set import read_set  # noqa: E402
from training.evaluation.sets import measure_set  # noqa: E402
from training.experiments.evaluating import evaluate  # noqa: E402
from training.experiments.study import Evaluation  # noqa: E402
from training.preprocessing import read_prepared  # noqa: E402

pytestmark = pytest.mark.training


@pytest.fixture(scope="module")
def task(tmp_path_factory):
    folder = tmp_path_factory.mktemp("run")
    source = write_toy_set(folder / "set", 40)
    trainer, task, _ = start_run(toy_values(source, folder / "cache"), folder / "run")
    trainer.train()
    return task


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Discs whose hair colour is told, and which of three is their character."""
    folder = tmp_path_factory.mktemp("data")
    toy = write_toy_set(folder / "toy", 36, 100, patched_picture)
    rows = [line.split(",") for line in (toy / "manifest.csv").read_text("utf-8").splitlines()[1:]]
    with (toy / "labels.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "hair", "character"])
        for number, row in enumerate(rows):
            writer.writerow([row[0], row[1].split()[0], f"c{number % 3}"])
    return folder


class OneByOne:
    """Asks a network of one picture after the other, in one size."""

    def __init__(self, task, size):
        self.task, self.size = task, size

    @torch.no_grad()
    def run_files(self, paths):
        preparation = self.task.collection.views.preparation
        images = [torch.from_numpy(read_prepared(p, preparation, self.size)) for p in paths]
        said = [self.task.network.eval()(image[None]) for image in images]
        return tuple(torch.cat(part).numpy() for part in zip(*said, strict=True))


def test_measures_are_those_of_training_evaluate(task, data, tmp_path):
    wanted = [Evaluation("small", "toy", 32), Evaluation("large", "toy", 64, limit=20)]
    found = evaluate(task, wanted, data, tmp_path)
    parts = ("hair", "characters")
    assert set(found) == {f"{part} {name}" for name in ("small", "large") for part in parts}
    for name, size, limit in (("small", 32, 0), ("large", 64, 20)):
        labelled = read_set(data / "toy", tmp_path, limit)
        measures = measure_set(labelled, OneByOne(task, size), task.vocabulary)
        values = {m.name: m.value for m in reversed(measures) if m.averaging == "pictures"}
        assert found[f"hair {name}"][0] == pytest.approx(values["hair top-1"])
        assert found[f"characters {name}"][0] == pytest.approx(values["character top-1"])


def test_digits_say_how_often_each_picture_was_right(task, data, tmp_path):
    found = evaluate(task, [Evaluation("toy", "toy", 32)], data, tmp_path)
    value, right, asked = found["hair toy"]
    assert asked == "1" * 36
    assert value == pytest.approx(right.count("1") / 36)
    value, right, asked = found["characters toy"]
    got, of = (np.array([int(digit) for digit in text]) for text in (right, asked))
    assert len(got) == len(of) <= 36
    assert (got <= of).all()
    # Five draws leave all but five examples of each character to be asked of.
    assert of.sum() == 5 * (len(of) - 15)
    assert value == pytest.approx(got.sum() / of.sum())
