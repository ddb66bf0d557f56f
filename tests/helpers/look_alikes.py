"""A look-alike of every model family: its files as they are published, with a tiny network.

``reach`` is the plainest way to write what the family's own code does to a picture (RGB, on white)
before the network sees it; nothing of anitag is in it. See ``models`` for how scores follow.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from PIL import Image

from tests.helpers import images, models
from tests.helpers.models import CATEGORIES, CODES, LABELS, Graph, write_csv

WHITE, BLACK, MEAN, GREY = (255, 255, 255), (0, 0, 0), (124, 116, 104), (114, 114, 114)
HALF = ((0.5,) * 3, (0.5,) * 3)
CLIP = ((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711))
IMAGENET = ((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
PLAIN = (0.0, 1.0)
Kernel = Image.Resampling
Reach = Callable[[Image.Image, int], Image.Image]


def square(image: Image.Image, side: int) -> Image.Image:
    longer = max(image.size)
    canvas = Image.new("RGB", (longer, longer), WHITE)
    canvas.paste(image, ((longer - image.width) // 2, (longer - image.height) // 2))
    return canvas.resize((side, side), Kernel.BICUBIC)


def stretched(kernel: Kernel) -> Reach:
    return lambda image, side: image.resize((side, side), kernel)


def fitted(kernel: Kernel, colour: tuple[int, int, int] | None, rounding=int) -> Reach:
    def reach(image: Image.Image, side: int) -> Image.Image:
        scale = side / max(image.size)
        small = image.resize([rounding(length * scale) for length in image.size], kernel)
        left, top = (side - small.width) // 2, (side - small.height) // 2
        if colour is None:
            rest = (side - small.height - top, side - small.width - left)
            pixels = np.pad(np.asarray(small), ((top, rest[0]), (left, rest[1]), (0, 0)), "edge")
            return Image.fromarray(pixels)
        canvas = Image.new("RGB", (side, side), colour)
        canvas.paste(small, (left, top))
        return canvas

    return reach


def any_shape(image: Image.Image, side: int) -> Image.Image:
    shorter = min(image.size)
    size = [int(length / shorter * side) // 4 * 4 for length in image.size]
    return image.resize(size, Kernel.BILINEAR)


def padded_first(image: Image.Image, side: int) -> Image.Image:
    return fitted(Kernel.BILINEAR, WHITE, round)(image, 2 * side).resize((side, side), 3)


def quadrant_scores(seen: Image.Image, size: tuple[int, int]) -> np.ndarray:
    del size
    return models.expected_scores(seen)


def mean_scores(seen: Image.Image, size: tuple[int, int]) -> np.ndarray:
    """A network for any shape sees the mean colour only."""
    del size
    mean = np.asarray(seen, np.float64).mean((0, 1)) / 255
    logits = np.full(len(LABELS), -6.0)
    logits[:12] = models.GAIN * (np.tile(mean, 4) - 0.5)
    return 1 / (1 + np.exp(-logits))


def masked_scores(seen: Image.Image, size: tuple[int, int]) -> np.ndarray:
    """Every logit is lower by the part of the picture that is padding."""
    shorter = int(min(size) * (seen.width / max(size)))
    probabilities = models.expected_scores(seen)
    logits = np.log(probabilities / (1 - probabilities)) - (1 - shorter / seen.width)
    return 1 / (1 + np.exp(-logits))


@dataclass(frozen=True, slots=True)
class LookAlike:
    """A family: how its folder is written for a side in pixels, and what reaches its network."""

    write: Callable[[Path, int], None]
    reach: Reach
    side: int
    scores: Callable[[Image.Image, tuple[int, int]], np.ndarray] = quadrant_scores
    family: str = ""


def network(
    folder: Path,
    side: int,
    outputs: str,
    *,
    norm: Sequence[object] = PLAIN,
    order: str = "RGB",
    layout: str = "NCHW",
    file: str = "model.onnx",
    source: str = "input",
    metadata: dict[str, str] | None = None,
) -> None:
    """Write a network with outputs such as ``embedding:vector output:logits``."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = Graph()
    features = graph.quadrants(source, side, layout=layout, order=order, mean=norm[0], std=norm[1])
    logits = graph.head(features)
    made = {
        "logits": lambda: logits,
        "scores": lambda: graph.op("Sigmoid", logits),
        "classes": lambda: graph.op("Softmax", logits, axis=-1),
        "vector": lambda: graph.embed(features),
        "zeros": lambda: graph.op("Mul", logits, graph.constant(np.zeros(1, np.float32))),
    }
    for name, kind in (output.rsplit(":", 1) for output in outputs.split()):
        width = models.EMBEDDING_WIDTH if kind == "vector" else len(LABELS)
        graph.out(name, made[kind](), ["batch", width])
    lengths = [side or "height", side or "width"]
    shape = ["batch", *lengths, 3] if layout == "NHWC" else ["batch", 3, *lengths]
    graph.save(folder / file, (source, shape), metadata=metadata)


