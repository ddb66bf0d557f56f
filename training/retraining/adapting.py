"""Adapting: a model's vectors are fitted to the pictures of a library, without any labels.

A picture's neighbours mostly show the same, and so do other views of it. So each vector is drawn to
the mean of its neighbours' (as in database-side augmentation: Turcot and Lowe 2009, "Better
matching with fewer features", and Arandjelović and Zisserman 2012), all of them as means over a few
views. One linear layer learns that: ridge regression towards leaving every vector where it is,
which has one solution and is found at once. The network stays, and so do the tags.
"""

import hashlib
import json
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.retraining import LEAST_ADAPTED
from anitag_desktop.recognition.model_package import MANIFEST_NAME, ModelPackage
from training.estimating import Estimate
from training.preprocessing import read_with
from training.progress import Progress
from training.retraining.job import Job
from training.retraining.layer import Layer, directed, write_layer
from training.runner import ExportedModel, Matrix

VIEWS = 4

NEIGHBOURS = 12
"""So many vectors, its own among them, make the mean that a vector is drawn to."""

CAUTION = 0.1
"""How much staying counts, beside the mean square of what the vectors say of a direction."""

LARGEST_DIFFERENCE = 1e-4

_EDGE = 0.1
_BATCH = 32
_ROWS = 512
_TRIED = 2
_THREADS = 2
_COPIES = 5
"""So often all vectors lie in memory while the layer is sought, as numbers of 8 bytes."""


def adapt(job: Job, progress: Progress) -> Path:
    """Fit the vectors of a job's model to all pictures of the job; return the new model's folder.

    What is said of the pictures is not looked at.

    Raises:
        AnitagError: ``few_pictures``, ``parity_failed``, or what is wrong with the job.
    """
    base = ModelPackage.load(job.base)
    base.check_hashes()
    progress.report("stage", name="adapt")
    job.work.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=job.work) as folder:
        bare = Path(folder) / "bare.onnx"
        write_layer(base.weights, bare, _output(base), None)
        layer = fit(np.concatenate(list(_views(job, base, bare, progress)), axis=1))
        progress.report("stage", name="export")
        made = _package(job, base, layer, Path(folder) / "package")
        some = next(pixels for pixels in _pixels(_paths(job), base) if len(pixels))
        _prove(base.weights, bare, made / base.manifest.weights.path, layer, some)
        shutil.rmtree(job.result, ignore_errors=True)
        made.replace(job.result)
    progress.report("result", path=str(job.result))
    return job.result


def estimate_adapting(job: Job) -> Estimate:
    """Say what adapting takes, from a few batches of pictures; nothing is kept.

    Raises:
        AnitagError: as ``adapt``.
    """
    base, paths = ModelPackage.load(job.base), _paths(job)
    model = ExportedModel(base.weights, _THREADS)
    tried, began = paths[: _TRIED * _BATCH], time.monotonic()
    for pixels in _pixels(tried, base):
        _look(model, pixels)
    seconds = (time.monotonic() - began) / max(1, len(tried))
    vectors, weights = 8 * VIEWS * len(paths) * model.width, base.weights.stat().st_size
    memory = _COPIES * vectors + 8 * _ROWS * len(paths) + _COPIES * weights
    return Estimate(len(paths), seconds, 0, 0.0, memory, 3 * weights)


def fit(views: Matrix) -> Layer:
    """Return the layer for vectors of pictures in several views (V x N x E)."""
    views = views.astype(np.float64)
    middle = views.mean((0, 1))
    placed = directed(views - middle)
    wanted = among_neighbours(directed(views.mean(0) - middle))
    missing = (wanted - placed).reshape(-1, views.shape[2])
    rows = placed.reshape(missing.shape)
    seen = rows.T @ rows
    width = len(seen)
    pull = CAUTION * np.trace(seen) / width
    change = np.linalg.solve(seen + pull * np.eye(width), rows.T @ missing)
    weights = np.eye(width) + change
    bare = (weights.astype(np.float32), (-middle @ weights).astype(np.float32))
    return Layer(*bare)


def among_neighbours(vectors: Matrix) -> Matrix:
    """Return the direction of each vector's neighbours (N x E), which count by squared cosine."""
    found = np.empty_like(vectors)
    count = min(NEIGHBOURS, len(vectors))
    for start in range(0, len(vectors), _ROWS):
        cosines = vectors[start : start + _ROWS] @ vectors.T
        least = np.partition(cosines, -count, axis=1)[:, [-count]]
        weights = np.where(cosines >= least, cosines.clip(min=0), 0) ** 2
        found[start : start + _ROWS] = weights @ vectors
    return directed(found)


