"""Any tagger that the app runs is measured on a set, with all that is needed to compare it."""

import csv
import json

import numpy as np
import pytest

pytest.importorskip("torch")

from anitag_desktop.domain.error import AnitagError
from tests.helpers.images import drawing
from tests.helpers.models import LABELS, write_package, write_wd
from training.__main__ import main
from training.evaluation.labelled_set import read_set
from training.evaluation.packages import PackagedTagger, measure_package

pytestmark = pytest.mark.training

COLOURS = ("blue_hair", "red_hair")


@pytest.fixture
def labelled(tmp_path):
    folder = tmp_path / "fixed"
    folder.mkdir()
    with (folder / "labels.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file", "hair"])
        for seed in range(12):
            drawing(seed).save(folder / f"{seed}.png")
            writer.writerow([f"{seed}.png", COLOURS[seed % 2]])
    return folder


def test_a_wd_tagger_as_it_was_downloaded_is_measured_with_its_qualifiers(
    labelled, tmp_path, capsys
):
    others = dict(zip(("long_hair", "solo"), COLOURS, strict=True))
    names = [others.get(name, name) for name in LABELS]
    model = write_wd(tmp_path / "wd", 64, labels=names)
    assert main(["evaluate", str(model), "--set", str(labelled), "--json"]) == 0
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    found = {(one["name"], one["averaging"]): one for one in told}
    top = found["hair top-1", "pictures"]
    tagger = PackagedTagger(model)
    scores, vectors = tagger.run_files(read_set(labelled, tmp_path).paths)
    assert vectors.shape == (12, 12)
    slots = [tagger.vocabulary.names.index(name) for name in COLOURS]
    right = scores[:, slots].argmax(1) == np.arange(12) % 2
    assert top["value"] == pytest.approx(right.mean(), abs=1e-4)
    assert (top["set"], top["support"]) == ("fixed", 12)
    macro = found["macro F1", "2 general tags"]
    assert (macro["at"], macro["support"]) == ("own thresholds", 12)
    assert main(["evaluate", str(model), "--set", str(labelled)]) == 0
    assert "| fixed | hair top-1 |" in capsys.readouterr().out


def test_what_no_set_tells_of_gives_no_measure_and_what_is_no_model_is_refused(labelled, tmp_path):
    name, measures = measure_package(write_package(tmp_path / "m"), [labelled], 0, tmp_path)
    assert (name, measures) == ("anitag/test", [])
    with pytest.raises(AnitagError, match=r"not a model|no model"):
        measure_package(labelled, [labelled], 0, tmp_path)
