"""Small sets in the layouts of the reference documents: discs whose colour is the class."""

import csv
import json
from pathlib import Path

from tests.helpers.toy_sets import COLOURS, toy_picture

NAMES = tuple(name.removesuffix("_hair") for name in COLOURS)


def _rows(path: Path, rows: list[list[object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def _save(path: Path, seed: int) -> list[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    image, tags = toy_picture(seed)
    image.save(path)
    return [tag.replace("_", " ") for tag in tags]


def write_class_folders(root: Path, count: int = 30) -> Path:
    """Write root/CLASS/N.png."""
    for seed in range(count):
        _save(root / NAMES[seed % 3] / f"{seed}.png", seed)
    return root


def write_moeimouto(root: Path, count: int = 36, tested: int = 12) -> Path:
    """Write data/CLASS/*.png with train.csv, test.csv and classid_classname.csv."""
    rows: list[list[object]] = []
    for seed in range(count):
        file = f"{NAMES[seed % 3]}/{seed}.png"
        _save(root / "data" / file, seed)
        rows.append([seed % 3, file])
    _rows(root / "train.csv", rows[tested:])
    _rows(root / "test.csv", rows[:tested])
    _rows(root / "classid_classname.csv", [[i, name] for i, name in enumerate(NAMES)])
    return root


def write_dafre(root: Path, count: int = 48) -> Path:
    """Write faces/, fullMin256/ and labels/ with lists, tags and class names."""
    parts: dict[str, list[list[object]]] = {"train": [], "val": [], "test": []}
    for seed in range(count):
        file = f"{seed % 2:04d}/{seed}.jpg"
        tags = _save(root / "faces" / file, seed)
        _save(root / "fullMin256" / file, seed)
        split = ("train", "train", "val", "test")[seed // 3 % 4]
        parts[split].append([seed % 3, file, tags, seed])
    labels = root / "labels"
    header: list[object] = ["id", "dir", "class_id", "tags_cat0", "tags_cat3", "tags_cat4"]
    for split, rows in parts.items():
        _rows(labels / f"{split}.csv", [[class_id, file] for class_id, file, _, _ in rows])
        tagged: list[list[object]] = [
            [n, file, c, str(tags), "[]", "[]"] for c, file, tags, n in rows
        ]
        _rows(labels / f"{split}_tags.csv", [header, *tagged])
    _rows(labels / "classid_classname.csv", [[i, name] for i, name in enumerate(NAMES)])
    return root


def write_danbooru2020(root: Path, count: int = 40) -> Path:
    """Write metadata/ and NNNN/ID.png: posts with eleven general tags and what they show."""
    (root / "metadata").mkdir(parents=True)
    lines = []
    for seed in range(count):
        tags = [tag.replace(" ", "_") for tag in _save(root / f"{seed:04d}" / f"{seed}.png", seed)]
        names = [*tags, "solo", *(f"tag{i}" for i in range(10))]
        post = {
            "id": str(seed),
            "created_at": f"{2010 + seed % 11}-01-01 00:00:00 UTC",
            "rating": "s",
            "parent_id": "0",
            "is_deleted": False,
            "is_banned": False,
            "file_ext": "png",
            "tags": [{"id": "1", "name": name, "category": "0"} for name in names]
            + [{"id": "2", "name": "someone", "category": "1"}],
        }
        lines.append(json.dumps(post))
    (root / "metadata" / "2020000000000000").write_text("\n".join(lines) + "\n", "utf-8")
    return root
