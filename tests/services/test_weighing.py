"""How fine the detail of a picture is: what was enlarged has less than it seems to."""

import pytest
from PIL import Image, ImageFilter

from anitag_desktop.domain.comparison import DECISIVE
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.services.thumbnailing import RawImage
from anitag_desktop.services.weighing import Weigher, roughness
from tests.helpers.images import illustration


class Thumbnails:
    """Gives the pictures of a list by their place."""

    def __init__(self, *pictures):
        self._pictures = pictures

    def preview(self, image_id, max_side):
        picture = self._pictures[image_id]
        if picture is None:
            raise AnitagError("picture_gone")
        return raw(picture)


def raw(picture):
    picture = picture.convert("RGBA")
    return RawImage(*picture.size, picture.tobytes())


def scaled(picture, factor, how=Image.Resampling.BICUBIC):
    size = (round(picture.width * factor), round(picture.height * factor))
    return picture.resize(size, how)


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("factor", [1.5, 2, 3])
def test_an_enlarged_picture_has_less_detail_than_what_it_was_made_from(seed, factor):
    small = illustration(seed, 200, 260)
    weigher = Weigher(Thumbnails(small, scaled(small, factor)))
    assert weigher.detail(1, 0) < DECISIVE
    assert weigher.detail(0, 1) == pytest.approx(1 / weigher.detail(1, 0))


@pytest.mark.parametrize("seed", range(3))
def test_a_picture_that_really_is_larger_has_more(seed):
    large = illustration(seed, 400, 520)
    weigher = Weigher(Thumbnails(large, scaled(large, 0.5, Image.Resampling.LANCZOS)))
    assert weigher.detail(0, 1) > 1


def test_what_is_blurred_has_less_and_what_is_the_same_as_much():
    sharp = illustration(1, 200, 260)
    weigher = Weigher(Thumbnails(sharp, sharp.filter(ImageFilter.GaussianBlur(1)), None))
    assert weigher.detail(1, 0) < DECISIVE
    assert weigher.detail(0, 0) == 1
    with pytest.raises(AnitagError):
        weigher.detail(0, 2)


def test_a_flat_a_tiny_and_a_transparent_picture_have_none():
    flat = Image.new("RGB", (50, 50), "red")
    assert Weigher(Thumbnails(flat, Image.new("RGB", (50, 50), "blue"))).detail(0, 1) == 1
    assert roughness(raw(Image.new("RGB", (2, 9)))) == 0
    noisy = illustration(1, 50, 50).convert("RGBA")
    noisy.putalpha(0)
    assert roughness(raw(noisy)) == 0