def seen_in_views(pixels: Matrix) -> list[Matrix]:
    """Return pictures (N x 3 x S x S) as they are, mirrored, nearer, and both.

    The last one is seen from a little higher, where faces are.
    """
    edge, low = round(_EDGE * pixels.shape[2]), round(1.5 * _EDGE * pixels.shape[2])
    side = pixels.shape[2] - 2 * edge
    inner = pixels[:, :, edge : edge + side, edge : edge + side]
    upper = pixels[:, :, low - edge : low - edge + side, edge : edge + side]
    nearer = [_enlarged(part, pixels.shape[2]) for part in (inner, upper[..., ::-1])]
    return [pixels, np.ascontiguousarray(pixels[..., ::-1]), *nearer]


def _enlarged(pixels: Matrix, side: int) -> Matrix:
    tensor = torch.from_numpy(np.ascontiguousarray(pixels))
    return functional.interpolate(tensor, size=side, mode="bilinear").numpy()


def _views(job: Job, base: ModelPackage, bare: Path, progress: Progress) -> Iterator[Matrix]:
    """Yield vectors of all pictures that can be read, V x n x E at a time.

    Raises:
        AnitagError: ``few_pictures`` after the last one.
    """
    paths, known = _paths(job), 0
    for number, views in enumerate(looks(base, bare, paths), 1):
        known += views.shape[1]
        if views.shape[1]:
            yield views
        progress.report("looked", done=min(number * _BATCH, len(paths)), of=len(paths))
    if known < LEAST_ADAPTED:
        raise AnitagError("few_pictures", count=known, least=LEAST_ADAPTED)


def looks(base: ModelPackage, network: Path, paths: Sequence[Path]) -> Iterator[Matrix]:
    """Yield the vectors that a network gives pictures, 32 at a time, V x n x E.

    Pictures that cannot be read are left out.
    """
    model = ExportedModel(network, _THREADS)
    for pixels in _pixels(paths, base):
        yield _look(model, pixels) if len(pixels) else np.zeros((VIEWS, 0, model.width), np.float32)


def _look(model: ExportedModel, pixels: Matrix) -> Matrix:
    return np.stack([model.run(view)[1] for view in seen_in_views(pixels)])


def _paths(job: Job) -> list[Path]:
    return [Path(row["file"]) for row in job.rows()]


def _pixels(paths: Sequence[Path], base: ModelPackage) -> Iterator[Matrix]:
    """Yield pictures as the model wants them; those that cannot be read are left out."""
    for start in range(0, len(paths), _BATCH):
        found = []
        for path in paths[start : start + _BATCH]:
            try:
                found.append(read_with(path, base.manifest.preprocess))
            except AnitagError:
                continue
        yield np.stack(found) if found else np.zeros((0, 3, 1, 1), np.float32)


def _output(package: ModelPackage) -> str:
    """Return what the file calls the vector.

    Raises:
        AnitagError: ``not_trainable``: the model gives none.
    """
    if package.embedding is None or package.embedding.name is None:
        reason = "it gives no vectors"
        raise AnitagError("not_trainable", model=package.key.model_id, reason=reason)
    return package.embedding.name


def _package(job: Job, base: ModelPackage, layer: Layer, folder: Path) -> Path:
    """Write the base's package with the layer, under the job's name."""
    shutil.copytree(job.base, folder)
    weights = folder / base.manifest.weights.path
    write_layer(base.weights, weights, _output(base), layer)
    path = folder / MANIFEST_NAME
    manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
    for one in manifest["files"]:
        content = (folder / one["path"]).read_bytes()
        one |= {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    revision = hashlib.sha256(weights.read_bytes()).hexdigest()[:12]
    manifest |= {"id": job.id, "title": job.title, "revision": revision}
    manifest["trained_from"] = {"id": base.key.model_id, "revision": base.key.revision}
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", "utf-8")
    ModelPackage.load(folder).check_hashes()
    return folder


def _prove(old: Path, bare: Path, new: Path, layer: Layer, pixels: Matrix) -> None:
    """Demand that the new file says the same tags, and gives the vectors that it should.

    Raises:
        AnitagError: ``parity_failed``.
    """
    tags, vectors = ExportedModel(new).run(pixels)
    wanted = layer.apply(ExportedModel(bare).run(pixels)[1])
    gaps = (tags - ExportedModel(old).run(pixels)[0], vectors - wanted)
    worst = max(float(np.abs(gap).max()) for gap in gaps)
    if not worst <= LARGEST_DIFFERENCE:
        raise AnitagError("parity_failed", difference=worst, allowed=LARGEST_DIFFERENCE)
