"""The picture maker: the same spec gives the same bytes, and tags agree with pixels."""

import colorsys
import subprocess
import sys
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from numpy.typing import NDArray

from training.pictures.attributes import (
    ArtStyle,
    Backdrop,
    EyeColour,
    EyeState,
    Framing,
    HairColour,
    HairMix,
    Skin,
)
from training.pictures.characters import CHARACTERS
from training.pictures.drawing import Drawing, draw
from training.pictures.person import Expression, Pose
from training.pictures.picture import PictureSpec, Wear
from training.pictures.spec import sample_identity, sample_portrayal, sample_spec

HUES = {
    HairColour.BLONDE: (18, 62),
    HairColour.RED: (335, 372),
    HairColour.PINK: (310, 374),
    HairColour.BLUE: (195, 260),
    HairColour.GREEN: (66, 170),
    HairColour.PURPLE: (242, 332),
    HairColour.AQUA: (158, 208),
    HairColour.ORANGE: (4, 36),
}


def plain_portrait(number: int = 3) -> PictureSpec:
    """Return a calm face without headgear on white, drawn flat."""
    spec = sample_portrayal(sample_identity(number), Random(f"portrait {number}"))
    (person,) = spec.people
    traits = replace(
        person.traits,
        accessories=frozenset(),
        hair=replace(person.traits.hair, mix=HairMix.PLAIN, second=None),
        face=replace(person.traits.face, skin=Skin.LIGHT),
    )
    person = replace(person, traits=traits, expression=Expression(), pose=Pose())
    return replace(
        spec,
        people=(person,),
        framing=Framing.CLOSE_UP,
        backdrop=Backdrop.WHITE,
        art=ArtStyle.CEL,
        aspect=1.0,
        offset=0.0,
        tint=0.0,
        wear=Wear(),
    )


def with_hair(spec: PictureSpec, colour: HairColour) -> PictureSpec:
    (person,) = spec.people
    hair = replace(person.traits.hair, colour=colour)
    return replace(spec, people=(replace(person, traits=replace(person.traits, hair=hair)),))


def with_eyes(spec: PictureSpec, left: EyeColour, right: EyeColour) -> PictureSpec:
    (person,) = spec.people
    eyes = replace(person.traits.eyes, left=left, right=right)
    return replace(spec, people=(replace(person, traits=replace(person.traits, eyes=eyes)),))


def names(drawing: Drawing) -> set[str]:
    return {name for name, _ in drawing.tags}


def median_colour(pixels: NDArray[np.uint8], rows: slice, columns: slice) -> tuple[float, ...]:
    area = pixels[rows, columns, :3].reshape(-1, 3)
    red, green, blue = np.median(area, axis=0) / 255.0
    hue, saturation, value = colorsys.rgb_to_hsv(red, green, blue)
    return hue * 360, saturation, value


@pytest.mark.parametrize("number", range(12))
def test_same_spec_gives_same_bytes(number: int) -> None:
    first = draw(sample_spec(Random(f"same {number}")), 160)
    second = draw(sample_spec(Random(f"same {number}")), 160)
    assert first.pixels.tobytes() == second.pixels.tobytes()
    assert first.tags == second.tags


