"""Each operation against the plainest way to write it, and the error of reduced decoding."""

import io
from functools import cache
from typing import Any

import numpy as np
import pytest
from PIL import Image

from anitag_desktop.recognition import decoding
from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.geometry import Extent, reducible
from anitag_desktop.recognition.operations import Operation, output_size, parse_operations
from anitag_desktop.recognition.preprocessing import model_input, preprocess
from tests.helpers import images

WHITE = [255, 255, 255]
FLOAT = {"op": "float", "scale": 1.0}
WD = [
    {"op": "exif"},
    {"op": "flatten", "color": WHITE},
    {"op": "pad_square", "color": WHITE},
    {"op": "resize", "mode": "stretch", "size": [448, 448], "kernel": "bicubic"},
    {"op": "float", "scale": 1.0},
    {"op": "channels", "order": "BGR"},
    {"op": "layout", "value": "NHWC"},
]


def run(
    image: Image.Image, steps: list[dict[str, Any]], extent: Extent | None = None
) -> np.ndarray:
    operations = parse_operations([Fields(step, "a step") for step in steps])
    return preprocess(image, operations, extent)


def wd_reference(image: Image.Image) -> np.ndarray:
    """Do what the published WD code does: white, square, bicubic, BGR."""
    ground = Image.new("RGBA", image.size, (255, 255, 255, 255))
    ground.alpha_composite(image.convert("RGBA"))
    side = max(image.size)
    square = Image.new("RGB", (side, side), (255, 255, 255))
    place = ((side - image.width) // 2, (side - image.height) // 2)
    square.paste(ground.convert("RGB"), place)
    pixels = np.asarray(square.resize((448, 448), Image.Resampling.BICUBIC), np.float32)
    return pixels[:, :, ::-1]


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
@pytest.mark.parametrize("size", [(200, 100), (100, 301), (448, 448), (901, 700)])
def test_wd_is_exact(mode: str, size: tuple[int, int]) -> None:
    image = images.quadrants(*size, mode=mode)
    found = run(image, WD)
    assert found.dtype == np.float32
    assert found.flags["C_CONTIGUOUS"]
    assert np.array_equal(found, wd_reference(image))


def test_norm_channels_and_layout() -> None:
    image = Image.new("RGB", (32, 32), (255, 128, 0))
    mean, std = [0.5, 0.4, 0.3], [0.5, 0.2, 0.1]
    found = run(
        image,
        [
            {"op": "flatten", "color": WHITE},
            {"op": "resize", "mode": "stretch", "size": [8, 8], "kernel": "box"},
            {"op": "float", "scale": 1 / 255},
            {"op": "norm", "mean": mean, "std": std},
            {"op": "channels", "order": "BGR"},
            {"op": "layout", "value": "NCHW"},
        ],
    )
    wanted = [(v / 255 - m) / s for v, m, s in zip((255, 128, 0), mean, std, strict=True)]
    assert found.shape == (3, 8, 8)
    assert np.allclose(found[:, 0, 0], wanted[::-1], atol=1e-6)


def test_fit_and_pad_to() -> None:
    steps = [
        {"op": "flatten", "color": WHITE},
        {"op": "resize", "mode": "fit", "size": [64, 64], "kernel": "lanczos"},
        {"op": "pad_to", "size": [64, 64], "color": [124, 116, 104]},
        {"op": "float", "scale": 1.0},
    ]
    found = run(Image.new("RGB", (300, 100), (9, 9, 9)), steps)
    assert found.shape == (64, 64, 3)
    assert found[0, 0].tolist() == [124, 116, 104]
    assert found[32, 32].tolist() == [9, 9, 9]
    assert found[20, 0].tolist() == [124, 116, 104]
    assert found[21, 0].tolist() == [9, 9, 9]
    assert found[42, 0].tolist() == [124, 116, 104]


@pytest.mark.parametrize("kernel", ["nearest", "lanczos", "bilinear", "bicubic", "box", "hamming"])
def test_kernels_are_those_of_pillow(kernel: str) -> None:
    image = images.illustration(1, 200, 150)
    steps = [
        {"op": "flatten", "color": WHITE},
        {"op": "resize", "mode": "stretch", "size": [64, 48], "kernel": kernel},
        {"op": "float", "scale": 1.0},
    ]
    wanted = image.resize((64, 48), Image.Resampling[kernel.upper()])
    assert np.array_equal(run(image, steps), np.asarray(wanted, np.float32))


def test_operations_have_to_end_in_one_size() -> None:
    steps = [{"op": "flatten", "color": WHITE}, {"op": "float", "scale": 1.0}]
    operations = parse_operations([Fields(step, "a step") for step in steps])
    with pytest.raises(ManifestError, match="one fixed size"):
        output_size(operations)


artwork = cache(images.artwork)


def steps_for(side: int) -> dict[str, list[dict[str, Any]]]:
    """Return the geometries that families have, for an input of ``side`` pixels."""
    size = [side, side]
    return {
        "square": [
            {"op": "pad_square", "color": WHITE},
            {"op": "resize", "mode": "stretch", "size": size, "kernel": "bicubic"},
        ],
        "stretch": [{"op": "resize", "mode": "stretch", "size": size, "kernel": "bilinear"}],
        "fit": [
            {"op": "resize", "mode": "fit", "size": size, "kernel": "lanczos"},
            {"op": "pad_to", "size": size, "color": [124, 116, 104]},
        ],
        "edges": [
            {"op": "resize", "mode": "fit", "size": size, "kernel": "bilinear"},
            {"op": "pad_to", "size": size, "color": "edge"},
        ],
        "shorter": [{"op": "resize", "mode": "shorter", "size": size, "kernel": "bilinear"}],
        "crop": [
            {"op": "resize", "mode": "shorter", "size": [side * 8 // 7] * 2, "kernel": "bicubic"},
            {"op": "center_crop", "size": size},
        ],
    }


def operations_of(geometry: str, side: int) -> tuple[Operation, ...]:
    steps = [{"op": "flatten", "color": WHITE}, *steps_for(side)[geometry], FLOAT]
    return parse_operations([Fields(step, "a step") for step in steps])


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
@pytest.mark.parametrize("size", [(720, 1081), (1239, 1200)])
@pytest.mark.parametrize("geometry", steps_for(1))
def test_reduced_decoding_moves_what_a_model_sees_by_a_fifth_of_255(
    geometry: str, size: tuple[int, int], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the mean, against the whole picture, by its own geometry, wherever it reduces at all."""
    monkeypatch.setattr(decoding, "_FIXED", decoding.by_side(100))
    operations = operations_of(geometry, 160)
    target = io.BytesIO()
    artwork(7, *size).save(target, kind, **({"quality": 90} if kind == "JPEG" else {}))
    with Image.open(target) as opened:
        whole = preprocess(opened.convert("RGB"), operations)
    limit = reducible(size, operations)
    picture = decoding.decode(target.getvalue(), limit=lambda _: limit, is_hashed=False)
    assert picture.extent.factor == limit
    reduced = preprocess(picture.image, operations, picture.extent)
    assert whole.shape == reduced.shape
    difference = np.abs(whole - reduced).mean()
    assert difference <= 0.2
    assert limit > 1 or difference == 0


@pytest.mark.parametrize("size", [(720, 1081), (1239, 1200)])
@pytest.mark.parametrize("geometry", steps_for(1))
def test_a_small_input_comes_from_a_further_reduction(geometry: str, size: tuple[int, int]) -> None:
    """And differs by no more than it would after one decode at that reduction."""
    operations = operations_of(geometry, 120)
    target = io.BytesIO()
    artwork(7, *size).save(target, "PNG")
    picture = decoding.decode(target.getvalue(), is_hashed=False)
    assert picture.extent.factor == 1
    factor = reducible(size, operations)
    smaller, extent = picture.reduced(factor)
    assert extent == (size[0] / factor, size[1] / factor, factor)
    assert smaller is picture.reduced(factor)[0]
    found = model_input(picture, operations)
    assert np.array_equal(found, preprocess(smaller, operations, extent))
    assert np.abs(found - preprocess(picture.image, operations)).mean() <= 0.2


@pytest.mark.parametrize(
    ("geometry", "size", "times"),
    [
        ("square", (2000, 3000), 2),
        ("square", (2956, 2956), 1),
        ("square", (6000, 10), 4),
        ("stretch", (2000, 3000), 1),  # its shorter side is seen in full, too
        ("stretch", (3000, 3000), 2),
        ("fit", (2000, 3000), 2),
        ("shorter", (2000, 9000), 1),
        ("shorter", (3000, 9000), 2),
        ("crop", (3500, 3400), 2),
    ],
)
def test_how_far_a_picture_may_be_reduced(geometry: str, size: tuple[int, int], times: int) -> None:
    operations = operations_of(geometry, 448)
    assert reducible(size, operations) == times
    assert reducible((size[1], size[0]), operations) == times


@pytest.mark.parametrize(
    "steps",
    [
        [{"op": "resize", "mode": "stretch", "size": [448, 448], "kernel": "nearest"}],
        [{"op": "resize", "mode": "stretch", "size": [448, 448], "kernel": "box"}],
        [{"op": "pad_to", "size": [448, 448], "color": WHITE}],
        [{"op": "center_crop", "size": [448, 448]}],
    ],
)
def test_where_single_pixels_are_picked_nothing_is_reduced(steps: list[dict[str, Any]]) -> None:
    steps = [{"op": "flatten", "color": WHITE}, *steps, FLOAT]
    operations = parse_operations([Fields(step, "a step") for step in steps])
    assert reducible((8000, 8000), operations) == 1


def test_an_odd_rim_at_the_reduced_scale_is_not_shifted() -> None:
    """Half of 998 and half of 1002 are whole at full scale, and 249.5 and 250.5 at half of it."""
    for width in (1998, 2002):
        image = artwork(3, width, 3000)
        reduced = image.reduce(2)
        extent = Extent(width / 2, 1500, 2)
        difference = np.abs(run(reduced, WD, extent) - run(image, WD)).mean()
        assert difference < 0.2


def test_center_crop_is_that_of_torchvision_for_odd_lengths() -> None:
    image = images.quadrants(7, 4)
    steps = [
        {"op": "flatten", "color": WHITE},
        {"op": "center_crop", "size": [4, 9]},
        {"op": "float", "scale": 1.0},
    ]
    found = run(image, steps)
    wanted = np.zeros((9, 4, 3), np.float32)
    wanted[2:6] = np.asarray(image, np.float32)[:, 1:5]
    assert np.array_equal(found, wanted)


def test_mask_and_edges() -> None:
    steps = [
        {"op": "flatten", "color": WHITE},
        {"op": "pad_to", "size": [5, 4], "color": "edge"},
        {"op": "float", "scale": 1.0},
        {"op": "mask"},
        {"op": "layout", "value": "NCHW"},
    ]
    image = Image.new("RGB", (2, 4), (9, 8, 7))
    image.putpixel((1, 0), (1, 2, 3))
    found = run(image, steps)
    assert found.shape == (4, 4, 5)
    assert found[3, 0].tolist() == [1, 0, 0, 1, 1]
    assert found[0, 0].tolist() == [9, 9, 1, 1, 1]
    assert run(Image.new("RGB", (5, 4)), steps)[3].max() == 0


PAD = {"op": "pad_to", "size": [9, 9], "color": "edge"}
NCHW = {"op": "layout", "value": "NCHW"}
MULTIPLE = {"op": "resize", "mode": "shorter", "size": [9, 9], "kernel": "box", "multiple": 0}


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([FLOAT, {"op": "mask"}, NCHW], 'without a "pad_to"'),
        ([PAD, FLOAT, NCHW, {"op": "mask"}], 'not before "layout"'),
        ([PAD, FLOAT, {"op": "mask"}], 'not before "layout"'),
        ([MULTIPLE, FLOAT], '"multiple" is not within 1 to 64'),
    ],
)
def test_operations_that_make_no_sense(steps: list[dict[str, Any]], words: str) -> None:
    with pytest.raises(ManifestError, match=words):
        parse_operations([Fields(s, "a step") for s in [{"op": "flatten", "color": WHITE}, *steps]])


def test_a_strip_far_thinner_than_the_reduction() -> None:
    target = io.BytesIO()
    Image.new("RGB", (9000, 3), (0, 0, 0)).save(target, "PNG")
    picture = decoding.decode(target.getvalue())
    found = run(picture.image, WD, picture.extent)
    assert found[0, 0].tolist() == [255, 255, 255]
    assert found.min() < 255
