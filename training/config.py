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
from training.settings.augmentation import AugmentationConfig, ViewConfig
from training.settings.checks import check
from training.settings.datasets import DatasetConfig, SourceConfig
from training.settings.distillation import DistillationConfig
from training.settings.loss import ExclusionConfig, IdentityConfig, LossConfig
from training.settings.model import ModelConfig
from training.settings.network import NetworkConfig
from training.settings.optimiser import OptimiserConfig, PhaseConfig
from training.settings.run import RunConfig, StageConfig
from training.settings.task import TaskConfig

__all__ = [
    "CONFIGS",
    "AugmentationConfig",
    "Config",
    "DatasetConfig",
    "DistillationConfig",
    "ExclusionConfig",
    "IdentityConfig",
    "LossConfig",
    "ModelConfig",
    "NetworkConfig",
    "OptimiserConfig",
    "PhaseConfig",
    "RunConfig",
    "SourceConfig",
    "StageConfig",
    "TaskConfig",
    "ViewConfig",
    "config_from",
    "load_config",
]

CONFIGS = Path(__file__).parent / "configs"


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of one run."""

    datasets: DatasetConfig
    task: TaskConfig = field(default_factory=TaskConfig)
    run: RunConfig = field(default_factory=RunConfig)
    network: NetworkConfig = field(default_factory=NetworkConfig)
    augmentation: AugmentationConfig = field(default_factory=AugmentationConfig)
    views: ViewConfig = field(default_factory=ViewConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    exclusion: ExclusionConfig = field(default_factory=ExclusionConfig)
    identity: IdentityConfig = field(default_factory=IdentityConfig)
    distillation: DistillationConfig = field(default_factory=DistillationConfig)
    optimiser: OptimiserConfig = field(default_factory=OptimiserConfig)
    phases: tuple[PhaseConfig, ...] = ()
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

    A config may begin with ``extends = "another"``: it then says only what is different there.

    Raises:
        AnitagError: ``bad_config`` with the setting and what is wrong with it.
    """
    values = _read(name)
    for override in overrides:
        _override(values, override)
    return config_from(values, name)


def config_from(values: Mapping[str, Any], path: str = "the config") -> Config:
    """Build a checked config from plain values (see ``load_config``)."""
    try:
        config = _build(Config, values, "")
        check(config)
    except ValueError as error:
        raise AnitagError("bad_config", path=path, reason=str(error)) from error
    return config


T = TypeVar("T")


def _read(name: str, before: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return the values of a config, put over those that it extends."""
    path = Path(name) if name.endswith(".toml") else CONFIGS / f"{name}.toml"
    try:
        values = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise AnitagError("bad_config", path=path, reason="there is no such file") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise AnitagError("bad_config", path=path, reason=str(error)) from error
    base = values.pop("extends", None)
    if base is None:
        return values
    if not isinstance(base, str) or base in before:
        raise AnitagError("bad_config", path=path, reason=f"it cannot extend {base!r}")
    return _merged(_read(base, (*before, base)), values)


def _merged(base: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return ``values`` over ``base``, section by section; lists are replaced whole."""
    merged = dict(base)
    for name, value in values.items():
        both = isinstance(value, dict) and isinstance(merged.get(name), dict)
        merged[name] = _merged(merged[name], value) if both else value
    return merged


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
