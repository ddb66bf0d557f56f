import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition import decoding
from anitag_desktop.recognition.formats import sniff
from tests.helpers import images


@pytest.fixture(autouse=True)
def hardened(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Set Pillow's limits as a worker process does, for one test."""
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    with warnings.catch_warnings():
        decoding.harden()
        yield


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return images.write_good(tmp_path_factory.mktemp("good"))


@pytest.fixture(scope="module")
def bad(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return images.write_bad(tmp_path_factory.mktemp("bad"))


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


@pytest.mark.parametrize("name", images.GOOD)
def test_every_good_kind(good: dict[str, Path], name: str) -> None:
    picture = decoding.decode(good[name].read_bytes())
    assert picture.image.mode == ("RGBA" if "alpha" in name or "transparency" in name else "RGB")
    assert picture.frames == (3 if "animated" in name else 1)
    assert (picture.width, picture.height) == picture.image.size


@pytest.mark.parametrize("name", [n for n in images.BAD if n != "empty.png"])
def test_every_bad_kind(bad: dict[str, Path], name: str) -> None:
    with pytest.raises(AnitagError) as caught:
        decoding.decode(bad[name].read_bytes())
    assert caught.value.code == images.BAD[name][1]


@pytest.mark.parametrize(
    "name",
    ["rgb.png", "lossless.webp", "rgb.bmp", "rgb.tiff", "packed.tif", "cmyk.tiff", "cmyk.jpg"],
)
def test_lossless_kinds_have_the_very_pixels(good: dict[str, Path], name: str) -> None:
    picture = decoding.decode(good[name].read_bytes())
    assert np.array_equal(np.asarray(picture.image), np.asarray(images.quadrants()))


def test_equal_pixels_have_equal_hashes_whatever_holds_them(good: dict[str, Path]) -> None:
    names = ["rgb.png", "lossless.webp", "rgb.bmp", "rgb.tiff", "misnamed.jpg"]
    hashes = {decoding.decode(good[name].read_bytes()).pixel_hash for name in names}
    opaque = encoded(images.quadrants().convert("RGBA"), "PNG")
    assert hashes == {decoding.decode(opaque).pixel_hash}
    assert decoding.decode(good["alpha.png"].read_bytes()).pixel_hash not in hashes


def test_pixel_hash_of_a_jpeg_ignores_metadata_and_the_side_that_is_wanted() -> None:
    image = images.illustration(2, 3000, 2000)
    plain, commented = encoded(image, "JPEG"), encoded(image, "JPEG", comment=b"hello")
    assert plain != commented
    found = decoding.decode(plain)
    assert found.image.size == (1500, 1000)
    assert decoding.decode(commented).pixel_hash == found.pixel_hash
    large = decoding.decode(plain, limit=lambda size: 1)
    assert large.image.size == (3000, 2000)
    assert large.pixel_hash == found.pixel_hash


def test_wide_grey_is_scaled_not_clipped() -> None:
    grey = Image.fromarray(np.full((8, 8), 40_000, np.uint16))
    picture = decoding.decode(encoded(grey, "PNG"))
    assert picture.image.getpixel((0, 0)) == (156, 156, 156)


def test_float_greys() -> None:
    for value, seen in ((0.5, 128), (200.0, 200)):
        image = Image.fromarray(np.full((8, 8), value, np.float32))
        assert decoding.decode(encoded(image, "TIFF")).image.getpixel((0, 0)) == (seen,) * 3


def test_transparent_palette_keeps_its_holes(good: dict[str, Path]) -> None:
    image = decoding.decode(good["palette-transparency.png"].read_bytes()).image
    assert image.getpixel((60, 60))[3] == 0
    assert image.getpixel((3, 3)) == (*images.QUADRANTS[0], 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = encoded(images.quadrants(64, 32), "PNG", exif=exif)
    with Image.open(io.BytesIO(content)) as opened:
        from PIL import ImageOps

        upright = ImageOps.exif_transpose(opened)
    picture = decoding.decode(content)
    assert (picture.width, picture.height) == upright.size
    assert np.array_equal(np.asarray(picture.image), np.asarray(upright))


def test_broken_exif_does_not_spoil_a_good_picture() -> None:
    content = encoded(images.quadrants(), "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff garbage")
    assert decoding.decode(content).width == 64


def test_size_is_that_of_the_whole_picture() -> None:
    picture = decoding.decode(encoded(images.illustration(1, 3000, 1000), "PNG"))
    assert (picture.width, picture.height, picture.image.size) == (3000, 1000, (1500, 500))


@pytest.mark.parametrize("size", [(5000, 1), (1, 5000), (1, 1)])
def test_extreme_shapes(size: tuple[int, int]) -> None:
    picture = decoding.decode(encoded(Image.new("RGB", size, (1, 2, 3)), "PNG"))
    assert (picture.width, picture.height) == size


def test_pixels_are_admitted_before_they_are_decoded() -> None:
    asked = []

    @contextmanager
    def admit(pixels: int) -> Iterator[None]:
        asked.append(pixels)
        yield

    content = encoded(images.illustration(1, 3000, 1200), "JPEG")
    decoding.decode(content, admit=admit)
    assert asked == [1500 * 600]


def test_gif_that_unpacks_to_more_than_it_claims() -> None:
    content = bytearray(encoded(Image.new("P", (8, 8)), "GIF"))
    place = content.index(b"\x2c")
    content[place + 5 : place + 9] = b"\xff\xff\xff\xff"
    with pytest.raises(AnitagError) as caught:
        decoding.decode(bytes(content))
    assert caught.value.code in ("picture_too_large", "picture_damaged")


def test_formats_outside_the_list_are_not_opened() -> None:
    for kind in ("PPM", "TGA", "ICO", "PCX", "JPEG2000"):
        content = encoded(images.quadrants(), kind)
        assert sniff(content) is None
        with pytest.raises(AnitagError) as caught:
            decoding.decode(content)
        assert caught.value.code in ("picture_unknown", "picture_unsupported")


def test_mutated_pictures_give_a_picture_or_one_kind_of_error(good: dict[str, Path]) -> None:
    rng = np.random.default_rng(0)
    for path in good.values():
        whole = path.read_bytes()
        for _ in range(12):
            content = bytearray(whole)
            for place in rng.integers(0, len(content), 4):
                content[place] = rng.integers(0, 256)
            try:
                decoding.decode(bytes(content[: rng.integers(1, len(content) + 1)]))
            except AnitagError as error:
                assert error.code.startswith("picture_")  # noqa: PT017


def test_pages_are_no_film() -> None:
    pages = [images.drawing(seed, 64, 64) for seed in range(3)]
    for kind in ("TIFF", "MPO"):
        content = encoded(pages[0], kind, save_all=True, append_images=pages[1:])
        assert decoding.decode(content).frames == 1