def test_bytes_do_not_depend_on_the_process() -> None:
    script = (
        "import hashlib; from random import Random; from training.pictures.drawing import draw;"
        "from training.pictures.spec import sample_spec;"
        "print(hashlib.sha256(draw(sample_spec(Random(7)), 128).pixels.tobytes()).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script],
            check=True,
            capture_output=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PATH": "/usr/bin"},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


def test_drawing_needs_neither_torch_nor_timm() -> None:
    script = (
        "import sys; import training.pictures.drawing, training.pictures.samples,"
        " training.pictures.command; assert not {'torch', 'timm'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_sizes() -> None:
    spec = replace(plain_portrait(), aspect=0.5)
    assert draw(spec, 200).pixels.shape == (200, 100, 4)
    assert draw(replace(spec, aspect=2.0), 200).pixels.shape == (100, 200, 4)
    assert draw(spec, (64, 96)).pixels.shape == (96, 64, 4)
    assert draw(replace(spec, art=ArtStyle.PIXEL_ART), 300).pixels.shape == (300, 150, 4)


@pytest.mark.parametrize("art", list(ArtStyle))
def test_opaque_unless_said_otherwise(art: ArtStyle) -> None:
    spec = replace(plain_portrait(), art=art)
    assert (draw(spec, 96).pixels[..., 3] == 255).all()
    clear = draw(replace(spec, backdrop=Backdrop.TRANSPARENT), 96)
    assert (clear.pixels[..., 3] == 0).any()
    assert (clear.pixels[..., 3] == 255).any()
    assert "transparent_background" in names(clear)


@pytest.mark.parametrize("colour", list(HUES))
@pytest.mark.parametrize("number", [3, 8, 21])
def test_hair_has_the_hue_of_its_tag(colour: HairColour, number: int) -> None:
    drawing = draw(with_hair(plain_portrait(number), colour), 256)
    low, high = HUES[colour]
    hue, saturation, _ = median_colour(drawing.pixels, slice(30, 60), slice(95, 160))
    assert colour.value in names(drawing)
    assert saturation > 0.1
    assert low <= hue <= high or low <= hue + 360 <= high


def test_white_grey_and_black_hair_differ_in_brightness() -> None:
    values = [
        median_colour(
            draw(with_hair(plain_portrait(), c), 256).pixels, slice(30, 60), slice(95, 160)
        )
        for c in (HairColour.BLACK, HairColour.GREY, HairColour.WHITE)
    ]
    assert values[0][2] < 0.4 < values[1][2] < 0.88 < values[2][2]


def red_minus_blue(pixels: NDArray[np.uint8]) -> NDArray[np.int64]:
    return pixels[..., 0].astype(np.int64) - pixels[..., 2].astype(np.int64)


def test_eyes_are_where_the_viewer_sees_them() -> None:
    spec = plain_portrait()
    both = draw(with_eyes(spec, EyeColour.BLUE, EyeColour.RED), 256)
    blue = draw(with_eyes(spec, EyeColour.BLUE, EyeColour.BLUE), 256)
    changed = (both.pixels != blue.pixels).any(axis=2)
    columns = np.flatnonzero(changed.any(axis=0))
    assert columns.min() > 128
    assert red_minus_blue(both.pixels)[changed].mean() > red_minus_blue(blue.pixels)[changed].mean()
    assert {"heterochromia", "blue_eyes", "red_eyes"} <= names(both)


def test_closed_eyes_show_no_colour() -> None:
    spec = plain_portrait()
    (person,) = spec.people
    shut = replace(person, expression=replace(person.expression, eyes=EyeState.CLOSED))
    spec = replace(spec, people=(shut,))
    first = draw(with_eyes(spec, EyeColour.BLUE, EyeColour.BLUE), 192)
    second = draw(with_eyes(spec, EyeColour.RED, EyeColour.RED), 192)
    assert first.pixels.tobytes() == second.pixels.tobytes()
    assert not any(n.endswith("_eyes") and n != "closed_eyes" for n in names(first))


@pytest.mark.parametrize("art", [ArtStyle.GREYSCALE, ArtStyle.SKETCH])
def test_greyscale_is_grey_and_names_no_colour(art: ArtStyle) -> None:
    drawing = draw(replace(plain_portrait(), art=art), 160)
    assert (drawing.pixels[..., 0] == drawing.pixels[..., 1]).all()
    assert (drawing.pixels[..., 1] == drawing.pixels[..., 2]).all()
    assert {"monochrome", "greyscale"} <= names(drawing)
    assert not any(
        n.endswith(("_hair", "_eyes")) and n.split("_")[0] in COLOURS for n in names(drawing)
    )


COLOURS = {c.value.split("_")[0] for c in (*HairColour, *EyeColour)}


def test_backdrop_is_as_said() -> None:
    white = draw(replace(plain_portrait(), framing=Framing.FULL_BODY), 160)
    assert (white.pixels[2:6, 2:6, :3] == 255).all()
    night = draw(replace(plain_portrait(), backdrop=Backdrop.NIGHT), 160)
    day = draw(replace(plain_portrait(), backdrop=Backdrop.SKY), 160)
    assert night.pixels[:8, :8, :3].mean() < 120 < day.pixels[:8, :8, :3].mean()
    assert "night" in names(night)
    assert "night" not in names(day)


def test_wear_changes_pixels_but_not_tags() -> None:
    spec = plain_portrait()
    clean = draw(spec, 128)
    for wear in (Wear(jpeg=40), Wear(noise=0.03), Wear(blur=0.8)):
        worn = draw(replace(spec, wear=wear), 128)
        assert worn.tags == clean.tags
        assert worn.pixels.tobytes() != clean.pixels.tobytes()
        assert abs(worn.pixels.astype(int) - clean.pixels.astype(int)).mean() < 12


def test_a_character_keeps_its_hair_in_every_picture() -> None:
    traits = next(t for t in CHARACTERS if t.name == "mizuki_hanae")
    tops = []
    for number in range(4):
        spec = sample_portrayal(traits, Random(number))
        (person,) = spec.people
        same = replace(
            plain_portrait(), people=(replace(person, expression=Expression(), pose=Pose()),)
        )
        tops.append(median_colour(draw(same, 256).pixels, slice(40, 60), slice(110, 145)))
    assert max(t[0] for t in tops) - min(t[0] for t in tops) < 12


@pytest.mark.parametrize("size", [16, 33, 64])
def test_small_sizes_are_drawn(size: int) -> None:
    for number in range(20):
        assert draw(sample_spec(Random(f"small {number}")), size).pixels.any()


def test_every_framing_shows_more_of_the_body() -> None:
    spec = plain_portrait()
    heads = []
    for framing in Framing:
        drawing = draw(replace(with_hair(spec, HairColour.BLUE), framing=framing), 256)
        rgb = drawing.pixels[..., :3].astype(int)
        blue = rgb[..., 2] > rgb[..., 0] + 25
        heads.append(int(np.ptp(np.flatnonzero(blue[:100].any(axis=0)))))
    assert heads == sorted(heads, reverse=True)


@pytest.mark.parametrize("backdrop", list(Backdrop))
def test_every_backdrop_is_drawn_in_its_own_way(backdrop: Backdrop) -> None:
    spec = replace(plain_portrait(), backdrop=backdrop, people=(), framing=Framing.FULL_BODY)
    pixels = draw(spec, 96).pixels
    if backdrop in (Backdrop.WHITE, Backdrop.PLAIN, Backdrop.TRANSPARENT):
        assert (pixels == pixels[0, 0]).all()
    else:
        assert pixels[..., :3].std(axis=(0, 1)).max() > 3


def test_a_backdrop_out_of_focus_leaves_the_figure_sharp() -> None:
    spec = replace(plain_portrait(), backdrop=Backdrop.LIBRARY)
    sharp, soft = draw(spec, 160), draw(replace(spec, blurry=4.0), 160)
    changed = (sharp.pixels != soft.pixels).any(axis=2)
    assert changed[:20, :20].mean() > 0.5
    assert changed[70:90, 70:90].mean() < 0.05