def table(folder: Path, name: str = "selected_tags.csv", **columns: Sequence[object]) -> None:
    """Write a table of the labels with their danbooru codes, and further columns."""
    rows = zip(range(len(LABELS)), LABELS, CODES, *columns.values(), strict=True)
    write_csv(folder / name, ["tag_id", "name", "category", *columns], list(rows))


def document(folder: Path, name: str, content: object) -> None:
    (folder / name).write_text(json.dumps(content), encoding="utf-8")


def stages(*found: dict[str, object], norm: Sequence[object]) -> list[dict[str, object]]:
    return [
        {"type": "convert_rgb", "force_background": "white"},
        *found,
        {"type": "maybe_to_tensor"},
        {"type": "normalize", "mean": norm[0], "std": norm[1]},
    ]


def _wd_fixed(folder: Path, side: int) -> None:
    models.write_wd(folder, side, batch=1)


def _wd_embedding(folder: Path, side: int) -> None:
    models.write_wd(folder, side, embedding=True)


def _e621(folder: Path, side: int) -> None:
    models.write_wd(folder, side)
    (folder / "selected_tags.csv").rename(folder / "tags-selected.csv")


def _pixai(folder: Path, side: int) -> None:
    network(folder, side, "embedding:vector logits:logits prediction:scores", norm=HALF)
    ips = ['["vocaloid"]' if name == "hatsune_miku" else "[]" for name in LABELS]
    table(folder, ips=ips)
    resize = {
        "type": "resize",
        "size": [side, side],
        "interpolation": "bilinear",
        "antialias": True,
    }
    document(folder, "preprocess.json", {"stages": stages({**resize, "max_size": None}, norm=HALF)})
    rows = [[0, "general", 0.3], [4, "character", 0.85], [9, "rating", 0.4]]
    write_csv(folder / "thresholds.csv", ["category", "name", "threshold"], rows)
    _categories(folder)


def _categories(folder: Path) -> None:
    names = [{"category": code, "name": name} for code, name in CATEGORIES.items()]
    document(folder, "categories.json", names)


def _animetimm(folder: Path, side: int) -> None:
    network(folder, side, "embedding:vector logits:logits prediction:scores", norm=CLIP)
    table(folder, best_threshold=[0.1 + 0.05 * n for n in range(len(LABELS))])
    pad = {"type": "pad_to_size", "size": [2 * side, 2 * side], "background_color": "white"}
    resize = {"type": "resize", "size": side, "interpolation": "bicubic"}
    crop = {"type": "center_crop", "size": [side, side]}
    found = stages({**pad, "interpolation": "bilinear"}, resize, crop, norm=CLIP)
    document(folder, "preprocess.json", {"val": [resize, crop, *found[-2:]], "test": found})
    _categories(folder)


def _camie_v1(folder: Path, side: int) -> None:
    first = "initial/embedding:vector initial/logits:zeros initial/output:zeros"
    network(folder, side, f"{first} embedding:vector logits:logits output:scores")
    table(folder)
    pad = {"type": "pad_to_size", "size": [side, side], "background_color": "black"}
    found = [{**pad, "interpolation": "lanczos"}, {"type": "to_tensor"}]
    document(folder, "preprocess.json", {"stages": found})
    modes = {"balanced": {"threshold": 0.3}, "micro_opt": {"threshold": 0.6}}
    kinds = (*CATEGORIES.values(), "year", "artist", "copyright", "meta")
    document(folder, "threshold.json", dict.fromkeys(kinds, modes))


def _camie_v2(folder: Path, side: int) -> None:
    heads = "initial_predictions:zeros refined_predictions:logits"
    network(folder, side, heads, norm=IMAGENET, file="camie-tagger-v2.onnx")
    kinds = {name: CATEGORIES[code] for name, code in zip(LABELS, CODES, strict=True)}
    mapping = {"idx_to_tag": dict(enumerate(LABELS)), "tag_to_category": kinds}
    info = {"total_tags": len(LABELS), "tag_mapping": mapping}
    document(folder, "camie-tagger-v2-metadata.json", {"dataset_info": info})


