"""Makes a model package from a run: the folder that the app installs as it is."""

import csv
import hashlib
import io
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import onnx

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.model_package import ModelPackage
from training.config import Config
from training.datasets.vocabulary import Vocabulary
from training.model_card import write_card
from training.preprocessing import operations_of
from training.run_folder import RunFolder
from training.runner import ExportedModel
from training.views.preparation import preparation_of

MANIFEST = "anitag-model.json"
WEIGHTS, LABELS, CARD = "model.onnx", "selected_tags.csv", "MODEL_CARD.md"
TENSORS = "model.safetensors"
CATEGORY_NUMBERS = {
    TagCategory.GENERAL: "0",
    TagCategory.ARTIST: "1",
    TagCategory.COPYRIGHT: "3",
    TagCategory.CHARACTER: "4",
    TagCategory.META: "5",
    TagCategory.RATING: "9",
}
"""Danbooru's numbers, and 9 for ratings, as in the WD taggers' ``selected_tags.csv``."""


@dataclass(frozen=True, slots=True)
class _Parts:
    config: Config
    vocabulary: Vocabulary
    thresholds: dict[str, Any]
    measures: list[dict[str, Any]]
    golden: dict[str, Any] | None
    size: int
    width: int


def package(run: RunFolder, target: Path, *, with_tensors: bool = False) -> ModelPackage:
    """Write the package of a run to ``target``, replacing what is there, and load it as the app.

    ``with_tensors`` adds the weights as safetensors, for whoever trains on; the app needs none.

    Raises:
        AnitagError: a step before (export, calibrate, evaluate) has not run, or the app would
            refuse the package; then ``target`` is as it was.
    """
    for needed in (run.onnx, *([run.tensors] if with_tensors else [])):
        if not needed.is_file():
            raise AnitagError("no_such_file", path=needed)
    parts = _read(run)
    target.parent.mkdir(parents=True, exist_ok=True)
    staging = Path(tempfile.mkdtemp(dir=target.parent, prefix=".tmp-"))
    try:
        if with_tensors:
            shutil.copyfile(run.tensors, staging / TENSORS)
        _fill(staging, run, parts)
        ModelPackage.load(staging).check_hashes()
        _replace(staging, target)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    return ModelPackage.load(target)


def _read(run: RunFolder) -> _Parts:
    measures = run.read("measures.json")
    golden = run.read("golden.json") if (run.path / "golden.json").exists() else None
    thresholds, size = run.read("thresholds.json"), run.read("parity.json")["size"]
    width = ExportedModel(run.onnx).width
    return _Parts(run.config(), run.vocabulary(), thresholds, measures, golden, size, width)


def _fill(folder: Path, run: RunFolder, parts: _Parts) -> None:
    shutil.copyfile(run.onnx, folder / WEIGHTS)
    (folder / LABELS).write_text(_labels(parts), "utf-8")
    if parts.golden:
        shutil.copyfile(run.path / parts.golden["path"], folder / parts.golden["path"])
    write_card(folder / CARD, run, parts.thresholds, parts.measures)
    document = json.dumps(_manifest(folder, parts), ensure_ascii=False, indent=1)
    (folder / MANIFEST).write_text(document + "\n", "utf-8")
    folder.chmod(0o755)


def _labels(parts: _Parts) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["tag_id", "name", "category", "count", "threshold"])
    for number, label in enumerate(parts.vocabulary.labels):
        threshold = parts.thresholds["by_label"][number]
        is_rating = label.category is TagCategory.RATING
        shown = "" if is_rating else f"{threshold:.4f}"
        kind = CATEGORY_NUMBERS[label.category]
        writer.writerow([number, label.name, kind, label.count, shown])
    return text.getvalue()


def _manifest(folder: Path, parts: _Parts) -> dict[str, Any]:
    config, width = parts.config, len(parts.vocabulary)
    size = parts.size
    roles = {WEIGHTS: "weights", LABELS: "labels", CARD: "card"}
    if parts.golden:
        roles[parts.golden["path"]] = "golden"
    if (folder / TENSORS).exists():
        roles[TENSORS] = "tensors"
    files = [_file(folder / name, role) for name, role in roles.items()]
    return {
        "schema": 1,
        "id": config.model.id,
        "revision": files[0]["sha256"][:12],
        "title": config.model.title,
        "kind": "tagger",
        "family": "anitag",
        "backbone": config.network.backbone,
        "licence": {"spdx": config.model.licence, "url": "", "notice": config.model.notice},
        "files": files,
        "runtime": {"backend": "onnx", "opset": _opset(folder / WEIGHTS), "precision": "fp32"},
        "input": {"name": "input", "layout": "NCHW", "size": [size, size], "dtype": "float32"},
        "preprocess": operations_of(preparation_of(config.network), size),
        "outputs": [
            {"name": "probabilities", "role": "scores", "activation": "none", "width": width},
            {
                "name": "embedding",
                "role": "embedding",
                "width": parts.width,
                "normalise": True,
            },
        ],
        "labels": {
            "type": "csv",
            "file": LABELS,
            "name_col": "name",
            "category_col": "category",
            "id_col": "tag_id",
            "count_col": "count",
            "threshold_col": "threshold",
            "category_map": {number: str(kind) for kind, number in CATEGORY_NUMBERS.items()},
        },
        "decode": {
            "rating": "argmax",
            "thresholds": parts.thresholds["by_category"],
            "store_floor": 0.05,
        },
        "metrics": [_metric(measure) for measure in parts.measures],
        "golden": [parts.golden] if parts.golden else [],
        "provenance": "trained",
    }


def _metric(measure: dict[str, Any]) -> dict[str, Any]:
    described = ("averaging", "at", "support", "note")
    wanted = {"name": measure["name"], "value": measure["value"], "set": measure["set"]}
    return {**wanted, **{name: measure[name] for name in described}}


def _file(path: Path, role: str) -> dict[str, Any]:
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()
    return {"role": role, "path": path.name, "size": len(content), "sha256": digest}


def _opset(path: Path) -> int:
    model = onnx.load(str(path), load_external_data=False)
    return next(int(o.version) for o in model.opset_import if o.domain in {"", "ai.onnx"})


def _replace(staging: Path, target: Path) -> None:
    """Put the new folder in the old one's place; the old one is gone only afterwards."""
    if target.exists():
        old = target.with_name(f".old-{target.name}")
        shutil.rmtree(old, ignore_errors=True)
        target.rename(old)
        staging.rename(target)
        shutil.rmtree(old)
    else:
        staging.rename(target)
