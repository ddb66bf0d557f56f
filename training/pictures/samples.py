"""The sample pictures that come with the application, chosen by eye and drawn again at will."""

from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from PIL import Image

from training.pictures.attributes import ArtStyle, Backdrop, EyeState, Framing, Mood, Mouth, Subject
from training.pictures.characters import CHARACTERS
from training.pictures.drawing import draw
from training.pictures.garments import Cloth
from training.pictures.person import Person, Traits
from training.pictures.picture import PictureSpec
from training.pictures.spec import sample_person
from training.pictures.writing import save

_ROWS = """
hanae_serafuku png 896 0.75 cel portrait cherry pink 1 mizuki_hanae
rin_seaside jpeg 1280 1.6 painted upper_body ocean blue 2 sorano_rin
yoru_moonlight webp 960 0.72 cel cowboy_shot night purple 3 kageyama_yoru
kohaku_jump png 800 0.8 cel upper_body dots yellow 4 hinata_kohaku
shion_snow jpeg 960 0.75 painted portrait snow blue 5 yukimura_shion
nao_classroom webp 1100 1.4 cel upper_body classroom green 6 midorikawa_nao
rei_witch png 900 0.7 cel cowboy_shot sparkles purple 7 fujisaki_rei
tsubasa_city jpeg 1200 1.5 cel upper_body city red 8 akane_tsubasa
amber_princess webp 960 0.75 painted upper_body window pink 9 amber_lockwood
chiyo_maid png 960 0.66 cel full_body gradient red 10 chiyo_kuroneko
minamo_summer jpeg 1280 1.78 painted upper_body field aqua 11 minamo_aoi
suzu_shrine webp 900 0.72 cel cowboy_shot forest orange 12 suzu_kitsunebi
lumi_wings avif 960 1.0 painted upper_body sky blue 13 lumi_hoshizora
vesper_dusk png 900 0.8 cel portrait sunset purple 14 vesper_nightshade
tamaki_carrots jpeg 800 1.0 flat portrait checkered orange 15 tamaki_usagi
otoha_music png 800 1.0 cel portrait abstract blue 16 otoha_melody
rosa_knight webp 1000 0.66 cel full_body mountains green 17 rosa_silverleaf
fumika_reading tiff 640 0.8 painted portrait window brown 18 fumika_shiori
clara_atelier jpeg 900 0.75 painted portrait flowers red 19 clara_montblanc
meilin_chibi png 640 1.0 chibi full_body stripes red 20 meilin_botan
haruto_school jpeg 900 0.8 cel upper_body cherry pink 21 haruto_asagiri
kaito_beach webp 1000 1.4 flat upper_body ocean aqua 22 kaito_umibe
ren_study png 720 0.8 greyscale portrait plain white 23 ren_ginrei
leo_lines png 720 0.8 sketch portrait white white 24 leo_hartmann
prisma_stage webp 1000 1.0 cel cowboy_shot hearts pink 25 prisma_arcoiris
zahra_sunset jpeg 1200 1.5 painted portrait sunset orange 26 zahra_mirage
two_friends jpeg 1200 1.25 cel portrait flowers yellow 27 mizuki_hanae,akane_tsubasa
otoha_pixels bmp 256 1.0 pixel_art portrait gradient aqua 28 otoha_melody
chibi_pair png 800 1.3 chibi full_body plain yellow 29 fujisaki_rei,chiyo_kuroneko
lumi_blinking gif 320 1.0 cel portrait gradient aqua 30 lumi_hoshizora
evening_sea webp 1280 1.78 painted scenery sunset blue 31 -
strawberry_cake png 640 1.0 cel cake gradient pink 32 -
little_cat jpeg 720 1.0 cel cat window green 33 -
"""
"""File name, format, longest side, aspect, art style, framing or subject, backdrop, its colour,
take (the seed of pose and expression), characters."""

_BLINK = ((EyeState.OPEN, 1600), (EyeState.HALF, 90), (EyeState.CLOSED, 130), (EyeState.HALF, 90))
"""Eyes and milliseconds of the frames of the animated picture."""


_PLEASANT = (Mood.CALM, Mood.HAPPY, Mood.SHY)
_AWAKE = (EyeState.OPEN, EyeState.WINK)
_SMILES = (Mouth.SMILE, Mouth.OPEN_SMILE, Mouth.GRIN, Mouth.CAT)


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample: what it shows, and the file that it becomes."""

    name: str
    form: str
    longest: int
    spec: PictureSpec


def samples() -> list[Sample]:
    """Return all samples in the order of their table."""
    return [_sample(row.split()) for row in _ROWS.strip().splitlines()]


def write_samples(folder: Path) -> list[Path]:
    """Write all samples into a folder; return their paths.

    Raises OSError when the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    return [_write(sample, folder) for sample in samples()]


def _sample(words: list[str]) -> Sample:
    name, form, longest, aspect, art, framing, backdrop, colour, take, names = words
    alone = names == "-"
    frame = Framing.FULL_BODY if alone else Framing(framing)
    rng = Random(f"sample {name} {take}")
    spec = PictureSpec(
        seed=rng.getrandbits(48),
        people=() if alone else tuple(_cast(n, rng, frame) for n in names.split(",")),
        framing=frame,
        backdrop=Backdrop(backdrop),
        backdrop_colour=Cloth(colour),
        art=ArtStyle(art),
        aspect=float(aspect),
        subject=Subject[framing.upper()] if alone else None,
        tint=0.3,
    )
    return Sample(name, form, int(longest), spec)


def _cast(name: str, rng: Random, framing: Framing) -> Person:
    traits: Traits = next(t for t in CHARACTERS if t.name == name)
    while True:
        person = sample_person(traits, rng, framing)
        face = person.expression
        if face.mood in _PLEASANT and face.eyes in _AWAKE and face.mouth in _SMILES:
            return replace(person, outfit=traits.outfit)


def _write(sample: Sample, folder: Path) -> Path:
    path = folder / f"{sample.name}.{'jpg' if sample.form == 'jpeg' else sample.form}"
    if sample.form == "gif":
        _write_blinking(sample, path)
    else:
        save(draw(sample.spec, sample.longest).pixels, path, sample.form)
    return path


def _write_blinking(sample: Sample, path: Path) -> None:
    """Write an animation in which the figure blinks."""
    (person,) = sample.spec.people
    frames = []
    for eyes, _ in _BLINK:
        expression = replace(person.expression, eyes=eyes)
        spec = replace(sample.spec, people=(replace(person, expression=expression),))
        pixels = draw(spec, sample.longest).pixels
        frames.append(Image.fromarray(pixels).convert("RGB").quantize(96))
    durations = [milliseconds for _, milliseconds in _BLINK]
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=durations, loop=0)
