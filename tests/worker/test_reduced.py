"""Large pictures, which are reduced while they are decoded, give the scores of the whole ones."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.recognition import decoding
from anitag_desktop.worker.messages import Recognised
from tests.helpers import images, models
from tests.helpers.workers import worker

pytestmark = pytest.mark.integration

SIZES = {"a.jpg": (3000, 2001), "b.png": (2003, 3001), "c.jpg": (3100, 3100)}


def scores_of_the_whole(path: Path) -> np.ndarray:
    with Image.open(path) as opened:
        image = opened.convert("RGB")
    side = max(image.size)
    square = Image.new("RGB", (side, side), (255, 255, 255))
    square.paste(image, ((side - image.width) // 2, (side - image.height) // 2))
    return models.expected_scores(square.resize((448, 448), Image.Resampling.BICUBIC))


def test_scores_are_those_of_the_whole_picture(tmp_path: Path) -> None:
    wd = models.write_wd(tmp_path / "wd", 448)
    for number, (name, size) in enumerate(SIZES.items()):
        images.artwork(number, *size).save(tmp_path / name)
    paths = [tmp_path / name for name in SIZES]
    with worker(tmp_path / "thumbnails", [wd]) as working:
        answers = working.recognise(paths)
    for path, answer in zip(paths, answers, strict=True):
        assert isinstance(answer, Recognised), answer
        assert max(answer.facts.width, answer.facts.height) >= 2 * decoding.SIDE
        wanted = scores_of_the_whole(path)
        found = np.zeros(len(wanted))
        for index, score in answer.models[0].scores:
            found[index] = score
        assert np.abs(found - np.where(wanted >= SCORE_FLOOR, wanted, 0)).max() < 1e-3, path.name
