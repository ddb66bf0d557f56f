"""How surely copies of a picture are told from other pictures, by hash and by vector.

    python tests/benchmarks/near_duplicates.py [FOLDER] [--pictures 150] [--model MODEL_FOLDER]

Of each picture (drawn by ``training/pictures``, or those of FOLDER) variations are made: smaller,
larger, saved again, cut, other colours, a watermark, mirrored. Each goes the way of every file
(decode, thumbnail, perceptual hash, the bundled model's vector). Printed for each variation: how
many bits its hash differs in from the original's (of the mirrored one from the turned-over hash),
the cosine of their vectors, and which share ``services.pairing`` puts together. The same then for
pairs of different pictures: near by their hashes alone, and put together after all.

Then rules of one threshold each, and that of ``services.pairing``: ``found`` is the share of all
variations that are put together, ``wrong`` how many pairs of different pictures are, of a million.

Measured with the bundled model, share found of (drawn pictures: 200; comic panels, illustrations
and faces of ``shared/data``: 60 each):

                         drawn   panels   illustrations   faces
    other size, JPEG      1.00     1.00            1.00    1.00
    1 % cut off           1.00     1.00            1.00    1.00
    3 % cut off           0.96     0.95            0.95    0.90
    6 % cut off           0.36     0.37            0.20    0.02
    brighter              0.95     0.90            0.88    0.92
    warmer, paler         1.00     1.00            0.98    1.00
    grey, watermarked     1.00     1.00            1.00    1.00
    mirrored              1.00     0.95            0.98    0.85
    pairs of others          0        0               0       0

Those sets are small. Of 20.9 million pairs of face crops of 64 pixels, all laid out alike, which is
as bad as it gets, 3 differ in 4 bits or less, 30 in 6 (1 with a cosine of 0.8), 411 in 8 and 3,045
in 10 (4 and 30 with 0.9, none and 1 with 0.95): 5 pairs are put together wrongly, or the same. The
vectors tell little where the colours were changed (a median cosine of 0.25 to 0.45 for grey), which
is why no more is asked of them where the hashes hardly differ.
"""

import argparse
import io
import os
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageEnhance, ImageOps

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from anitag_desktop.domain.perceptual_hash import MIRROR
from anitag_desktop.paths import resources
from anitag_desktop.recognition import decoding, facts, geometry, preprocessing
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.session import CPU, OnnxRecognizer, open_on
from anitag_desktop.services import pairing

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp"})
LONGEST = 640
"""Pictures are taken at most so many pixels wide and high: it changes little and takes less."""

MIRRORED = "mirrored"


class Print(NamedTuple):
    """What tells a picture: its perceptual hash and its vector at length 1."""

    phash: int
    vector: NDArray[np.float32]


class Nearness(NamedTuple):
    """How near two pictures are: bits between their hashes, cosine of their vectors."""

    bits: int
    cosine: float


