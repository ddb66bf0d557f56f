"""Plots that several parts of an exploration draw: bars with names, bars without, histograms."""

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator
from numpy.typing import NDArray

from training.exploring.wording import legible
from training.reporting.figures import ACCENTS, GREY, Plot, plain

LONGEST_NAME = 28
LEAST_ROWS = 2
"""A chart of fewer bars is as tall as if it had these."""

ROW = 0.2
"""Inches of a bar with a name beside it."""

WIDE = (6.4, 3.2)
STEEP = 50
"""From this ratio of the largest to the smallest on only a logarithm shows both."""

Series = Mapping[str, Sequence[int]]


def named_bars(name: str, title: str, names: Sequence[str], series: Series, note: str = "") -> Plot:
    """Return horizontal bars, the first at the top; the series are stacked."""

    def draw(figure: Figure) -> None:
        axes = _axes(figure, title)
        places = np.arange(len(names))
        _stack(axes.barh, places, series, 0.72)
        axes.set_yticks(places, [plain(legible(n, LONGEST_NAME)) for n in names])
        axes.set_ylim(max(LEAST_ROWS, len(names)) - 0.4, -0.6)
        axes.grid(visible=False, axis="y")
        axes.tick_params(axis="y", length=0)
        counted(axes.xaxis)
        axes.xaxis.set_major_locator(_whole())
        _label_ends(axes, np.sum(list(series.values()), axis=0))
        _legend(axes, series)

    return Plot(name, draw, (5.2, 0.9 + ROW * max(LEAST_ROWS, len(names))), note)


def ranked_bars(name: str, title: str, series: Series, under: str, note: str = "") -> Plot:
    """Return thin bars without names, as for the classes of a large set; stacked."""

    def draw(figure: Figure) -> None:
        axes = _axes(figure, title)
        totals = np.sum(list(series.values()), axis=0)
        if totals.size and totals.max() > STEEP * max(1, totals.min()):
            axes.set_yscale("symlog", linthresh=10)
        else:
            axes.yaxis.set_major_locator(_whole())
        _stack(axes.bar, np.arange(1, len(totals) + 1), series, 0.86)
        axes.set_xlim(0.3, len(totals) + 0.7)
        axes.grid(visible=False, axis="x")
        axes.set_xlabel(under)
        axes.set_ylabel("pictures")
        counted(axes.yaxis)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        _legend(axes, series)

    return Plot(name, draw, WIDE, note)


def histogram(
    name: str, title: str, values: Sequence[float], under: str, note: str = "", *, whole: bool
) -> Plot:
    """Return how often which values occur; ``whole`` ones have a bar each where there is room."""

    def draw(figure: Figure) -> None:
        axes = _axes(figure, title)
        found = np.asarray(values, np.float64)
        axes.hist(found, bins=bins_of(found, whole=whole), color=ACCENTS[0], rwidth=0.92)
        axes.set_ylim(top=axes.get_ylim()[1] * 1.12)
        if found.min() == found.max():
            axes.set_xlim(max(-0.5, found[0] - 8), found[0] + 8)
        middle = float(np.median(found))
        axes.axvline(middle, color=ACCENTS[1], linewidth=1.2)
        _say_median(axes, middle)
        axes.set_xlabel(under)
        axes.set_ylabel("pictures")
        axes.grid(visible=False, axis="x")
        counted(axes.yaxis)
        axes.yaxis.set_major_locator(MaxNLocator(integer=True))
        axes.xaxis.set_major_locator(
            MaxNLocator(nbins=7, integer=whole or float(np.ptp(found)) > 4)
        )
        axes.xaxis.set_major_formatter(FuncFormatter(_thousands))

    return Plot(name, draw, (4.8, 2.9), note)


def bins_of(values: NDArray[np.float64], *, whole: bool) -> NDArray[np.float64]:
    """Return the borders of a histogram's bins; whole numbers lie in the middle of theirs."""
    low, high = float(values.min()), float(values.max())
    if whole:
        step = max(1, math.ceil((high - low + 1) / 40))
        return np.arange(low - 0.5, high + step + 0.5, step)
    return np.linspace(low, high, 33) if high > low else np.array([low - 0.5, low + 0.5])


def counted(axis: object) -> None:
    """Let an axis show whole numbers, with commas."""
    axis.set_major_formatter(FuncFormatter(_thousands))  # type: ignore[attr-defined]


def titled(axes: Axes, title: str) -> None:
    """Set a title at the left."""
    axes.set_title(plain(legible(title, 90)), loc="left")


def _axes(figure: Figure, title: str) -> Axes:
    axes = figure.add_subplot()
    titled(axes, title)
    return axes


def _say_median(axes: Axes, middle: float) -> None:
    """Name the median at the side of its line on which there is more room."""
    low, high = axes.get_xlim()
    left = middle > (low + high) / 2
    axes.annotate(
        f"median {middle:,.0f}" if middle >= 100 else f"median {middle:.3g}",
        (middle, 0.98),
        xytext=(-4 if left else 4, 0),
        textcoords="offset points",
        xycoords=axes.get_xaxis_transform(),
        ha="right" if left else "left",
        va="top",
        fontsize=8,
        color=ACCENTS[1],
    )


def _stack(
    bars: Callable[..., object], places: NDArray[np.int64], series: Series, thick: float
) -> None:
    begun = np.zeros(len(places))
    for number, (label, counts) in enumerate(series.items()):
        colour = ACCENTS[number % len(ACCENTS)]
        start = {"left" if bars.__name__ == "barh" else "bottom": begun.copy()}
        bars(places, counts, thick, color=colour, label=label, linewidth=0, **start)
        begun += np.asarray(counts, np.float64)


def _label_ends(axes: Axes, totals: NDArray[np.int64]) -> None:
    """Write each bar's number behind it."""
    top = max(1, int(totals.max()))
    for place, total in enumerate(totals.tolist()):
        axes.text(total + top * 0.01, place, f"{total:,}", va="center", fontsize=7, color=GREY)
    axes.set_xlim(0, top * 1.1)


def _legend(axes: Axes, series: Series) -> None:
    if len(series) > 1:
        axes.figure.legend(loc="outside lower left", ncols=len(series))


def _whole() -> MaxNLocator:
    """Return what puts ticks at round whole numbers, as many as there is room for."""
    return MaxNLocator("auto", integer=True, steps=[1, 2, 5, 10])


def _thousands(value: float, _place: object = None) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.4g}"
