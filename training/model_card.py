"""Writes a model's card from what its run recorded; no field of it is written by hand."""

import platform
from collections import Counter
from pathlib import Path
from typing import Any

from anitag_desktop.domain.tag import Rating, TagCategory
from training.config import Config
from training.datasets.splitting import count_split
from training.datasets.vocabulary import Vocabulary
from training.evaluation.measure import Measure, as_table
from training.networks.backbones import RESIDUAL, SHALLOW
from training.reporting.history import best_epoch
from training.run_folder import RunFolder
from training.runner import ExportedModel
from training.sureness import LEAST_PRECISION, NEVER, PRECISION
from training.views.preparation import preparation_of

MOST_NAMED = 400
_KINDS = {
    "tagging": "A tagger for anime-style pictures.",
    "recognition": "Says which one of its classes a picture shows; their scores add up to 1.",
    "multimodal": "Says which one of its classes a picture shows. It learnt from pictures with "
    "their tags; here it sees pictures alone.",
}
_TOGETHER = "pictures of one group (a seed, page, episode or character) stay together"
_DIVIDED = {
    "hash": f"by the hash of the group's name: {_TOGETHER}",
    "stratified": f"at the same shares within each class: {_TOGETHER}",
    "column": "as the set itself says",
    "train": "so that all of it is learnt from",
    "test": "so that all of it only measures",
}
_RESIZED = {
    "pad": "padded with white to a square",
    "squish": "squeezed to a square",
    "crop": "its middle square",
}


def write_card(
    path: Path, run: RunFolder, thresholds: dict[str, Any], measures: list[dict[str, Any]]
) -> None:
    """Write the card of a run's model as Markdown."""
    config, vocabulary = run.config(), run.vocabulary()
    sections = [
        f"# {config.model.title}",
        config.model.description or _KINDS[config.task.name],
        _facts(config, vocabulary, run),
        "## Data\n\n" + _data_table(run) + "\n\n" + _ratings(config),
        "## Measured\n\n" + _measured(measures),
        "## Thresholds\n\n" + _thresholds(thresholds),
        "## Limits\n\n" + _bullets(config.model.limits),
        "## Labels\n\n" + _labels(vocabulary),
        "## How to make it again\n\n" + _reproduced(config.model.reproduce),
        "## Licence\n\n" + f"{config.model.licence}. {config.model.notice}".strip(),
    ]
    path.write_text("\n\n".join(sections) + "\n", "utf-8")


def _facts(config: Config, vocabulary: Vocabulary, run: RunFolder) -> str:
    parity = run.read("parity.json")
    training = run.read("training.json")
    counts = Counter(str(label.category) for label in vocabulary.labels)
    kinds = ", ".join(f"{n} {kind}" for kind, n in counts.items())
    mebibytes = run.onnx.stat().st_size / 2**20
    return "\n".join(
        [
            f"* Network: {_network(config)}, from {_begin(config)}; "
            f"{training['parameters']:,} parameters; {mebibytes:.1f} MiB as ONNX (float32).",
            f"* Input: {parity['size']} x {parity['size']} RGB, {_prepared(config)}.",
            f"* Output: {len(vocabulary)} probabilities ({kinds}) and an embedding of length 1 "
            f"with {ExportedModel(run.onnx).width} numbers.",
            f"* Training: {training['steps']:,} steps, {training['samples']:,} augmented pictures "
            f"seen, {training['minutes']:.0f} minutes "
            f"on {_device(config)}, seed {config.run.seed}; "
            f"{_chosen(run)}. Python {platform.python_version()}, torch {training['torch']}, timm "
            f"{training['timm']}.",
            f"* Export: from picture files at batches of 1, 2 and 7, largest difference to the "
            f"network {parity['probabilities']:.1e} (probability), {parity['embedding']:.1e} "
            f"(embedding), over {parity['pictures']} pictures.",
        ]
    )


def _device(config: Config) -> str:
    if not config.run.device.startswith("cpu"):
        return "a GPU"
    return f"{config.run.threads} thread(s) of a shared CPU"


def _chosen(run: RunFolder) -> str:
    """Say which weights these are, and what chose them."""
    config, best = run.config(), best_epoch(run.path)
    optimisers = [phase.optimiser for phase in config.phases] or [config.optimiser]
    is_averaged = optimisers[-1].average > 0 if best is None else best.get("weights") == "average"
    kind = "averaged weights" if is_averaged else "weights"
    if best is None:
        return f"the last {kind}"
    return f"the {kind} of step {best['step']}, best on the validation part by {config.run.monitor}"


