"""Charts as SVG, drawn by matplotlib: lines over steps, calibration, confusion."""

import math
from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from training.reporting.figures import ACCENT, GREY, STYLE, as_svg, plain
from training.reporting.history import Points

FEW_POINTS = 12
"""So few points are seen one by one."""

WIDE, SMALL = (5.2, 2.9), (3.6, 3.2)
"""Inches."""


def line_chart(series: Mapping[str, Points], title: str, level: float = math.nan) -> str:
    """Return lines over steps as SVG; a finite ``level`` is drawn dashed. "" without points."""
    shown = {name: points for name, points in series.items() if points}
    if not shown:
        return ""
    with rc_context(STYLE):
        figure, axes = _figure(WIDE, title)
        for name, points in shown.items():
            across, up = zip(*points, strict=True)
            axes.plot(across, up, label=name, marker="o" if len(points) < FEW_POINTS else "")
        if math.isfinite(level):
            axes.axhline(level, color=GREY, linestyle="--", label="knowing only the shares")
        axes.set_xlabel("step")
        axes.xaxis.set_major_locator(MaxNLocator("auto", integer=True))
        axes.legend()
        return as_svg(figure)


def calibration_chart(bins: Sequence[tuple[float, float, int]], title: str) -> str:
    """Return how sure the network was against how often it was right, as SVG; larger: more."""
    with rc_context(STYLE):
        figure, axes = _figure(SMALL, title)
        axes.plot([0, 1], [0, 1], color=GREY, linestyle="--")
        if bins:
            said, right, counts = zip(*bins, strict=True)
            sizes = 20 + 180 * np.sqrt(np.array(counts) / max(counts))
            axes.scatter(said, right, s=sizes, alpha=0.7)
        axes.set_xlabel("said")
        axes.set_ylabel("right")
        return as_svg(figure)


def confusion_chart(matrix: NDArray[np.int64], names: Sequence[str], title: str) -> str:
    """Return which class (rows, C) was taken for which (columns), as SVG; shares of each row."""
    shares = matrix / np.maximum(matrix.sum(1, keepdims=True), 1)
    side = max(3.2, 1.6 + 0.22 * len(names))
    with rc_context({**STYLE, "axes.grid": False}):
        figure, axes = _figure((side, side), title)
        axes.imshow([[(*ACCENT, share) for share in row] for row in shares.tolist()])
        axes.set_xticks(range(len(names)), [plain(n) for n in names], rotation=90)
        axes.set_yticks(range(len(names)), [plain(n) for n in names])
        axes.set_xlabel("said")
        axes.set_ylabel("true")
        for true, said in np.argwhere(matrix):
            colour = "white" if shares[true, said] > 0.5 else GREY
            number = str(matrix[true, said])
            axes.text(said, true, number, ha="center", va="center", color=colour, fontsize=7)
        return as_svg(figure)


def _figure(size: tuple[float, float], title: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=size, layout="constrained")
    axes = figure.add_subplot()
    axes.set_title(title, loc="left")
    return figure, axes
