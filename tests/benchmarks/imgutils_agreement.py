"""Whether anitag and the public package dghs-imgutils say the same of the same pictures.

    python tests/benchmarks/imgutils_agreement.py [FOLDER OF PICTURES] [--most 40]

Both run in this one process on the look-alikes of tests/helpers/look_alikes.py, each with its own
code from the picture's file to the scores; imgutils gets its models from the look-alikes' folders.
To be run in an environment of its own, as imgutils asks for packages that anitag does not:

    python -m venv /tmp/imgutils && /tmp/imgutils/bin/pip install dghs-imgutils onnxruntime onnx

Grey pictures are left out for WD taggers: imgutils lays them over white through themselves as a
mask, which makes other pictures of them.

Prints the largest difference of a score for each family, and whether the sets of tags are equal.
Goal: under 0.001, and equal sets.
"""

import argparse
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import huggingface_hub
from huggingface_hub.errors import EntryNotFoundError
from PIL import Image

from anitag_desktop.recognition.decoding import Picture, decode
from anitag_desktop.recognition.formats import sniff
from anitag_desktop.recognition.geometry import limit_for
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import model_input
from anitag_desktop.recognition.recognizer import Reading
from anitag_desktop.recognition.session import CPU, open_on
from tests.helpers import images, look_alikes
from tests.helpers.models import LABELS, write_csv

GOAL = 1e-3
_folder = Path()


def _from_here(repo_id: str = "", filename: str = "", **_: object) -> str:
    """Stand in for the hub: every file comes from the look-alike that is being looked at."""
    name = Path(filename).name
    found = [_folder / name, *([_folder / "model.onnx"] if name.endswith(".onnx") else [])]
    for path in found:
        if path.is_file():
            return str(path)
    raise EntryNotFoundError(f"{repo_id} has no {filename}")


FACES = [
    (320, 320, 100, 100, 0.9),
    (324, 322, 100, 100, 0.8),
    (100, 100, 50, 50, 0.6),
    (500, 500, 20, 20, 0.1),
]
Theirs = Callable[[Path], np.ndarray]


def in_order(named: dict[str, float]) -> np.ndarray:
    """Return scores by name in the order of the labels."""
    clean = {name.removeprefix("rating:"): score for name, score in named.items()}
    return np.array([clean[spelt(name)] for name in LABELS])


def spelt(name: str) -> str:
    """Return a label as it stands in the tables: imgutils takes "null" for a missing one."""
    return "nothing" if name == "null" else name


def tagging(name: str) -> Theirs:
    """Return the function of imgutils that gives raw predictions."""

    def predict(path: Path) -> np.ndarray:
        from imgutils import tagging

        return getattr(tagging, name)(str(path), fmt="prediction")

    return predict


def deepdanbooru(path: Path) -> np.ndarray:
    from imgutils.tagging import get_deepdanbooru_tags

    found = get_deepdanbooru_tags(str(path), general_threshold=-1, character_threshold=-1)
    return in_order({name: score for part in found for name, score in part.items()})


def ml_danbooru(path: Path) -> np.ndarray:
    from imgutils.tagging import get_mldanbooru_tags

    return in_order(get_mldanbooru_tags(str(path), threshold=-1, keep_ratio=True))


def animetimm(path: Path) -> np.ndarray:
    from imgutils.generic.multilabel_timm import MultiLabelTIMMModel

    return MultiLabelTIMMModel("look/alike").predict(str(path), fmt="prediction")


def classes(path: Path) -> np.ndarray:
    from imgutils.generic.classify import ClassifyModel

    ClassifyModel._check_model_name = lambda *_: None
    found = ClassifyModel("look/alike").predict_score(str(path), "m", topk=None)
    return np.array([found[name] for name in LABELS])


def boxes(path: Path) -> np.ndarray:
    from imgutils.generic.yolo import YOLOModel

    YOLOModel._check_model_name = lambda *_: None
    found = YOLOModel("look/alike").predict(str(path), "m")
    return np.array([[*sides, score] for sides, _, score in found]).ravel()


def ccip(path: Path) -> np.ndarray:
    from imgutils.metrics import ccip_extract_feature

    return ccip_extract_feature(str(path))


TAGGERS: dict[str, Theirs] = {
    "wd_embedding": tagging("get_wd14_tags"),
    "pixai": tagging("get_pixai_tags"),
    "animetimm": animetimm,
    "camie_v1": tagging("get_camie_tags"),
    "ml_danbooru": ml_danbooru,
    "deepdanbooru_port": deepdanbooru,
    "deepgelbooru": tagging("get_deepgelbooru_tags"),
}
OTHERS: dict[str, tuple[Callable[[Path], None], Theirs]] = {
    "ccip": (look_alikes.write_ccip, ccip),
    "classifier": (look_alikes.write_classifier, classes),
    "yolo": (lambda folder: look_alikes.write_detector(folder, FACES), boxes),
}


