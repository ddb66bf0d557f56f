"""What holds for the settings of every run, said as sentences."""

from collections.abc import Iterator
from dataclasses import fields
from typing import TYPE_CHECKING, Any

from training.settings.ranges import range_rules

if TYPE_CHECKING:
    from training.config import Config
    from training.settings.run import StageConfig

CHOICES = {
    "task.name": ("tagging", "recognition", "multimodal", "contrastive"),
    "task.tokenizer": ("tag", "wp"),
    "task.mask_schedule": ("none", "bert", "full", "sigmoid"),
    "task.masking": ("constant", "random"),
    "loss.name": ("bce", "asl", "focal", "hill", "splc", "mse"),
    "loss.reduction": ("known", "pictures"),
    "loss.class_weights": ("none", "inverse", "sqrt", "effective"),
    "network.head": (
        *(
            "embedding",
            "colours",
            "linear",
            "ifa",
            "concat_pool",
            "leaky",
            "leaky_legacy",
            "ml_decoder",
        ),
    ),
    "network.ifa_tokens": ("cls", "avgpool"),
    "network.ifa_aggregate": ("scalar", "softmax", "per_feature"),
    "network.mean_std": ("checkpoint", "half", "imagenet"),
    "network.resize": ("checkpoint", "squish", "crop", "pad"),
    "network.load": (
        *("strict", "transfer", "full_tokenizer", "patchprojection", "posembeddings", "clstoken"),
        *("patchandposembeddings", "patchandclstoken", "posembeddingsandclstoken"),
    ),
    "views.mixed_tags": ("share", "union"),
    "run.precision": ("fp32", "bf16", "fp16"),
    "run.sampler": ("shuffle", "balanced", "sqrt"),
    "datasets.store": ("cache", "resized", "files"),
}
OPTIMISER_CHOICES = {
    "name": ("adamw", "adam", "sgd", "lamb"),
    "schedule": ("cosine", "epoch_decay", "plateau", "one_cycle", "constant"),
}
EMBEDDING_HEADS = ("embedding", "colours")
SPLITS = {"hash", "stratified", "column", "train", "test"}


def check(config: "Config") -> None:
    """Raise ``ValueError`` with the first rule that the settings break."""
    ranges = range_rules(config, _optimisers(config))
    rules = (*_rules(config), *_task_rules(config), *_loss_rules(config), *_watching_rules(config))
    for message, holds in (*_choices(config), *ranges, *rules):
        if not holds:
            raise ValueError(message)


def _choices(config: "Config") -> Iterator[tuple[str, bool]]:
    for name, known in CHOICES.items():
        section, _, last = name.partition(".")
        value = getattr(getattr(config, section), last)
        yield f"{name} has to be {_or(known)}", value in known
    for where, optimiser in _optimisers(config):
        for name, known in OPTIMISER_CHOICES.items():
            yield f"{where}.{name} has to be {_or(known)}", getattr(optimiser, name) in known
        yield f"{where}.decay has to lie between 0 and 1", 0 <= optimiser.decay <= 1


def _optimisers(config: "Config") -> list[tuple[str, Any]]:
    phases = [(f"phases[{i}].optimiser", p.optimiser) for i, p in enumerate(config.phases)]
    return [("optimiser", config.optimiser), *phases]


def _rules(config: "Config") -> Iterator[tuple[str, bool]]:
    wrong = [
        f.name
        for f in fields(config.augmentation)
        if not 0 <= getattr(config.augmentation, f.name) <= 1
    ]
    name = wrong[0] if wrong else ""
    sources, run, parts = config.datasets.sources, config.run, config.datasets
    yield f"augmentation.{name} has to lie between 0 and 1", not wrong
    yield "datasets.sources has to name at least one set", bool(sources)
    yield "run.steps and run.batch have to be at least 1", min(run.steps, run.batch) > 0
    yield (
        "datasets.validation and test have to leave something to train on",
        parts.validation >= 0 and parts.test >= 0 and parts.validation + parts.test < 1,
    )
    yield "datasets.fraction has to lie over 0 and at most at 1", 0 < parts.fraction <= 1
    yield (
        "complete has to be all, own or none",
        all({s.complete, s.characters} <= {"all", "own", "none"} for s in sources),
    )
    yield f"split has to be {_or(sorted(SPLITS))}", all(s.split in SPLITS for s in sources)
    yield "run.stages have to start at 0 and rise", _stages_rise(run.stages)
    yield (
        "phases need a length each, epochs or steps",
        all((p.epochs > 0) != (p.steps > 0) for p in config.phases),
    )