def smaller(picture: Image.Image) -> Image.Image:
    """Half as wide and high."""
    return picture.resize((picture.width // 2, picture.height // 2), Image.Resampling.LANCZOS)


def larger(picture: Image.Image) -> Image.Image:
    """One and a half times as wide and high."""
    size = (picture.width * 3 // 2, picture.height * 3 // 2)
    return picture.resize(size, Image.Resampling.BICUBIC)


def jpeg(quality: int) -> Callable[[Image.Image], Image.Image]:
    """Saved again."""

    def save(picture: Image.Image) -> Image.Image:
        content = io.BytesIO()
        picture.save(content, "JPEG", quality=quality)
        return Image.open(content).convert("RGB")

    return save


def cut(share: float) -> Callable[[Image.Image], Image.Image]:
    """Cut a share of the picture off each side."""

    def crop(picture: Image.Image) -> Image.Image:
        x, y = round(picture.width * share), round(picture.height * share)
        return picture.crop((x, y, picture.width - x, picture.height - y))

    return crop


def brighter(picture: Image.Image) -> Image.Image:
    """A quarter brighter."""
    return ImageEnhance.Brightness(picture).enhance(1.25)


def warmer(picture: Image.Image) -> Image.Image:
    """More red, less blue, less contrast."""
    red, green, blue = picture.split()
    tinted = (red.point(lambda v: min(255, v * 1.15)), green, blue.point(lambda v: v * 0.8))
    return ImageEnhance.Contrast(Image.merge("RGB", tinted)).enhance(0.85)


def grey(picture: Image.Image) -> Image.Image:
    """Without colours."""
    return ImageOps.grayscale(picture).convert("RGB")


def watermarked(picture: Image.Image) -> Image.Image:
    """A line of half-transparent text at the foot."""
    over = Image.new("RGBA", picture.size)
    place = (picture.width * 0.55, picture.height * 0.9)
    ImageDraw.Draw(over).text(
        place, "example.com", (255, 255, 255, 170), font_size=max(12, picture.height // 18)
    )
    return Image.alpha_composite(picture.convert("RGBA"), over).convert("RGB")


VARIATIONS: dict[str, Callable[[Image.Image], Image.Image]] = {
    "half the size": smaller,
    "1.5 times the size": larger,
    "JPEG, quality 90": jpeg(90),
    "JPEG, quality 40": jpeg(40),
    "1 % cut off": cut(0.01),
    "3 % cut off": cut(0.03),
    "6 % cut off": cut(0.06),
    "brighter": brighter,
    "warmer, paler": warmer,
    "grey": grey,
    "watermarked": watermarked,
    MIRRORED: ImageOps.mirror,
}


class Looker:
    """Looks at pictures as the recogniser does."""

    def __init__(self, folder: Path) -> None:
        package = ModelPackage.load(folder)
        self._operations = package.manifest.preprocess
        self._recognizer: OnnxRecognizer = open_on(package, [CPU])

    def look(self, picture: Image.Image) -> Print:
        """Return what tells a picture."""
        content = io.BytesIO()
        picture.save(content, "PNG")
        limit = geometry.limit_for(self._operations)
        decoded = decoding.decode(content.getvalue(), limit=limit)
        phash = facts.perceptual_hash(facts.thumbnail_of(decoded))
        pixels = preprocessing.model_input(decoded, self._operations)
        vector = self._recognizer.recognise(pixels[None])[0].embedding
        if vector is None:
            raise SystemExit("The model gives no vectors.")
        return Print(phash, vector / np.linalg.norm(vector))


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print."""
    args = _arguments(argv)
    decoding.harden()
    looker = Looker(args.model)
    originals, varied = [], {name: list[Nearness]() for name in VARIATIONS}
    for picture in _pictures(args.folder, args.pictures):
        own = looker.look(picture)
        originals.append(own)
        for name, vary in VARIATIONS.items():
            turned = MIRROR if name == MIRRORED else 0
            varied[name].append(_nearness(own, looker.look(vary(picture)), turned))
    others = _between(originals)
    print(f"{len(originals)} pictures, {len(others)} pairs of different ones")
    _print_variations(varied, others)
    _print_rules([one for some in varied.values() for one in some], others)
    return 0


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="copies and other pictures, told apart")
    parser.add_argument("folder", nargs="?", type=Path, help="pictures (default: drawn ones)")
    parser.add_argument("--pictures", type=int, default=150)
    parser.add_argument("--model", type=Path, default=resources() / "models" / "anitag-small")
    return parser.parse_args(argv)


def _pictures(folder: Path | None, count: int) -> Iterator[Image.Image]:
    if folder is None:
        from training.pictures.drawing import draw
        from training.pictures.spec import sample_spec

        rng = random.Random(5)
        for _ in range(count):
            yield Image.fromarray(draw(sample_spec(rng), 384).pixels).convert("RGB")
        return
    paths = sorted(p for p in folder.rglob("*") if p.suffix.lower() in SUFFIXES)
    random.Random(5).shuffle(paths)
    for path in paths[:count]:
        picture = facts.flatten(Image.open(path), (255, 255, 255)).convert("RGB")
        picture.thumbnail((LONGEST, LONGEST))
        yield picture


def _nearness(one: Print, other: Print, turned: int = 0) -> Nearness:
    bits = (one.phash ^ other.phash ^ turned).bit_count()
    return Nearness(bits, float(one.vector @ other.vector))


def _between(prints: Sequence[Print]) -> list[Nearness]:
    """Compare each picture with each other, also with the mirrored one."""
    return [
        min(_nearness(one, other), _nearness(one, other, MIRROR))
        for place, one in enumerate(prints)
        for other in prints[:place]
    ]


def _print_variations(varied: dict[str, list[Nearness]], others: Sequence[Nearness]) -> None:
    print(f"{'':20} bits: half within, 90 %, 99 %   cosine: half over, 90 %, 99 %   found")
    for name, some in {**varied, "other pictures": others}.items():
        bits = np.array([one.bits for one in some])
        cosines = np.array([one.cosine for one in some])
        marks = "".join(f"{value:9.0f}" for value in np.percentile(bits, (50, 90, 99)))
        marks += "".join(f"{value:9.3f}" for value in np.percentile(cosines, (50, 10, 1)))
        print(f"{name:20}{marks}  {_share(some, pairing.is_alike):9.4f}")
    closest = sorted(others)[:5]
    print("nearest other pictures:", ", ".join(f"{b} bits {c:.2f}" for b, c in closest))


def _print_rules(varied: Sequence[Nearness], others: Sequence[Nearness]) -> None:
    print("\nrule                                        found   wrong of a million")
    for bits in (4, 6, 8, 10, 12):
        for cosine in (-1.0, 0.8, 0.9, 0.95, 0.97):

            def rule(b: int, c: float | None, most: int = bits, least: float = cosine) -> bool:
                return b <= most and (c is None or c >= least)

            named = f"at most {bits} bits, cosine {cosine:.2f} at least"
            print(f"{named:42}{_share(varied, rule):7.4f}  {1e6 * _share(others, rule):10.1f}")
    found, wrong = _share(varied, pairing.is_alike), _share(others, pairing.is_alike)
    print(f"{'services.pairing':42}{found:7.4f}  {1e6 * wrong:10.1f}")


def _share(some: Sequence[Nearness], rule: Callable[[int, float | None], bool]) -> float:
    return sum(rule(*one) for one in some) / max(1, len(some))


if __name__ == "__main__":
    sys.exit(main())
