"""How figures of pages look, and how they become SVG inside a page or a PNG beside it."""

import hashlib
import io
import re
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib import font_manager, rc_context
from matplotlib.figure import Figure

from anitag_desktop.domain.error import write_failure

GREY, TEXT = "#8a8f9c", "currentColor"
"""What matplotlib draws grey has the colour of the page's quiet text."""

INK = "#3b3f4c"
"""What is grey on a page is darker in a file, which is always on white."""

ACCENT = (0.49, 0.41, 0.93)
"""Read on light and on dark pages."""

ACCENTS = ("#7c69ed", "#e0803c", "#2fa08d", "#d1527f", "#4f8fd6", "#a8913a", "#8f6bb5", "#6b9e3f")
"""Told apart on light and on dark pages, also by most who confuse red and green."""

DOTS_PER_INCH = 150

WIDEST_HALF = 6.8
"""Inches from which on the letters of a figure are too small in half of a page."""

STYLE: Mapping[str, Any] = {
    **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.color", "ytick.color"), GREY),
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": GREY,
    "grid.alpha": 0.25,
    # Text stays text, drawn without a box, and the same run gives the same bytes.
    "svg.fonttype": "none",
    "svg.hashsalt": "anitag",
    "font.size": 9,
    "font.family": "sans-serif",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
}

FAMILIES = (
    *("DejaVu Sans", "Noto Sans CJK JP", "Noto Serif CJK JP", "Source Han Sans JP", "IPAGothic"),
    *("Hiragino Sans", "Yu Gothic", "Meiryo", "Microsoft YaHei", "Noto Sans KR"),
)
"""Fonts in the order in which they are asked for a letter; names of classes are in any script."""


_TAG = re.compile(r"<[a-zA-Z][^<>]*>")
_ID = re.compile(r' id="([^"]*)"')
_USE = re.compile(r'(?:url\(#|href="#)([^")]+)')


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure that is drawn once for the page and once for a file.

    ``size`` is in inches; ``note`` is a sentence under it.
    """

    name: str
    draw: Callable[[Figure], None]
    size: tuple[float, float]
    note: str = ""

    @property
    def is_wide(self) -> bool:
        """Whether it has too much in it for half of a page."""
        return self.size[0] >= WIDEST_HALF

    def svg(self) -> str:
        """Return it as an SVG element in the page's colours."""
        with rc_context({**STYLE, "font.family": list(families())}):
            return as_svg(self._drawn())

    def save(self, path: Path) -> None:
        """Save it as a PNG on white.

        Raises:
            AnitagError: ``cannot_write`` or ``disk_full``.
        """
        colours = {key: INK for key, value in STYLE.items() if value == GREY and key[:4] != "grid"}
        with rc_context({**STYLE, **colours, "font.family": list(families())}):
            figure = self._drawn()
            try:
                with without_glyph_warnings():
                    figure.savefig(path, format="png", dpi=DOTS_PER_INCH, facecolor="white")
            except OSError as error:
                raise write_failure(path, error) from error

    def _drawn(self) -> Figure:
        figure = Figure(figsize=self.size, layout="constrained")
        self.draw(figure)
        return figure


@cache
def families() -> tuple[str, ...]:
    """Return those of ``FAMILIES`` that this machine has."""
    there = set(font_manager.get_font_names())
    return tuple(name for name in FAMILIES if name in there)


def as_svg(figure: Figure) -> str:
    """Return a figure as an SVG element without the prologue of a file."""
    stream = io.StringIO()
    with without_glyph_warnings():
        figure.savefig(stream, format="svg", transparent=True, metadata={"Date": None})
    text = stream.getvalue()
    return _with_own_ids(text[text.index("<svg") :].replace(GREY, TEXT))


def _with_own_ids(svg: str) -> str:
    """Return an SVG element whose ids no other one on a page has; those of no use are left out."""
    used = set(_USE.findall(svg))
    mark = hashlib.sha256(svg.encode("utf-8", "replace")).hexdigest()[:8]

    def in_tag(tag: re.Match[str]) -> str:
        kept = _ID.sub(lambda f: f' id="{mark}-{f[1]}"' if f[1] in used else "", tag[0])
        return _USE.sub(lambda f: f"{f[0].removesuffix(f[1])}{mark}-{f[1]}", kept)

    return _TAG.sub(in_tag, svg)


def plain(name: str) -> str:
    """Return a name in which a dollar sign begins no formula."""
    return name.replace("$", r"\$")


def without_glyph_warnings() -> warnings.catch_warnings:
    """Return what silences complaints about letters that no font here has; they are boxes."""
    return warnings.catch_warnings(action="ignore", category=UserWarning)