def _network(config: Config) -> str:
    backbone, head = config.network.backbone, config.network.head
    maker = "the project's" if backbone in {SHALLOW, RESIDUAL} else "timm"
    return f"{maker} `{backbone}`" + (f" with the head `{head}`" if head == "colours" else "")


def _begin(config: Config) -> str:
    if config.network.checkpoint:
        return "the weights of an earlier training"
    return "published weights" if config.network.pretrained else "random weights"


def _prepared(config: Config) -> str:
    known = preparation_of(config.network)
    mean, std = (", ".join(f"{v:g}" for v in values) for values in (known.mean, known.std))
    return f"{_RESIZED[known.resize]}, {known.interpolation}, less {mean}, by {std}"


def _data_table(run: RunFolder) -> str:
    config = run.config()
    counts = count_split(run.path / "split.jsonl")
    lines = [
        "| set | training | validation (thresholds) | test | seen per epoch |",
        "|---" * 5 + "|",
    ]
    for source in config.datasets.sources:
        own = [counts[source.name, part] for part in ("train", "validation", "test")]
        lines.append(
            f"| {source.name} | {own[0]} | {own[1]} | {own[2]} | {own[0] * source.repeat} |"
        )
    held_out = [f"{s.name}: {', '.join(s.held_out)}" for s in config.datasets.sources if s.held_out]
    rule = " ".join([*division(config), *silence(config)])
    return "\n".join([*lines, "", rule, *(f"Held out whole: {h}." for h in held_out)])


def division(config: Config) -> list[str]:
    """Say how each set was divided; what a set itself assigns to a part stays there."""
    by_rule: dict[str, list[str]] = {}
    for source in config.datasets.sources:
        by_rule.setdefault(_DIVIDED[source.split], []).append(source.name)
    if len(by_rule) == 1:
        return [f"Divided {rule}." for rule in by_rule]
    return [f"Divided {rule}: {', '.join(names)}." for rule, names in by_rule.items()]


def silence(config: Config) -> list[str]:
    """Say what a tag means that a picture does not have, where it is not that it is absent."""
    is_silent = any(source.complete != "all" for source in config.datasets.sources)
    if config.task.name != "tagging" or not is_silent:
        return []
    return ["Tags that a set does not speak of are masked in the loss."]


def _ratings(config: Config) -> str:
    """Say which ratings were learnt from."""
    allowed = sorted({rating for source in config.datasets.sources for rating in source.ratings})
    left_out = [str(rating) for rating in Rating if rating not in allowed]
    if not left_out:
        return "Pictures of every rating were learnt from."
    return (
        f"Pictures rated {' or '.join(left_out)} were left out. A picture whose set states no "
        "rating counts as safe; what such sets hold was not looked at."
    )


def _measured(measures: list[dict[str, Any]]) -> str:
    return as_table(Measure(**values) for values in measures)


def _thresholds(thresholds: dict[str, Any]) -> str:
    by_category = ", ".join(f"{k} {v:.2f}" for k, v in thresholds["by_category"].items())
    if "real_pictures" in thresholds:
        return _sure(thresholds)
    return (
        f"By category: {by_category}. Each label has its own in `selected_tags.csv`: its best on "
        f"the validation pictures ({thresholds['pictures']} of them), pulled towards its "
        "category's, and the category's alone with fewer than 20 positives. Ratings take the "
        "highest score."
    )


def _sure(thresholds: dict[str, Any]) -> str:
    labels, real = thresholds["by_label"], thresholds["real_pictures"]
    applied = sum(threshold < NEVER for threshold in labels)
    return (
        f"{applied} of {len(labels)} labels are applied by themselves; all others are suggested "
        "only. A tag is applied from the lowest score on from which at least "
        f"{PRECISION:.0%} of what it says was right on {real} real pictures (and the lower end of "
        f"the 95 % interval at least {LEAST_PRECISION:.0%}); a tag or name of which no real "
        "picture tells never is. Each label's threshold stands in `selected_tags.csv` (1: never)."
    )


def _bullets(lines: tuple[str, ...]) -> str:
    return "\n".join(f"* {line}" for line in lines) or "* None stated."


def _reproduced(commands: tuple[str, ...]) -> str:
    if not commands:
        return "No commands are stated; `config.json` in the folder of its run holds every setting."
    return "\n".join(["```", *commands, "```"])


def _labels(vocabulary: Vocabulary) -> str:
    parts = []
    for category in TagCategory:
        names = [x.name for x in vocabulary.labels if x.category is category]
        if names:
            shown = ", ".join(f"`{n}`" for n in names[:MOST_NAMED])
            parts.append(f"**{category}** ({len(names)}): {shown}")
    return "\n\n".join(parts)
