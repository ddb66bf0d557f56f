"""A study: a declarative table of trainings, one for each combination of what is compared.

A study is a TOML file of ``training/experiments/studies``. ``[settings]`` holds what all of its
trainings have, as ``--set`` takes it, over a ``preset``. Each ``[axes.NAME.VALUE]`` holds what one
value of an axis changes; keys without a dot are words that texts in the settings may name in
braces (the preset, too), as is the value of each axis. ``left_out`` names values that do not go
together. ``[[comparisons]]`` say which two values of an axis are set
side by side. ``[[evaluations]]`` name sets beneath the data folder that all cells are measured on
and none is trained on.
"""

import itertools
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError

STUDIES = Path(__file__).parent / "studies"
RUNS = "$EXPERIMENTS/runs/"
"""How settings name the runs of other cells: what follows is the path of the run."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One training without its seed: ``name`` is made of the axes' values."""

    study: str
    name: str
    values: tuple[str, ...]
    preset: str
    settings: Mapping[str, Any]

    @property
    def begins_with(self) -> str:
        """The run (STUDY/CELL/seed-N) whose weights it begins with, or nothing."""
        return self._run_named("network.checkpoint")

    @property
    def needs(self) -> tuple[str, ...]:
        """The runs that have to be there before: what it begins with, and who teaches it."""
        return tuple(filter(None, (self.begins_with, self._run_named("distillation.teacher"))))

    def _run_named(self, setting: str) -> str:
        path = str(self.settings.get(setting, ""))
        return path.removeprefix(RUNS) if path.startswith(RUNS) else ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The value ``of`` an axis against another one, everything else alike.

    ``where`` names values of other axes that both have to have (none: all are compared).
    """

    axis: str
    of: str
    against: str
    where: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A set that is measured on as ``training evaluate`` does: ``name`` is what tables call it.

    ``limit`` takes that many of its pictures (0: all), ``size`` is the side in pixels at which they
    are looked at.
    """

    name: str
    folder: str
    size: int
    limit: int = 0


@dataclass(frozen=True, slots=True)
class Study:
    """What is trained and what is asked of it.

    ``measured_on`` names the set whose test part is measured, ``measures`` the columns of the
    table, the first one being the head line. With ``keeps`` the weights stay for other cells.
    ``evaluations`` are measured on in place of a set with a test part.
    """

    name: str
    title: str
    about: str
    sets: tuple[str, ...]
    measured_on: str
    measures: tuple[str, ...]
    seeds: tuple[int, ...]
    axes: tuple[str, ...]
    cells: tuple[Cell, ...]
    comparisons: tuple[Comparison, ...]
    keeps: bool = False
    evaluations: tuple[Evaluation, ...] = ()

    def cell(self, name: str) -> Cell:
        """Return a cell by its name.

        Raises:
            AnitagError: ``bad_config`` when the study has no such cell.
        """
        for cell in self.cells:
            if cell.name == name:
                return cell
        reason = f"the study {self.name} has no cell {name}"
        raise AnitagError("bad_config", path="experiments", reason=reason)


def study_names(folder: Path = STUDIES) -> list[str]:
    """Return the names of the studies in the order of their numbers."""
    numbers = {p.stem: tomllib.loads(p.read_text("utf-8"))["number"] for p in folder.glob("*.toml")}
    return sorted(numbers, key=lambda name: (numbers[name], name))


def load_study(name: str, folder: Path = STUDIES) -> Study:
    """Read a study by its name.

    Raises:
        AnitagError: ``bad_config`` when there is none, or what is wrong with it.
    """
    path = folder / f"{name}.toml"
    try:
        return _study(name, tomllib.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        raise AnitagError("bad_config", path=path, reason="there is no such study") from None
    except (ValueError, KeyError, TypeError) as error:
        raise AnitagError("bad_config", path=path, reason=repr(error)) from error


def _study(name: str, values: dict[str, Any]) -> Study:
    axes: dict[str, dict[str, Any]] = values["axes"]
    comparisons = tuple(
        Comparison(c["axis"], c["of"], c["against"], tuple(c.get("where", ())))
        for c in values.get("comparisons", ())
    )
    for comparison in comparisons:
        if not {comparison.of, comparison.against} <= set(axes[comparison.axis]):
            raise ValueError(f"{comparison} names values that the axis has not")
    return Study(
        name,
        values["title"],
        values["about"],
        tuple(values["sets"]),
        values["measured_on"],
        tuple(values["measures"]),
        tuple(values["seeds"]),
        tuple(axes),
        tuple(_cells(name, values, axes)),
        comparisons,
        values.get("keeps", False),
        tuple(Evaluation(**e) for e in values.get("evaluations", ())),
    )


def _cells(study: str, values: dict[str, Any], axes: dict[str, dict[str, Any]]) -> list[Cell]:
    left_out = {tuple(names) for names in values.get("left_out", ())}
    return [
        _cell(study, values, axes, chosen)
        for chosen in itertools.product(*axes.values())
        if not any(set(names) <= set(chosen) for names in left_out)
    ]


def _cell(
    study: str, values: dict[str, Any], axes: dict[str, dict[str, Any]], chosen: tuple[str, ...]
) -> Cell:
    """Return the cell of some values, a later axis's settings over those of an earlier one."""
    merged: dict[str, Any] = dict(values["settings"])
    for axis, value in zip(axes, chosen, strict=True):
        merged |= {axis: value, **axes[axis][value]}
    words = {key: str(value) for key, value in merged.items() if "." not in key and key != "phases"}
    settings = {
        key: value.format(**words) if isinstance(value, str) else value
        for key, value in merged.items()
        if key not in words
    }
    preset = str(values["preset"]).format(**words)
    return Cell(study, "/".join(chosen), chosen, preset, settings)
