import io

from PIL import Image, ImageEnhance

from anitag_desktop.recognition import decoding, facts
from tests.helpers import images


def picture(image: Image.Image) -> decoding.Picture:
    target = io.BytesIO()
    image.save(target, "PNG")
    return decoding.decode(target.getvalue())


def bits_between(one: Image.Image, other: Image.Image) -> int:
    return (facts.perceptual_hash(one) ^ facts.perceptual_hash(other)).bit_count()


def test_thumbnail_fits_and_small_pictures_stay() -> None:
    assert facts.thumbnail_of(picture(images.illustration(1, 1200, 800))).size == (384, 256)
    assert facts.thumbnail_of(picture(images.drawing(1, 96, 128))).size == (96, 128)
    assert facts.thumbnail_of(picture(Image.new("RGB", (4000, 1)))).size == (384, 1)


def test_see_through_parts_are_white() -> None:
    thumbnail = facts.thumbnail_of(picture(images.quadrants(mode="RGBA")))
    assert thumbnail.mode == "RGB"
    assert thumbnail.getpixel((60, 60)) == (255, 255, 255)


def test_thumbnail_is_a_jpeg() -> None:
    target = io.BytesIO()
    facts.write_jpeg(facts.thumbnail_of(picture(images.drawing(2))), target)
    with Image.open(target) as opened:
        assert (opened.format, opened.size) == ("JPEG", (96, 128))


def test_perceptual_hash_tells_alike_from_unlike() -> None:
    one = images.illustration(1, 640, 480)
    brighter = ImageEnhance.Brightness(one).enhance(1.1)
    smaller = one.resize((320, 240))
    assert bits_between(one, one) == 0
    assert bits_between(one, brighter) <= 8
    assert bits_between(one, smaller) <= 8
    assert bits_between(images.drawing(3, 300, 300), images.drawing(4, 300, 300)) >= 12


def test_perceptual_hash_of_a_plain_picture_is_within_64_bits() -> None:
    assert 0 <= facts.perceptual_hash(Image.new("RGB", (1, 1), (9, 9, 9))) < 1 << 64
