"""The settings of a training run: frozen values read from TOML and checked.

Every value may be overridden on the command line with ``--set section.name=value``; the value is
written as in TOML (``--set optimiser.rate=0.001``, ``--set run.name='"trial"'`` or plain words).
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, asdict, dataclass, field, fields, is_dataclass
from pathlib import Path
from types import GenericAlias
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from anitag_desktop.domain.error import AnitagError

CONFIGS = Path(__file__).parent / "configs"


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One set of labelled pictures.

    ``path`` is a folder or a manifest and may name environment variables (``$DATA/drawn``).
    ``complete`` says what a tag means that a picture does not have: ``all``: it is absent;
    ``own``: absent if the set uses the tag anywhere, otherwise unknown; ``none``: unknown.
    ``characters`` says the same for characters. ``repeat`` is how often a picture comes up in one
    epoch. ``grouped_by`` names the manifest columns whose values keep pictures together when the
    set is split; ``held_out`` names groups that only ever measure. ``split`` says how the others
    are divided: by the ``hash`` of the group, by the manifest's own ``column`` split, or not at
    all (``train``). ``join_look_alikes`` joins the groups of near-duplicates (resized, recompressed
    or mirrored copies) first.
    """

    name: str
    path: str
    complete: str = "all"
    characters: str = "all"
    repeat: int = 1
    held_out: tuple[str, ...] = ()
    grouped_by: tuple[str, ...] = ("group",)
    split: str = "hash"
    join_look_alikes: bool = False


@dataclass(frozen=True, slots=True)
class DatasetConfig:
    """Which pictures, which tags, and how they are split.

    ``min_count`` is the least number of training pictures that a tag needs; ``min_groups`` the
    least number of groups. Fractions of groups go to ``validation`` (calibrates) and ``test``.
    """

    sources: tuple[SourceConfig, ...]
    cache: str = "runs/cache"
    min_count: int = 20
    min_character_count: int = 5
    excluded: tuple[str, ...] = ()
    validation: float = 0.05
    test: float = 0.05


@dataclass(frozen=True, slots=True)
class NetworkConfig:
    """A timm backbone, the width of the embedding, and the picture size it ends with."""

    backbone: str = "mobilenetv4_conv_small"
    embedding: int = 256
    size: int = 192
    dropout: float = 0.1


@dataclass(frozen=True, slots=True)
class AugmentationConfig:
    """Chances (0 to 1) and strengths of what is done to a training picture.

    ``min_area`` is the least share of the picture that a random crop keeps; ``turn`` the chance of
    a turn by up to ``turn_angle`` of a full circle. ``brightness`` to ``cast`` (each channel on its
    own) are the largest relative changes, ``gamma`` the largest exponent beside 1; ``hue`` is a
    share of the colour circle and stays small, because hair and eye colours are tags.
    """

    crop: float = 0.8
    min_area: float = 0.5
    shrink: float = 0.15
    turn: float = 0.4
    turn_angle: float = 0.05
    flip: float = 0.5
    brightness: float = 0.2
    contrast: float = 0.2
    saturation: float = 0.2
    hue: float = 0.01
    cast: float = 0.06
    gamma: float = 0.2
    grey: float = 0.0
    blur: float = 0.15
    low_resolution: float = 0.3
    jpeg: float = 0.2
    noise: float = 0.15
    erase: float = 0.15
    background: float = 0.7


@dataclass(frozen=True, slots=True)
class LossConfig:
    """``bce``, or ``asl`` with its focusing powers and its probability shift.

    ``pos_weight_power`` p weights a tag's positives by (negatives / positives)^p, at most
    ``pos_weight_cap``; 0 switches it off.
    """

    name: str = "bce"
    gamma_positive: float = 0.0
    gamma_negative: float = 2.0
    clip: float = 0.05
    pos_weight_power: float = 0.0
    pos_weight_cap: float = 10.0


@dataclass(frozen=True, slots=True)
class IdentityConfig:
    """The second task, which shapes the embedding: to tell persons apart, named or not.

    ``weight`` is its share in the loss (0 = off). Logits are cosines times ``scale``, with
    ``margin`` taken from the right one.
    """

    weight: float = 0.0
    scale: float = 16.0
    margin: float = 0.1
    least: int = 4


@dataclass(frozen=True, slots=True)
class OptimiserConfig:
    """AdamW with linear warm-up, a level part, and a cosine down to 0 over a ``decay`` share."""

    rate: float = 2e-3
    weight_decay: float = 0.02
    warm_up: int = 200
    decay: float = 1.0
    clip: float = 1.0
    average: float = 0.999


@dataclass(frozen=True, slots=True)
class StageConfig:
    """From which share of the run on (0 to 1) which picture size is trained on."""

    start: float
    size: int


