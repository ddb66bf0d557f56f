"""What a tagger says of pictures that are not its business, as a table in Markdown.

    python tests/benchmarks/outside.py [--model FOLDER] [--panels FOLDER]

Photographs that come with scikit-learn and matplotlib, this program's window and icon, text, noise,
a plain colour, crops and scenes of its sample pictures; of *Pepper&Carrot* (David Revoy, CC-BY 4.0)
the panels in FOLDER that show nobody. Told are the surest five of all labels, and what the
application would apply by itself.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import preprocess
from anitag_desktop.recognition.session import CPU, open_on

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "resources" / "samples"
SURE = 5
PANELS = {
    "00037_ep03_P04_05.webp": "a cat asleep",
    "00174_ep09_P03_01.webp": "a house, a valley",
    "00042_ep03_P07_01.webp": "an evening",
    "00310_ep15_P06_04.webp": "a crystal ball",
}


def main() -> int:
    """Look at each and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--model", type=Path, default=ROOT / "resources/models/anitag-small")
    parser.add_argument("--panels", type=Path, help="folder of panels of Pepper&Carrot")
    args = parser.parse_args()
    package = ModelPackage.load(args.model)
    recognizer = open_on(package, [CPU])
    print(f"{package.key.model_id} {package.key.revision}\n")
    print("| picture | the surest five | applied by itself |\n|---|---|---|")
    for name, image in pictures(args.panels):
        pixels = preprocess(image, package.manifest.preprocess)
        scores = recognizer.recognise(pixels[None])[0].scores
        print(f"| {name} | {', '.join(surest(package, scores))} | {applied(package, scores)} |")
    return 0


def pictures(panels: Path | None) -> Iterator[tuple[str, Image.Image]]:
    """Yield what each shows, and the picture."""
    yield from photographs()
    yield "this application's window", opened(ROOT / "resources/screenshots/window-dark.webp")
    yield "its icon", opened(ROOT / "resources/icons/anitag.png")
    yield "a page of text", text()
    noise = np.random.default_rng(0).integers(0, 256, (400, 400, 3), np.uint8)
    yield "noise", Image.fromarray(noise)
    yield "one plain blue", Image.new("RGB", (400, 400), (70, 120, 210))
    if panels is not None:
        for name, shows in PANELS.items():
            yield f"*Pepper&Carrot*: {shows}", opened(next(panels.rglob(name)))
    yield "drawn here: a sea in the evening", opened(SAMPLES / "evening_sea.webp")
    yield "drawn here: a cake", opened(SAMPLES / "strawberry_cake.png")
    yield "drawn here: two girls", opened(SAMPLES / "two_friends.jpg")
    dress = opened(SAMPLES / "amber_princess.webp")
    across, down = dress.width / 10, dress.height / 10
    cloth = dress.crop((round(3 * across), round(7 * down), round(7 * across), round(9.5 * down)))
    yield "drawn here: a crop of cloth alone", cloth


def photographs() -> Iterator[tuple[str, Image.Image]]:
    """Yield those that well-known libraries bring along."""
    from matplotlib import cbook
    from sklearn.datasets import load_sample_image

    flower, temple = (load_sample_image(name) for name in ("flower.jpg", "china.jpg"))
    yield (
        "photograph: a flower (scikit-learn's `flower.jpg`, CC BY 2.0)",
        Image.fromarray(flower),
    )
    yield (
        "photograph: a temple (scikit-learn's `china.jpg`, CC BY 2.0)",
        Image.fromarray(temple),
    )
    with cbook.get_sample_data("grace_hopper.jpg") as file:
        officer = Image.open(file).convert("RGB")
    yield (
        "photograph: an officer in uniform (matplotlib's `grace_hopper.jpg`, public domain)",
        officer,
    )


def opened(path: Path) -> Image.Image:
    """Return a file's picture, RGB or RGBA."""
    with Image.open(path) as image:
        return image.convert("RGBA" if image.has_transparency_data else "RGB")


def text() -> Image.Image:
    """Return a page of words."""
    page = Image.new("RGB", (600, 800), "white")
    pen = ImageDraw.Draw(page)
    words = (ROOT / "LICENSE").read_text("utf-8")
    pen.multiline_text((40, 40), words, fill="black", spacing=6)
    return page


def surest(package: ModelPackage, scores: np.ndarray) -> list[str]:
    """Return the names of the highest scores, with these."""
    places = np.argsort(scores)[::-1][:SURE]
    return [f"{package.labels[place].name} {scores[place]:.2f}" for place in places]


def applied(package: ModelPackage, scores: np.ndarray) -> str:
    """Return what is at or over its threshold, as the application sees it."""
    names = [
        label.name
        for label, score in zip(package.labels, scores, strict=True)
        if label.category is not TagCategory.RATING
        and score >= package.thresholds.of(label.name, label.category)
    ]
    return ", ".join(names) or "nothing"


if __name__ == "__main__":
    sys.exit(main())