def write(root: Path) -> None:
    for name in TAGGERS:
        known = look_alikes.TAGGERS[name]
        known.write(root / name, known.side)
    for name, (writer, _) in OTHERS.items():
        writer(root / name)
    # Where imgutils keeps labels in a repository of its own.
    rows = [[name, name, code] for name, code in zip(LABELS, look_alikes.CODES, strict=True)]
    header = ["name", "real_name", "category"]
    write_csv(root / "ml_danbooru" / "mldanbooru_tags.csv", header, rows)
    write_csv(root / "deepdanbooru_port" / "deepdanbooru_tags.csv", header, rows)
    for table in root.glob("*/*.csv"):
        text = table.read_text(encoding="utf-8")
        table.write_text(re.sub(r"\bnull\b", spelt("null"), text), encoding="utf-8")


def ours(reading: Reading, picture: Picture) -> np.ndarray:
    if reading.boxes is not None:
        size = np.array([picture.width, picture.height] * 2)
        sides = [[b.left, b.top, b.right, b.bottom] for b in reading.boxes]
        found = [[*np.round(s * size), b.score] for s, b in zip(sides, reading.boxes, strict=True)]
        return np.array(found).ravel()
    return reading.embedding if reading.scores is None else reading.scores


def compare(folder: Path, theirs: Theirs, pictures: list[Path]) -> tuple[float, str, int]:
    """Return the largest difference, its picture, and of how many pictures the tags differ."""
    global _folder
    _folder = folder
    package = ModelPackage.load(folder)
    recognizer = open_on(package, [CPU])
    worst, unequal = (0.0, ""), 0
    for path in pictures:
        picture = decode(path.read_bytes(), limit=limit_for(package.manifest.preprocess))
        pixels = model_input(picture, package.manifest.preprocess)
        mine = ours(recognizer.recognise(pixels[None])[0], picture)
        other = np.asarray(theirs(path), np.float64)
        if package.manifest.kind == "embedder":
            other = other / np.linalg.norm(other)
        worst = max(worst, (float(np.abs(mine - other).max()), path.name))
        if package.labels and len(package.labels) == len(mine):
            limits = np.array([package.thresholds.of(x.name, x.category) for x in package.labels])
            unequal += int(((mine >= limits) != (other >= limits)).any())
    return *worst, unequal


def is_grey(path: Path) -> bool:
    with Image.open(path) as opened:
        return opened.mode in ("L", "1")


def generated(root: Path) -> list[Path]:
    """Write pictures of every kind that both can read."""
    root.mkdir()
    for number, size in enumerate([(301, 200), (640, 640), (200, 901), (1500, 1100)]):
        drawing = images.drawing(number, *size)
        drawing.save(root / f"{number}.png")
        drawing.save(root / f"{number}.jpg", quality=90)
        drawing.convert("L").save(root / f"{number}-grey.png")
        drawing.convert("CMYK").save(root / f"{number}-cmyk.jpg", quality=90)
        drawing.putalpha(images.drawing(9 - number, *size).convert("L"))
        drawing.save(root / f"{number}.webp", lossless=True, exact=True)
    return sorted(root.iterdir())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("pictures", nargs="?", type=Path, help="a folder of real pictures")
    parser.add_argument("--most", type=int, default=40, help="how many of them")
    args = parser.parse_args()
    huggingface_hub.hf_hub_download = _from_here  # before anything of imgutils binds it
    with tempfile.TemporaryDirectory(prefix="anitag-") as temporary:
        root = Path(temporary)
        write(root)
        pictures = generated(root / "pictures")
        if args.pictures is not None:
            files = [p for p in sorted(args.pictures.rglob("*")) if p.is_file()]
            real = [p for p in files if sniff(p.read_bytes()[:64])]
            pictures += real[:: max(1, len(real) // args.most)][: args.most]
        print(f"{len(pictures)} pictures")
        failed = False
        theirs = TAGGERS | {name: their for name, (_, their) in OTHERS.items()}
        for name, their in theirs.items():
            usable = [p for p in pictures if name != "wd_embedding" or not is_grey(p)]
            worst, where, unequal = compare(root / name, their, usable)
            failed |= worst >= GOAL or unequal > 0
            print(f"{name:18} largest difference {worst:.6f} ({where}), {unequal} with other tags")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
