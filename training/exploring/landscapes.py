"""The part with the loss landscape of a run: a line, a contour and a surface."""

import time

import numpy as np
import torch
from matplotlib.figure import Figure

from training.batches import Batch, plain_batches
from training.config import Config
from training.exploring.landscape import (
    Direction,
    Grid,
    Surroundings,
    along_line,
    finest,
    over_plane,
    random_direction,
)
from training.exploring.out_folder import OutFolder
from training.exploring.plots import titled
from training.exploring.section import Section
from training.exploring.subject import Subject
from training.measuring_run import open_task
from training.processes import Processes
from training.progress import Progress
from training.reporting.figures import ACCENTS, GREY, Plot
from training.tasks.task import Task

Lines = tuple[list[float], list[float]]
"""The loss along two directions."""

PICTURES = 128
REACH = 1.0
LINE, SIDE = 33, 17
LINE_SHARE = 0.3
"""Of the time; the rest is for the plane."""

COARSEST = 4
"""A plane measured by larger steps is not drawn."""

LEAST_PLACES = 5
"""A line measured at fewer places is not drawn: it would hide the dip in its middle."""


def explore_landscape(subject: Subject, out: OutFolder) -> Section | None:
    """Measure the loss around a run's best weights; None of what is no run."""
    if subject.run is None:
        return None
    task, config = open_task(subject.run, Progress(as_json=False)), subject.run.config()
    torch.set_num_threads(config.run.threads)
    part, batches = _measured(task, config)
    if not batches:
        return None
    begun, seconds = time.monotonic(), 60 * subject.looking.minutes
    around = Surroundings(task, batches)
    seed = subject.looking.seed
    one, other = (random_direction(task.network, seed + number) for number in (0, 1))
    line = _line(around, one, other, begun + LINE_SHARE * seconds)
    plane = _plane(around, one, other, begun + seconds)
    count = sum(len(batch.rows) for batch in batches)
    section = Section("Loss landscape", _told(count, part, (line, plane), seconds))
    section.plots = _plots(line, plane)
    places = np.linspace(-REACH, REACH, LINE).tolist()
    rows = [[a, *values] for a, *values in zip(places, *line, strict=True)]
    columns = ("distance", "first direction", "second direction")
    section.tables = [out.table("landscape_line", "Loss along two lines", columns, rows)]
    grid = [[r, c, float(v)] for (r, c), v in np.ndenumerate(plane)]
    section.tables.append(
        out.table("landscape_plane", "Loss over the plane", ("row", "column", "loss"), grid)
    )
    section.numbers = {"pictures": count, "part": part, "measured": int(np.isfinite(plane).sum())}
    return section


def _measured(task: Task, config: Config) -> tuple[str, list[Batch]]:
    """Return the part whose loss is drawn, and some of its pictures."""
    for part in ("validation", "test", "train"):
        rows = task.collection.rows(part)
        if len(rows):
            step = max(1, len(rows) // PICTURES)
            chosen = rows[::step][:PICTURES]
            views = task.collection.views
            found = list(plain_batches(views, chosen, config, Processes()))
            return part, [batch for batch in found if len(batch.rows)]
    return "", []


def _line(around: Surroundings, one: Direction, other: Direction, until: float) -> Lines:
    places = np.linspace(-REACH, REACH, LINE).tolist()
    half = time.monotonic() + (until - time.monotonic()) / 2
    first = along_line(lambda a: around.loss_at([(a, one)]), places, half)
    second = along_line(lambda a: around.loss_at([(a, other)]), places, until)
    return first.tolist(), second.tolist()


def _plane(around: Surroundings, one: Direction, other: Direction, until: float) -> Grid:
    places = np.linspace(-REACH, REACH, SIDE).tolist()
    return over_plane(lambda a, b: around.loss_at([(a, one), (b, other)]), places, until)


def _told(count: int, part: str, measured: tuple[Lines, Grid], seconds: float) -> list[str]:
    (first, second), plane = measured
    lines = [
        f"The loss of {count:,} pictures of the {part} part around the best weights, along two "
        "random directions whose filters are as long as the network's own (Li et al. 2018).",
        "At 1 every filter has been moved by its own length. One pair of random directions of "
        "millions: a rough picture, not a measure.",
    ]
    gaps = int(np.isnan([first, second]).sum()), int(np.isnan(plane).sum())
    if any(gaps):
        lines.append(
            f"Time ({seconds:.0f} s) ran out: {gaps[0]} of the lines' {2 * LINE} places and "
            f"{gaps[1]} of the plane's {plane.size} are open, the coarse ones were first; what has "
            "too few is not drawn. --minutes gives more."
        )
    return lines


def _plots(line: Lines, plane: Grid) -> list[Plot]:
    plots = []
    if max(int(np.isfinite(values).sum()) for values in line) >= LEAST_PLACES:
        plots.append(Plot("landscape_line", lambda figure: _draw_line(figure, line), (4.8, 3.2)))
    step = finest(plane)
    if 0 < step <= COARSEST:
        measured = plane[::step, ::step]
        plots.append(
            Plot("landscape_contour", lambda figure: _draw_contour(figure, measured), (4.6, 3.8))
        )
        plots.append(
            Plot("landscape_surface", lambda figure: _draw_surface(figure, measured), (4.8, 4.0))
        )
    return plots


def _draw_line(figure: Figure, line: Lines) -> None:
    axes = figure.add_subplot()
    titled(axes, "Loss along two random lines")
    places = np.linspace(-REACH, REACH, LINE)
    for number, values in enumerate(line):
        label = ("first direction", "second direction")[number]
        known = np.isfinite(values)
        if known.sum() < LEAST_PLACES:
            continue
        axes.plot(
            places[known],
            np.asarray(values)[known],
            color=ACCENTS[number],
            label=label,
            marker=".",
        )
    axes.axvline(0, color=GREY, linestyle="--", linewidth=0.8)
    axes.set_xlabel("distance, in lengths of the filters")
    axes.set_ylabel("loss")
    axes.legend()


def _draw_contour(figure: Figure, plane: Grid) -> None:
    axes = figure.add_subplot()
    titled(axes, "Loss over the plane")
    places = np.linspace(-REACH, REACH, len(plane))
    shown = plane.T
    filled = axes.contourf(places, places, shown, levels=14, cmap="viridis")
    axes.contour(places, places, shown, levels=14, colors="white", linewidths=0.4, alpha=0.6)
    axes.plot(0, 0, marker="o", color="white", markersize=4)
    axes.set_xlabel("first direction")
    axes.set_ylabel("second direction")
    axes.grid(visible=False)
    figure.colorbar(filled, ax=axes, label="loss")


def _draw_surface(figure: Figure, plane: Grid) -> None:
    axes = figure.add_subplot(projection="3d")
    axes.set_title("The same as a surface", loc="left")
    places = np.linspace(-REACH, REACH, len(plane))
    across, up = np.meshgrid(places, places, indexing="ij")
    axes.plot_surface(across, up, plane, cmap="viridis", linewidth=0.2, edgecolor="white")
    axes.set_xticks((-REACH, 0, REACH))
    axes.set_yticks((-REACH, 0, REACH))
    axes.set_xlabel("first direction")
    axes.set_ylabel("second direction")
    axes.set_zlabel("loss")
    axes.set_box_aspect(None, zoom=0.86)
