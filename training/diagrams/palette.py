"""The colours of the diagrams, by day and by night."""

from collections.abc import Mapping

Palette = Mapping[str, str]
"""Colours by the class of what is painted: ``ground``, ``box-work-fill`` and so on."""

_DAY = {
    "input": ("#fff4e0", "#c77d12"),
    "work": ("#f4f5f9", "#7a8299"),
    "learnt": ("#ece9ff", "#6a5be2"),
    "kept": ("#e4f6ee", "#1f8a5f"),
    "person": ("#ffe9ef", "#cc4674"),
}
_NIGHT = {
    "input": ("#3a2f1c", "#e0a344"),
    "work": ("#262a37", "#8c94ab"),
    "learnt": ("#2d2a4e", "#9d92ff"),
    "kept": ("#1a3a2e", "#4cc290"),
    "person": ("#43222e", "#f07ba0"),
}
KINDS = tuple(_DAY)
"""What a box may be: what comes in, what is done, what is learnt, what is kept, who decides."""


def _with_boxes(base: dict[str, str], boxes: dict[str, tuple[str, str]]) -> Palette:
    fills = {f"{kind}-fill": fill for kind, (fill, _) in boxes.items()}
    return {**base, **fills, **{f"{kind}-line": line for kind, (_, line) in boxes.items()}}


DAY = _with_boxes(
    {
        "ground": "#ffffff",
        "frame": "#fafbfd",
        "edge": "#dde1ea",
        "ink": "#1d2130",
        "quiet": "#545b6e",
        "arrow": "#5d6579",
    },
    _DAY,
)
NIGHT = _with_boxes(
    {
        "ground": "#15171f",
        "frame": "#1b1e28",
        "edge": "#343949",
        "ink": "#eef0f6",
        "quiet": "#b2b8c8",
        "arrow": "#9aa2b6",
    },
    _NIGHT,
)
