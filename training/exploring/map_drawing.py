"""Draws a map: a dot for each picture, and small pictures where there is room."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.offsetbox import AnnotationBbox, OffsetImage
from PIL import Image

from training.exploring.flattening import Points
from training.exploring.plots import titled
from training.exploring.wording import legible
from training.reporting.figures import ACCENTS, GREY, Plot, plain

SIZE = (11.0, 8.6)
ACROSS = 24
"""So many small pictures fit beside each other."""

MORE = ("#3f7d20", "#b23a48", "#1f5f8b", "#c9a227")
COLOURS = (*ACCENTS, *MORE)
"""So many can still be told apart; the rest is grey."""

OTHERS = "others"
"""The label of what is grey."""


def map_plot(
    points: Points, labels: Sequence[str], small: Sequence[Image.Image], title: str
) -> Plot:
    """Return the map; ``labels`` colour dots and frames."""
    names = [name for name, _ in Counter(labels).most_common() if name != OTHERS]
    colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)}
    colours[OTHERS] = GREY

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        titled(axes, title)
        axes.set_axis_off()
        shades = [colours[label] for label in labels]
        axes.scatter(*points.T, s=16, c=shades, linewidth=0, alpha=0.75, zorder=1)
        for row in spread_out(points, ACROSS):
            image = OffsetImage(np.asarray(small[row]), zoom=0.38)
            frame = {"edgecolor": shades[row], "linewidth": 2.0, "boxstyle": "square,pad=0"}
            place = (float(points[row, 0]), float(points[row, 1]))
            axes.add_artist(AnnotationBbox(image, place, pad=0.12, bboxprops=frame))
        used = [name for name in (*names, OTHERS) if name in set(labels)]
        handles = [
            Line2D([], [], color=colours[n], marker="o", linestyle="", label=plain(legible(n, 30)))
            for n in used
        ]
        if len(used) > 1:
            figure.legend(handles=handles, loc="outside lower center", ncols=min(5, len(used)))

    return Plot("map", draw, SIZE)


def spread_out(points: Points, across: int) -> list[int]:
    """Return numbers of points that lie so far apart that small pictures do not overlap.

    ``across`` of them would fit beside each other.
    """
    low, reach = points.min(0), np.ptp(points, axis=0)
    scaled = (points - low) / np.maximum(reach, 1e-9) * [across, across * SIZE[1] / SIZE[0]]
    kept: list[int] = []
    order = np.lexsort((np.arange(len(points)), np.abs(scaled - scaled.round()).sum(1)))
    for row in order.tolist():
        gaps = np.abs(scaled[kept] - scaled[row]).max(1) if kept else np.array([np.inf])
        if gaps.min() >= 1.0:
            kept.append(row)
    return kept
