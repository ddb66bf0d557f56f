"""Near-duplicates are found, and never part company in a split."""

import io

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")

from tests.helpers.images import drawing
from training.config import config_from
from training.datasets.look_alikes import close_pairs, hash_pixels, join_look_alikes
from training.datasets.prepared import prepare
from training.progress import Progress


def pixels_of(images):
    squares = [image.convert("RGBA").resize((64, 64)) for image in images]
    return np.stack([np.asarray(image) for image in squares])


def copies(image):
    """Return a smaller, a recompressed and a mirrored copy."""
    stream = io.BytesIO()
    image.save(stream, "JPEG", quality=40)
    mirrored = image.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    return [image.resize((60, 80)), Image.open(stream), mirrored]


def test_copies_are_joined_and_others_are_not():
    originals = [drawing(seed) for seed in range(10)]
    images = originals + [copy for image in originals for copy in copies(image)]
    groups = join_look_alikes([f"g{i:02d}" for i in range(40)], hash_pixels(pixels_of(images)))
    assert groups[:10] == [f"g{i:02d}" for i in range(10)]
    assert groups[10:] == [f"g{i // 3:02d}" for i in range(30)]


def test_pairs_are_those_within_the_distance():
    hashes = np.array([0, 0b111111, 0b1111111, 2**64 - 1], np.uint64)
    assert close_pairs(hashes) == [(0, 1), (1, 2)]


def test_chains_of_near_duplicates_become_one_group():
    hashes = np.array([0, 0b111111, 0b111111111111], np.uint64)
    assert join_look_alikes(["c", "b", "a"], hashes) == ["a", "a", "a"]


@pytest.mark.parametrize("joined", [True, False])
def test_planted_copies_never_straddle_parts(tmp_path, joined):
    folder = tmp_path / "set"
    folder.mkdir()
    rows = ["file,tags"]
    for seed in range(30):
        image = drawing(seed)
        for number, copy in enumerate([image, *copies(image)]):
            copy.convert("RGB").save(folder / f"{seed:02d}_{number}.png")
            rows.append(f"{seed:02d}_{number}.png,smile")
    (folder / "labels.csv").write_text("\n".join(rows) + "\n", "utf-8")
    source = {"name": "s", "path": str(folder), "join_look_alikes": joined}
    datasets = {"sources": [source], "cache": str(tmp_path), "validation": 0.3, "test": 0.3}
    config = config_from({"datasets": datasets, "network": {"size": 32}})
    prepared = prepare(config, tmp_path, Progress(as_json=True, stream=io.StringIO()))
    parted = {
        seed
        for seed in range(30)
        if len({prepared.parts[4 * seed + number] for number in range(4)}) > 1
    }
    assert (not parted) is joined
