"""Pictures with labels for benchmarks, and what a model says of them, as the application keeps it.

A folder has a ``labels.csv`` whose first column is the file and whose others are labels; the files
lie beside it, or in its ``images.zip``. Where the labels are characters, hair and eye colours stand
for those of which both are known (``training/evaluation/character_colours.csv``).
"""

import csv
import tempfile
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.learning.rivals import kind
from anitag_desktop.recognition.decoding import decode
from anitag_desktop.recognition.geometry import limit_for
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.preprocessing import model_input
from anitag_desktop.recognition.reading import read_file
from anitag_desktop.recognition.session import CPU, open_on
from anitag_desktop.storage.schema import SCORE_SCALE

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = ROOT / "resources/models/anitag-small"
_COLOURS = ROOT / "training/evaluation/character_colours.csv"
SPELT = {"gray_hair": "grey_hair"}
"""Labels as models spell them."""

_BATCH = 32


class Labelled(NamedTuple):
    """Pictures: vectors, which tags each has (picture, tag), what a model says of them.

    ``names`` are the columns of ``scores``, the tags first, of which ``thresholds`` are the
    model's own; behind them other tags of the same kinds. Scores that the application would not
    keep are 0.
    """

    vectors: np.ndarray
    has: np.ndarray
    scores: np.ndarray
    names: tuple[str, ...]
    thresholds: np.ndarray

    @property
    def tags(self) -> tuple[str, ...]:
        """The tags that are labels."""
        return self.names[: self.has.shape[1]]

    def some(self, pictures: np.ndarray) -> "Labelled":
        """Return some of the pictures."""
        parts = self.vectors[pictures], self.has[pictures], self.scores[pictures]
        return Labelled(*parts, self.names, self.thresholds)


def table_of(folder: Path, most: int, part: int = 0) -> list[list[str]]:
    """Return at most ``most`` lines of a set, spread over it; no two parts have one in common."""
    with (folder / "labels.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))[1:]
    return table[part :: -(-len(table) // most)]


def unpacked(folder: Path, table: Sequence[Sequence[str]], place: Path) -> list[Path]:
    """Return where the files of some lines lie; a zip's are unpacked in ``place``."""
    if not (folder / "images.zip").is_file():
        return [folder / row[0] for row in table]
    with zipfile.ZipFile(folder / "images.zip") as packed:
        packed.extractall(place, [row[0] for row in table])
    return [place / row[0] for row in table]


def look_at(
    folder: Path, most: int, part: int = 0, *, model: Path = BUNDLED, cache: Path | None = None
) -> Labelled:
    """Return some pictures of a set with what a model says of them, kept in the folder ``cache``.

    The model looks only where no file of that model and these pictures is there.
    """
    package, table = ModelPackage.load(model), coloured(table_of(folder, most, part))
    kept = f"{folder.resolve().name}-{most}-{part}-{package.key.revision}.npz"
    if cache is not None and (cache / kept).is_file():
        with np.load(cache / kept) as found:
            return _labelled(package, table, found["vectors"], found["scores"])
    with tempfile.TemporaryDirectory() as place:
        vectors, scores = _looked(package, unpacked(folder, table, Path(place)))
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        np.savez(cache / kept, vectors=vectors, scores=scores)
    return _labelled(package, table, vectors, scores)


def coloured(table: list[list[str]]) -> list[list[str]]:
    """Put the colours of characters in place of their names, where all labels are characters."""
    with _COLOURS.open(encoding="utf-8", newline="") as file:
        every = {row["character"]: (row["hair"], row["eyes"]) for row in csv.DictReader(file)}
    if not any(row[1] in every for row in table):
        return table
    known = {character: own for character, own in every.items() if all(own)}
    return [[row[0], *known[row[1]]] for row in table if row[1] in known]


def _looked(package: ModelPackage, files: Sequence[Path]) -> tuple[np.ndarray, np.ndarray]:
    """Return vectors and scores of pictures, as they are stored."""
    steps, recogniser = package.manifest.preprocess, open_on(package, [CPU])
    readings = []
    for start in range(0, len(files), _BATCH):
        some = [read_file(bytes(file)).content for file in files[start : start + _BATCH]]
        pictures = [decode(one, limit=limit_for(steps), is_hashed=False) for one in some]
        pixels = np.stack([model_input(picture, steps) for picture in pictures])
        readings += recogniser.recognise(pixels)
    vectors = np.stack([one.embedding for one in readings]).astype(np.float16)
    scores = np.stack([one.scores for one in readings])
    kept = np.where(scores >= SCORE_FLOOR, np.rint(scores * SCORE_SCALE) / SCORE_SCALE, 0)
    return vectors, kept.astype(np.float32)


def _labelled(
    package: ModelPackage, table: Sequence[Sequence[str]], vectors: np.ndarray, scores: np.ndarray
) -> Labelled:
    general = [one.name for one in package.labels if one.category is TagCategory.GENERAL]
    told = [{SPELT.get(label, label) for label in row[1:]} for row in table]
    tags = sorted(set(general).intersection(set().union(*told)))
    kinds = {kind(tag) for tag in tags} - {""}
    names = (*tags, *(name for name in general if kind(name) in kinds and name not in tags))
    column = {one.name: place for place, one in enumerate(package.labels)}
    own = [package.thresholds.of(tag, TagCategory.GENERAL) for tag in tags]
    return Labelled(
        vectors.astype(np.float32),
        np.array([[tag in row for tag in tags] for row in told]),
        scores[:, [column[name] for name in names]],
        names,
        np.array(own, np.float32),
    )
