"""What follows training: each step works on the exported file and on picture files."""

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from anitag_desktop.domain.error import AnitagError
from training.calibration import Calibration, calibrate
from training.datasets.class_labels import class_vocabulary
from training.datasets.labelled_run import LabelledRun, Part
from training.datasets.splitting import read_split
from training.datasets.targets import Targets
from training.datasets.vocabulary import Vocabulary
from training.evaluation.applying import measure_applied, measure_at_best, tag_lines
from training.evaluation.classes import measure_classes
from training.evaluation.labelled_set import LabelledSet, read_set
from training.evaluation.measure import Measure
from training.evaluation.sets import measure_set
from training.evaluation.tagging import by_label, measure_tags
from training.evaluation.told import calibrates, told_by, unseen
from training.exporting import export, load_network, save_tensors
from training.metrics import Floats, ScoreHistogram
from training.progress import Progress
from training.run_folder import RunFolder
from training.runner import ExportedModel, Matrix
from training.starting import read_weights
from training.sureness import NEVER, sure_thresholds
from training.tasks.captions import read_tokenizer
from training.views.preparation import preparation_of

PARITY_PICTURES = 64
GOLDEN = "golden"
GOLDEN_SCORES = 40


def export_run(run: RunFolder, progress: Progress, size: int = 0) -> None:
    """Export the weights of a run that its report is about, as ONNX and as safetensors.

    They are its best ones, or, where nothing was validated, the newest average; the file is proved
    on real pictures. ``size`` is the side of the input in pixels, 0 for that of the config.

    Raises:
        AnitagError: ``bad_config`` for a side that the network does not take.
    """
    config = run.config()
    size = size or config.network.size
    weights = read_weights(run.path)
    if config.task.name != "tagging":
        _name_classes(run)
    names = run.label_names()
    multimodal = config.task.name == "multimodal"
    tokenizer = read_tokenizer(config.task, run.path) if multimodal else None
    network = load_network(config, len(names), weights, tokenizer)
    paths = _spread(_files(run))
    parity = export(network, size, run.onnx, paths, preparation_of(config.network))
    save_tensors(network, run.tensors)
    run.write("labels.json", names)
    values = {"probabilities": parity.probabilities, "embedding": parity.embedding}
    run.write("parity.json", {**values, "pictures": parity.pictures, "size": size})
    progress.report("exported", path=str(run.onnx), **values)


def _name_classes(run: RunFolder) -> None:
    """Write what the classes of a run are called as tags."""
    found = LabelledRun.read(run)
    learnt = [p for p, part in zip(found.pictures, found.parts, strict=True) if part == "train"]
    vocabulary = class_vocabulary(run.read("classes.json"), learnt, run.config().model.category)
    (run.path / "vocabulary.json").write_text(vocabulary.to_json(), "utf-8")


def exported_model(run: RunFolder) -> ExportedModel:
    """Return the exported model of a run, which prepares pictures as its network wants them."""
    config = run.config()
    return ExportedModel(run.onnx, config.run.threads, preparation_of(config.network))


def _files(run: RunFolder) -> list[Path]:
    """Return the files of the validation part, of a small set those of its training part."""
    known = read_split(run.path / "split.jsonl")
    for part in ("validation", "train"):
        if paths := [Path(file) for file, where in known.items() if where == part]:
            return paths
    raise AnitagError("no_pictures", path=run.path)


def calibrate_run(
    run: RunFolder, progress: Progress, sets: Sequence[LabelledSet] = ()
) -> Calibration:
    """Choose thresholds on the validation part and write them to the run.

    With ``sets`` of real pictures a tag is applied by itself only where half of them show it to be
    right (``sure_thresholds``); what was balanced on the validation part is kept beside that.
    """
    part = LabelledRun.read(run).part("validation")
    if not part.paths:
        raise AnitagError("no_pictures", path=f"the validation part of {run.path}")
    model, vocabulary = exported_model(run), run.vocabulary()
    scores, _ = model.run_files(part.paths)
    histogram = ScoreHistogram(scores.shape[1])
    histogram.add(scores, part.targets)
    found = calibrate(histogram, vocabulary)
    by_category = {str(k): v for k, v in found.by_category.items()}
    balanced = [float(t) for t in found.by_label]
    values: dict[str, Any] = {
        "by_category": by_category,
        "by_label": balanced,
        "balanced": balanced,
    }
    if sets:
        told = [_told(labelled, run, model, calibrating=True) for labelled in sets]
        real = (np.concatenate([s for s, _ in told]), np.concatenate([t for _, t in told]))
        sure = sure_thresholds(vocabulary, real, found.by_label)
        values |= {"by_label": [float(t) for t in sure], "real_pictures": len(real[0])}
        progress.report("sure", tags=int((sure < NEVER).sum()), pictures=len(real[0]))
    run.write("thresholds.json", {**values, "pictures": len(part.paths)})
    progress.report("calibrated", pictures=len(part.paths), **by_category)
    return found


