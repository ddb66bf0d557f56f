"""Each operation against the plainest way to write it, and the error of reduced decoding."""

import io
from functools import cache
from typing import Any

import numpy as np
import pytest
from PIL import Image

from anitag_desktop.recognition import decoding
from anitag_desktop.recognition.fields import Fields, ManifestError
from anitag_desktop.recognition.operations import output_size, parse_operations
from anitag_desktop.recognition.preprocessing import preprocess
from tests.helpers import images

WHITE = [255, 255, 255]
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
    image: Image.Image, steps: list[dict[str, Any]], extent: tuple[float, float] | None = None
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


large_illustration = cache(images.illustration)


@pytest.mark.parametrize(
    ("kind", "limit"), [("JPEG", 1.2), ("PNG", 1.0)], ids=["reduced IDCT", "whole blocks"]
)
@pytest.mark.parametrize("size", [(2048, 3072), (3001, 1999)])
def test_error_of_reduced_decoding_is_small(kind: str, limit: float, size: tuple[int, int]) -> None:
    """Against the whole decode, a model's pixels move by under ``limit`` of 255 on the mean.

    The picture has hard thin lines, which is the worst case; the model sees 448 pixels.
    """
    target = io.BytesIO()
    large_illustration(7, *size).save(target, kind)
    with Image.open(target) as opened:
        whole = wd_reference(opened.convert("RGB"))
    picture = decoding.decode(target.getvalue())
    assert max(picture.image.size) < max(size)
    assert np.abs(run(picture.image, WD, picture.extent) - whole).mean() < limit


def whole_and_reduced(steps: list[dict[str, Any]], size: tuple[int, int]) -> tuple[Any, Any]:
    """Return what a model sees of a JPEG that is decoded whole, and of one that is reduced."""
    target = io.BytesIO()
    large_illustration(7, *size).save(target, "JPEG")
    with Image.open(target) as opened:
        whole = run(opened.convert("RGB"), steps)
    picture = decoding.decode(target.getvalue(), side=2 * 448)
    assert max(picture.image.size) < max(size)
    return whole, run(picture.image, steps, picture.extent)


@pytest.mark.parametrize("size", [(2048, 3072), (3001, 1999)])
@pytest.mark.parametrize(
    "geometry",
    [
        [{"op": "resize", "mode": "stretch", "size": [448, 448], "kernel": "bilinear"}],
        [
            {"op": "resize", "mode": "fit", "size": [448, 448], "kernel": "lanczos"},
            {"op": "pad_to", "size": [448, 448], "color": [124, 116, 104]},
        ],
        [
            {"op": "resize", "mode": "fit", "size": [448, 448], "kernel": "box"},
            {"op": "pad_to", "size": [448, 448], "color": "edge"},
        ],
        [{"op": "resize", "mode": "shorter", "size": [448, 448], "kernel": "bilinear"}],
        [
            {"op": "resize", "mode": "shorter", "size": [512, 512], "kernel": "bicubic"},
            {"op": "center_crop", "size": [448, 448]},
        ],
    ],
    ids=["stretch", "fit", "edges", "shorter", "crop"],
)
def test_error_of_reduced_decoding_is_small_in_every_geometry(
    geometry: list[dict[str, Any]], size: tuple[int, int]
) -> None:
    steps = [{"op": "flatten", "color": WHITE}, *geometry, {"op": "float", "scale": 1.0}]
    whole, reduced = whole_and_reduced(steps, size)
    assert whole.shape == reduced.shape
    assert np.abs(whole - reduced).mean() < 2.0


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
FLOAT = {"op": "float", "scale": 1.0}
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
