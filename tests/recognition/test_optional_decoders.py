"""JPEG XL and HEIF, wherever their decoders are installed."""

import warnings
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition import decoding, optional_decoders
from anitag_desktop.recognition.probe_pictures import probe_picture
from tests.helpers import images


@pytest.fixture(autouse=True)
def hardened(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set Pillow's limits as a worker process does, for one test."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    with warnings.catch_warnings():
        decoding.harden()
        yield


def jxl(image: Image.Image, **options: object) -> bytes:
    library = pytest.importorskip("pylibjxl")
    encoded: bytes = library.encode(np.asarray(image), **options)
    return encoded


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_jpeg_xl_without_loss_has_the_very_pixels(mode: str) -> None:
    image = images.quadrants(64, 48, mode)
    pixels = np.asarray(image)
    library = pytest.importorskip("pylibjxl")
    content = library.encode(pixels if pixels.ndim == 3 else pixels[..., None], lossless=True)
    picture = decoding.decode(content)
    assert (picture.format, picture.width, picture.height, picture.frames) == ("jxl", 64, 48, 1)
    assert np.array_equal(
        np.asarray(picture.image), np.asarray(image.convert("RGBA" if "A" in mode else "RGB"))
    )


def test_jpeg_xl_is_reduced_like_the_others() -> None:
    picture = decoding.decode(jxl(images.drawing(1, 3000, 400), effort=1))
    assert picture.image.size == (1500, 200)
    assert picture.extent.factor == 2


@pytest.mark.parametrize("form", ["JXL", "HEIF"])
def test_the_probe_picture_is_read(form: str) -> None:
    if not optional_decoders.is_there(form):
        pytest.skip("its decoder is not installed")
    picture = decoding.decode(probe_picture(form))
    assert (picture.format, picture.width, picture.height) == (form.lower(), 8, 8)
    assert np.abs(np.asarray(picture.image, int) - (40, 120, 200)).max() < 12


@pytest.mark.parametrize("form", ["JXL", "HEIF"])
def test_damage_gives_one_kind_of_error(form: str) -> None:
    if not optional_decoders.is_there(form):
        pytest.skip("its decoder is not installed")
    whole = jxl(images.drawing(2)) if form == "JXL" else probe_picture(form)
    rng = np.random.default_rng(0)
    for _ in range(60):
        content = bytearray(whole)
        for place in rng.integers(12, len(content), 4):
            content[place] = rng.integers(0, 256)
        try:
            decoding.decode(bytes(content[: rng.integers(20, len(content) + 1)]))
        except AnitagError as error:
            assert error.code.startswith("picture_")  # noqa: PT017
    with pytest.raises(AnitagError, match="damaged"):
        decoding.decode(whole[: len(whole) // 2])


@pytest.mark.parametrize(
    ("left", "words"), [(20, "its header makes no sense"), (-100, "its pixels cannot be decoded")]
)
def test_damage_is_told_in_words_for_people(left: int, words: str) -> None:
    content = jxl(images.drawing(2))[:left]
    with pytest.raises(AnitagError, match=f"damaged: {words}"):
        decoding.decode(content if left < 0 else content[:2] + b"x" * 100)


def test_pixels_are_counted_before_they_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    content = jxl(images.drawing(1, 400, 300))
    monkeypatch.setattr(decoding, "PIXEL_LIMIT", 1000)
    library = pytest.importorskip("pylibjxl")
    monkeypatch.setattr(library, "JXL", None)
    with pytest.raises(AnitagError) as caught:
        decoding.decode(content)
    assert caught.value.code == "picture_too_large"


def test_without_a_decoder_that_is_what_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(optional_decoders, "find_spec", lambda name: None)
    for form in ("JXL", "HEIF"):
        with pytest.raises(AnitagError) as caught:
            decoding.decode(probe_picture(form))
        assert caught.value.code == "decoder_missing"
        assert form in str(caught.value)