def _task_rules(config: "Config") -> Iterator[tuple[str, bool]]:
    network, task = config.network, config.task
    cached = config.datasets.store == "cache"
    yield (
        "network.size has to be a multiple of 32 for an embedding head",
        network.head not in EMBEDDING_HEADS or network.size % 32 == 0,
    )
    yield (
        "network.colour_grid has to divide 32",
        network.head != "colours" or 32 % max(1, network.colour_grid) == 0,
    )
    yield (
        "the heads embedding and colours belong to the task tagging",
        network.head not in EMBEDDING_HEADS or task.name == "tagging",
    )
    yield (
        "pictures of the cache are squares with mean and deviation of a half: resize has to be pad"
        " and mean_std half",
        not cached or (network.resize == "pad" and network.mean_std == "half"),
    )
    yield (
        "the exclusion loss needs the head ifa, whose blocks it compares",
        config.exclusion.weight == 0 or network.head == "ifa",
    )
    yield (
        "distillation teaches tagging and recognition only, at a temperature over 0",
        not config.distillation.teacher
        or (task.name in {"tagging", "recognition"} and config.distillation.temperature > 0),
    )
    yield (
        "contrastive learning needs a temperature over 0, and pictures that are not mixed",
        task.name != "contrastive"
        or (task.temperature > 0 and not (config.views.mixup or config.views.cutmix)),
    )
    yield (
        "the task multimodal takes the heads linear and ifa, and looks at class tokens",
        task.name != "multimodal"
        or (network.head in {"linear", "ifa"} and network.ifa_tokens == "cls"),
    )
    yield (
        "task.length has to leave room for a tag between the two specials",
        task.name != "multimodal" or task.length >= 3,
    )


def _loss_rules(config: "Config") -> Iterator[tuple[str, bool]]:
    """Yield which task takes which term of the loss: nothing that is asked for is left out."""
    loss, classes = config.loss, {"recognition", "multimodal"}
    for name, is_wanted, tasks in (
        ("exclusion.weight", config.exclusion.weight != 0, classes),
        ("loss.class_weights", loss.class_weights != "none", classes),
        ("loss.families", loss.families != 0, {"tagging"}),
        ("loss.pos_weight_power", loss.pos_weight_power != 0, {"tagging"}),
        ("identity.weight", config.identity.weight != 0, {"tagging"}),
    ):
        message = f"{name} belongs to the task {' or '.join(sorted(tasks))}"
        yield message, not is_wanted or config.task.name in tasks
    alone, sets = config.identity.alone, {source.name for source in config.datasets.sources}
    yield "identity.alone has to name sets of datasets.sources", sets.issuperset(alone)
    yield "identity.alone needs identity.weight over 0", not alone or config.identity.weight > 0


def _watching_rules(config: "Config") -> Iterator[tuple[str, bool]]:
    """Yield what only a run that validates can do."""
    run, phases = config.run, config.phases
    paces = [phase.optimiser for phase in phases] or [config.optimiser]
    for name, is_wanted in (
        ("run.patience", run.patience > 0),
        ("run.also_best", bool(run.also_best)),
        ("the schedule plateau", any(pace.schedule == "plateau" for pace in paces)),
        ("revert", any(phase.revert for phase in phases)),
    ):
        yield f"{name} needs run.validate_every over 0", not is_wanted or run.validate_every > 0
    yield (
        "revert takes back to the phase before: the first phase has none",
        not phases or not phases[0].revert,
    )


def _stages_rise(stages: "tuple[StageConfig, ...]") -> bool:
    starts = [stage.start for stage in stages]
    return not starts or (starts[0] == 0 and starts == sorted(set(starts)) and starts[-1] < 1)


def _or(names: Any) -> str:
    *some, last = names
    return f"{', '.join(some)} or {last}"