def _cl_tagger(folder: Path, side: int) -> None:
    network(folder, side, "output:logits", norm=HALF, order="BGR")
    pairs = enumerate(zip(LABELS, CODES, strict=True))
    found = {n: {"tag": name, "category": CATEGORIES[code].title()} for n, (name, code) in pairs}
    document(folder, "tag_mapping.json", found)


def _cl_tagger_v2(folder: Path, side: int) -> None:
    network(folder, side, "logits:logits", norm=HALF, source="pixel_values")
    path = folder / "model.onnx"
    outside = {"location": "model.onnx.data", "size_threshold": 100}
    onnx.save(onnx.load(path), path, save_as_external_data=True, **outside)
    kinds = {name: CATEGORIES[code] for name, code in zip(LABELS, CODES, strict=True)}
    found = {
        "idx_to_tag": dict(enumerate(LABELS)),
        "tag_to_category": {**kinds, "1girl": "quality"},
    }
    document(folder, "model_vocabulary.json", {**found, "num_tags": len(LABELS)})
    document(folder, "model_metadata.json", {"image_size": side})


def _pixai_v1(folder: Path, side: int) -> None:
    del side  # it is told by this one
    network(folder, 1008, "logits:logits", norm=HALF)
    table(folder)


def _joytag(folder: Path, side: int) -> None:
    network(folder, side, "output:logits", norm=CLIP)
    (folder / "top_tags.txt").write_text("\n".join(LABELS), encoding="utf-8")


def _ml_danbooru(folder: Path, side: int) -> None:
    del side
    network(folder, 0, "output:logits")
    document(folder, "classes.json", LABELS)


def _deepdanbooru(folder: Path, side: int) -> None:
    network(folder, side, "output:scores", layout="NHWC", metadata={"tags": repr(list(LABELS))})


def _deepdanbooru_project(folder: Path, side: int) -> None:
    network(folder, side, "output:scores", layout="NHWC")
    names = [*LABELS[4:], *(f"rating:{name}" for name in LABELS[:4])]
    (folder / "tags.txt").write_text("\n".join(names), encoding="utf-8")
    starts = {"General": 0, "Character": 8, "System": 10}
    found = [{"name": name, "start_index": start} for name, start in starts.items()]
    document(folder, "categories.json", found)


def _deepdanbooru_port(folder: Path, side: int) -> None:
    network(folder, side, "output:scores", layout="NHWC")
    table(folder, "deepdanbooru_tags.csv")


def _deepgelbooru(folder: Path, side: int) -> None:
    network(folder, side, "prediction:scores", layout="NHWC")
    table(folder, "tags.csv")
    resize = {"type": "resize", "size": [side, side], "interpolation": "bicubic"}
    found = {"stages": [resize, {"type": "to_tensor"}]}
    document(folder, "preprocessor.json", found)