def _told(
    labelled: LabelledSet, run: RunFolder, model: ExportedModel, *, calibrating: bool
) -> tuple[Matrix, Targets]:
    """Return scores and targets of the pictures of which a set tells.

    They are the half that calibrates or, without ``calibrating``, the other; never one that the
    run learnt from.
    """
    told = told_by(labelled, run.vocabulary())
    paths = [labelled.paths[row] for row in told.rows]
    is_free = unseen(paths, read_split(run.path / "split.jsonl"))
    is_chosen = calibrates(paths, labelled.every) == calibrating
    chosen = np.flatnonzero(is_chosen & is_free)
    targets = told.targets[chosen]
    if not len(chosen):
        return np.zeros(targets.shape, np.float32), targets
    return model.run_files([paths[row] for row in chosen])[0], targets


def evaluate_run(
    run: RunFolder, sets: Sequence[Path], limit: int, cache: Path, progress: Progress
) -> list[Measure]:
    """Measure on the test part of each training set, then on other sets; write measures.json."""
    vocabulary = run.vocabulary()
    known = run.read("thresholds.json")
    packaged = np.asarray(known["by_label"], np.float64)
    balanced = np.asarray(known.get("balanced", known["by_label"]), np.float64)
    model = exported_model(run)
    measures = _on_own_tests(run, model, vocabulary, balanced)
    for folder in sets:
        labelled = read_set(folder, cache, limit)
        if labelled.name not in {source.name for source in run.config().datasets.sources}:
            measures += measure_set(labelled, model, vocabulary)
        told = _told(labelled, run, model, calibrating=False)
        if len(told[0]):
            measures += measure_at_best(*told, balanced, labelled.name)
            measures += measure_applied(*told, vocabulary, packaged, labelled.name)
            lines = tag_lines(*told, vocabulary, packaged, balanced)
            (run.path / f"tags_{labelled.name}.csv").write_text("\n".join(lines) + "\n", "utf-8")
    for measure in measures:
        progress.report("measured", **measure.as_plain())
    run.write("measures.json", [measure.as_plain() for measure in measures])
    return measures


def _on_own_tests(
    run: RunFolder, model: ExportedModel, vocabulary: Vocabulary, thresholds: Floats
) -> list[Measure]:
    labelled, total = LabelledRun.read(run), ScoreHistogram(len(vocabulary))
    measures = []
    for source in run.config().datasets.sources:
        part = labelled.part("test", source.name)
        if part.paths:
            scores, _ = model.run_files(part.paths)
            total.add(scores, part.targets)
            name = f"{source.name} (held out, {len(part.paths)} pictures)"
            if run.config().task.name != "tagging":
                measures += measure_classes(scores, part.targets, name)
            measures += measure_tags(scores, part.targets, vocabulary, thresholds, name)
            _keep_golden(run, part, scores[0], vocabulary)
    lines = by_label(total, vocabulary, thresholds)
    (run.path / "test_by_label.csv").write_text("\n".join(lines) + "\n", "utf-8")
    return measures


def _keep_golden(run: RunFolder, part: Part, scores: Floats, vocabulary: Vocabulary) -> None:
    """Record what the model says of one picture, the first test picture of the first set."""
    if (run.path / "golden.json").exists():
        return
    name = f"{GOLDEN}{part.paths[0].suffix}"
    shutil.copyfile(part.paths[0], run.path / name)
    best = np.argsort(-scores)[:GOLDEN_SCORES]
    names = app_names(vocabulary)
    known = {names[i]: round(float(scores[i]), 5) for i in best}
    run.write("golden.json", {"path": name, "scores": known})


def app_names(vocabulary: Vocabulary) -> list[str]:
    """Return the labels as the app names them: ratings with their prefix."""
    prefix = {"rating": "rating:"}
    return [prefix.get(str(label.category), "") + label.name for label in vocabulary.labels]


def _spread(paths: Sequence[Path]) -> list[Path]:
    """Return up to 64 pictures spread over all of them, so that every set is among them."""
    step = max(1, len(paths) // PARITY_PICTURES)
    return list(paths[::step][:PARITY_PICTURES])