@dataclass(frozen=True, slots=True)
class RunConfig:
    """How long, how fast, where; ``until`` ends this call after so many steps (0 = at the end)."""

    name: str = "run"
    seed: int = 1
    steps: int = 1000
    until: int = 0
    batch: int = 32
    threads: int = 1
    workers: int = 0
    device: str = "cpu"
    bf16: bool = False
    checkpoint_every: int = 500
    stages: tuple[StageConfig, ...] = ()


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """How the packaged model is called and what its card says."""

    id: str = "anitag/trained"
    title: str = "Trained model"
    licence: str = "MIT"
    notice: str = ""
    description: str = ""
    limits: tuple[str, ...] = ()
    reproduce: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one run."""

    datasets: DatasetConfig
    run: RunConfig = field(default_factory=RunConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    identity: IdentityConfig = field(default_factory=IdentityConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    model: ModelConfig = field(default_factory=ModelConfig)

    def size_at(self, progress: float) -> int:
        """Return the picture size in pixels at a share (0 to 1) of the run."""
        begun = [stage for stage in self.run.stages if stage.start <= progress]
        return begun[-1].size if begun else self.network.size

    def as_plain(self) -> dict[str, Any]:
        """Return the settings as plain values for JSON."""
        return asdict(self)


def load_config(name: str, overrides: Sequence[str] = ()) -> Config:
    """Read a config by path, or by name from ``training/configs``, with ``a.b=c`` overrides.

    Raises:
        AnitagError: ``bad_config`` with the setting and what is wrong with it.
    """
    path = Path(name) if name.endswith(".toml") else CONFIGS / f"{name}.toml"
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise AnitagError("bad_config", path=path, reason="there is no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AnitagError("bad_config", path=path, reason=str(error)) from error
    for override in overrides:
        _override(values, override)
    return config_from(values, str(path))


def config_from(values: Mapping[str, Any], path: str = "the config") -> Config:
    """Build a checked config from plain values (see ``load_config``)."""
    try:
        config = _build(Config, values, "")
        _check(config)
    except ValueError as error:
        raise AnitagError("bad_config", path=path, reason=str(error)) from error
    return config


T = TypeVar("T")


def _override(values: dict[str, Any], text: str) -> None:
    name, equals, value = text.partition("=")
    if not equals or not name:
        raise AnitagError("bad_config", path="--set", reason=f"{text!r} is not NAME=VALUE")
    *sections, last = name.strip().split(".")
    for section in sections:
        values = values.setdefault(section, {})
        if not isinstance(values, dict):
            raise AnitagError("bad_config", path="--set", reason=f"{section} has no parts")
    try:
        values[last] = tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        values[last] = value


def _build(kind: type[T], values: Any, where: str) -> T:
    if not isinstance(values, Mapping):
        raise ValueError(f"{where} has to be a table")
    hints = get_type_hints(kind)
    unknown = sorted(set(values) - set(hints))
    if unknown:
        raise ValueError(f"{where}{unknown[0]} is not a setting; known are {', '.join(hints)}")
    for known in fields(kind):  # type: ignore[arg-type]
        required = known.default is MISSING and known.default_factory is MISSING
        if required and known.name not in values:
            raise ValueError(f"{where}{known.name} is missing")
    return kind(**{n: _convert(hints[n], v, f"{where}{n}") for n, v in values.items()})


def _convert(hint: Any, value: Any, where: str) -> Any:
    if is_dataclass(hint) and isinstance(hint, type):
        return _build(hint, value, f"{where}.")
    if isinstance(hint, GenericAlias) or get_origin(hint) is tuple:
        if not isinstance(value, (list, tuple)):
            raise ValueError(f"{where} has to be a list")
        inner = get_args(hint)[0]
        return tuple(_convert(inner, v, f"{where}[{i}]") for i, v in enumerate(value))
    if hint is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not hint:
        raise ValueError(f"{where} has to be of kind {hint.__name__}, not {value!r}")
    return value


def _check(config: Config) -> None:
    chances = config.augmentation
    wrong = [f.name for f in fields(chances) if not 0 <= getattr(chances, f.name) <= 1]
    rules = {
        f"augmentation.{wrong[0] if wrong else ''} has to lie between 0 and 1": not wrong,
        "datasets.sources has to name at least one set": bool(config.datasets.sources),
        "run.steps and run.batch have to be at least 1": min(config.run.steps, config.run.batch)
        > 0,
        "datasets.validation and test have to leave something to train on": (
            config.datasets.validation >= 0
            and config.datasets.validation + config.datasets.test < 1
        ),
        "loss.name has to be bce or asl": config.loss.name in {"bce", "asl"},
        "complete has to be all, own or none": all(
            {s.complete, s.characters} <= {"all", "own", "none"} for s in config.datasets.sources
        ),
        "split has to be hash, column or train": all(
            s.split in {"hash", "column", "train"} for s in config.datasets.sources
        ),
        "run.stages have to start at 0 and rise": _stages_rise(config.run.stages),
        "optimiser.decay has to lie between 0 and 1": 0 <= config.optimiser.decay <= 1,
        "network.size has to be a multiple of 32": config.network.size % 32 == 0,
    }
    for message, holds in rules.items():
        if not holds:
            raise ValueError(message)


def _stages_rise(stages: tuple[StageConfig, ...]) -> bool:
    starts = [stage.start for stage in stages]
    return not starts or (starts[0] == 0 and starts == sorted(set(starts)) and starts[-1] < 1)
