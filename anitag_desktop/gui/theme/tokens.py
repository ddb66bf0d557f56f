"""The tokens of the look: colours of both schemes, space, sizes and type. Lengths are pixels."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from anitag_desktop.domain.tag import TagCategory


class Colours(NamedTuple):
    """One scheme. Text colours reach 4.5:1 on every surface that they stand on.

    ``faint`` is for decoration only. ``categories`` colours tags; ratings are spoken of like meta.
    """

    background: str
    panel: str
    raised: str
    hover: str
    hairline: str
    text: str
    secondary: str
    faint: str
    accent: str
    on_accent: str
    accent_text: str
    selection: str
    warning: str
    good: str
    bad: str
    badge: str
    on_badge: str
    on_badge_warning: str
    categories: Mapping[TagCategory, str]


DARK = Colours(
    background="#16171d",
    panel="#1c1e26",
    raised="#242732",
    hover="#2b2e3a",
    hairline="#2d313e",
    text="#e3e5ec",
    secondary="#9ba1b0",
    faint="#646b7c",
    accent="#8b7cf6",
    on_accent="#14121f",
    accent_text="#a396f9",
    selection="#2d2a4a",
    warning="#f2b24b",
    good="#4cc38a",
    bad="#ff7676",
    badge="#d90e0f14",
    on_badge="#f2f3f7",
    on_badge_warning="#ffd479",
    categories=MappingProxyType(
        {
            TagCategory.ARTIST: "#ff8a8b",
            TagCategory.COPYRIGHT: "#c797ff",
            TagCategory.CHARACTER: "#35c64a",
            TagCategory.GENERAL: "#4bb4ff",
            TagCategory.META: "#ead084",
            TagCategory.RATING: "#ead084",
        }
    ),
)

LIGHT = Colours(
    background="#f6f6f8",
    panel="#ffffff",
    raised="#f0f0f4",
    hover="#e8e8ee",
    hairline="#e1e2e8",
    text="#1d1f27",
    secondary="#5a6070",
    faint="#989eac",
    accent="#6750e0",
    on_accent="#ffffff",
    accent_text="#5b44d6",
    selection="#e9e5ff",
    warning="#8f5600",
    good="#0f6e43",
    bad="#b92a2a",
    badge="#d90e0f14",
    on_badge="#f2f3f7",
    on_badge_warning="#ffd479",
    categories=MappingProxyType(
        {
            TagCategory.ARTIST: "#c00004",
            TagCategory.COPYRIGHT: "#a800aa",
            TagCategory.CHARACTER: "#00761f",
            TagCategory.GENERAL: "#005fc6",
            TagCategory.META: "#8f5100",
            TagCategory.RATING: "#8f5100",
        }
    ),
)


class Space:
    """The 4-px grid, and what is finer: a line, the gap between lines of one text."""

    HAIR = 1
    LINE = 2
    TINY = 4
    SMALL = 8
    CELL = 12
    OUTER = 16
    WIDE = 24
    HUGE = 40


class Size:
    """Heights, widths and radii of what the window is made of."""

    ROW = 30
    CONTROL = 32
    SEARCH = 40
    SEARCH_WIDE = 280
    CHIP = 26
    STRIP = 36
    RADIUS = 8
    RADIUS_SMALL = 6
    RADIUS_CHIP = 13
    RING = 3
    FOCUS = 2
    DOT = 7
    ICON = 16
    ICON_SMALL = 14
    ICON_TINY = 12
    ICON_LARGE = 40
    FACE = 24
    BADGE = 21
    SECTION = 34
    PANEL_LEFT = 240
    PANEL_LEFT_LEAST = 180
    PANEL_RIGHT = 320
    PANEL_RIGHT_LEAST = 260
    CENTRE_LEAST = 340
    CENTRE_WIDE = 420
    PREVIEW_MOST = 230
    PREVIEW_LEAST = 120
    CELL = 152
    CELL_LEAST = 72
    CELL_MOST = 384
    CELL_STEP = 24
    COMPLETION_MOST = 12
    COMPLETION_WIDTH = 380
    PROGRESS = 220
    PROGRESS_LEAST = 60
    PROGRESS_HEIGHT = 6
    SCROLLBAR = 10
    SCROLLBAR_GRIP = 48
    WINDOW = (1440, 900)
    WINDOW_LEAST = (860, 520)
    DIALOG = 560
    SETTINGS = (760, 600)
    TAGS = (920, 580)
    SETTINGS_NAMES = 170
    FIELD = 232
    FIELD_SMALL = 96
    PATTERNS = 108
    TEXT_COLUMN = 400
    READING = 860


class Type:
    """Font sizes in pixels and their weights (CSS scale, 400 is regular)."""

    HEAD = 11
    SECONDARY = 12
    BODY = 13
    TITLE = 14
    HERO = 22
    REGULAR = 400
    MEDIUM = 500
    SEMIBOLD = 600


class Motion:
    """Durations in milliseconds."""

    TOAST = 5000
    TOAST_BRIEF = 2600