def _oppai(folder: Path, side: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    graph = Graph()
    features = graph.quadrants(
        "pixel_values", side, layout="NCHW", order="RGB", mean=HALF[0], std=HALF[1]
    )
    padded = graph.op("Cast", "padding_mask", to=1)
    part = graph.op("ReduceMean", padded, axes=[1, 2], keepdims=0)
    lower = graph.op("Reshape", part, graph.constant(np.array([-1, 1], np.int64)))
    logits = graph.op("Sub", graph.head(features), lower)
    graph.out("probabilities", graph.op("Sigmoid", logits), [1, len(LABELS)])
    shape, mask = [1, 3, side, side], ("padding_mask", [1, side, side])
    graph.save(folder / "model.onnx", ("pixel_values", shape), mask=mask)
    table(folder)


TAGGERS = {
    "wd_v3": LookAlike(models.write_wd, square, 448, family="wd"),
    "wd_v2": LookAlike(_wd_fixed, square, 448, family="wd"),
    "wd_embedding": LookAlike(_wd_embedding, square, 448, family="wd"),
    "z3d_e621": LookAlike(_e621, square, 448, family="wd"),
    "pixai": LookAlike(_pixai, stretched(Kernel.BILINEAR), 448, family="deepghs"),
    "animetimm": LookAlike(_animetimm, padded_first, 448, family="deepghs"),
    "camie_v1": LookAlike(_camie_v1, fitted(Kernel.LANCZOS, BLACK, round), 512, family="deepghs"),
    "camie_v2": LookAlike(_camie_v2, fitted(Kernel.LANCZOS, MEAN), 512, family="camie"),
    "cl_tagger": LookAlike(_cl_tagger, square, 448),
    "cl_tagger_v2": LookAlike(_cl_tagger_v2, stretched(Kernel.BICUBIC), 384),
    "pixai_v1": LookAlike(_pixai_v1, fitted(Kernel.BILINEAR, BLACK), 1008),
    "joytag": LookAlike(_joytag, square, 448),
    "ml_danbooru": LookAlike(_ml_danbooru, any_shape, 448, mean_scores),
    "deepdanbooru": LookAlike(_deepdanbooru, fitted(Kernel.BOX, None), 512),
    "deepdanbooru_project": LookAlike(
        _deepdanbooru_project, fitted(Kernel.BOX, None), 512, family="deepdanbooru"
    ),
    "deepdanbooru_port": LookAlike(
        _deepdanbooru_port, fitted(Kernel.BICUBIC, BLACK), 512, family="deepdanbooru"
    ),
    "deepgelbooru": LookAlike(_deepgelbooru, stretched(Kernel.BICUBIC), 512),
    "oppai_oracle": LookAlike(_oppai, fitted(Kernel.BILINEAR, GREY), 448, masked_scores),
}
"""The families whose labels are tags, by the name of a look-alike."""


def seen(path: Path) -> Image.Image:
    """Open a picture as everybody's scripts do: RGB, laid over white."""
    with Image.open(path) as opened:
        if opened.mode != "RGBA":
            return opened.convert("RGB")
        ground = Image.new("RGBA", opened.size, WHITE)
        ground.alpha_composite(opened)
        return ground.convert("RGB")


def expected_scores(known: LookAlike, path: Path, side: int | None = None) -> np.ndarray:
    """Return the scores that a look-alike has to give a picture, in the order of its labels."""
    image = seen(path)
    return known.scores(known.reach(image, side or known.side), image.size)


def write_pictures(folder: Path, size: tuple[int, int] = (301, 200)) -> dict[str, Path]:
    """Write a picture of each kind that is easily read wrongly; return them by their names."""
    drawing, clear = images.drawing(3, *size), images.drawing(4, *size)
    clear.putalpha(images.drawing(5, *size).convert("L"))
    drawing.save(folder / "rgb.png")
    drawing.save(folder / "rgb.jpg", quality=90)
    clear.save(folder / "alpha.webp", lossless=True, exact=True)
    drawing.convert("L").save(folder / "grey.png")
    drawing.convert("CMYK").save(folder / "cmyk.jpg", quality=90)
    return {path.name: path for path in folder.iterdir()}


def write_ccip(folder: Path, side: int = 384) -> None:
    """Write an embedder of characters."""
    network(folder, side, "output:vector", norm=CLIP, file="model_feat.onnx")
    document(folder, "metrics.json", {"f1_score": 0.9172, "threshold": 0.178475})


def write_classifier(folder: Path, side: int = 384) -> None:
    """Write a classifier whose classes are called as the labels."""
    network(folder, side, "output:classes", norm=HALF)
    document(folder, "meta.json", {"labels": LABELS, "other_labels": {}})


def write_export(folder: Path, side: int = 224) -> None:
    """Write a classifier as transformers exports it."""
    network(folder, side, "logits:logits", norm=HALF)
    document(folder, "config.json", {"id2label": dict(enumerate(LABELS)), "model_type": "beit"})
    size = {"height": side, "width": side}
    found = {"do_resize": True, "size": size, "resample": 3, "do_center_crop": False}
    norm = {"do_normalize": True, "image_mean": HALF[0], "image_std": HALF[1]}
    document(folder, "preprocessor_config.json", {**found, "do_rescale": True, **norm})


def write_detector(
    folder: Path,
    boxes: Sequence[Sequence[float]],
    *,
    side: int = 640,
    form: str = "centres",
    names: Sequence[str] = ("face",),
) -> None:
    """Write a detector that always finds ``boxes``, rows as its ``form`` has them."""
    folder.mkdir(parents=True, exist_ok=True)
    graph = Graph()
    found = np.zeros((300, 6 if form == "corners" else 4 + len(names)), np.float32)
    found[: len(boxes)] = boxes
    found = found.T if form == "centres" else found
    mean = graph.op("ReduceMean", "images", axes=[1, 2, 3], keepdims=0)
    nothing = graph.op("Mul", mean, graph.constant(np.zeros(1, np.float32)))
    graph.out("output0", graph.op("Add", graph.constant(found[None]), nothing), [1, *found.shape])
    metadata = {"names": repr(dict(enumerate(names))), "imgsz": f"[{side}, {side}]"}
    graph.save(folder / "model.onnx", ("images", [1, 3, side, side]), metadata=metadata)
    document(folder, "threshold.json", {"f1_score": 0.95, "threshold": 0.307})
    document(folder, "model_type.json", {"model_type": "rtdetr" if form == "fractions" else "yolo"})
