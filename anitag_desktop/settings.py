"""What can be set in a library, with the values that hold until somebody sets another.

Here is what the library itself goes by. Which models are active is chosen among those installed
(``storage.models``), and a window keeps for itself how it looks (``gui.window_memory``).
"""

import math
import unicodedata
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from typing import Any

from anitag_desktop.domain.correction import IMPORT_TRUST
from anitag_desktop.domain.device import AUTOMATIC, DEVICES
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.merging import HIGHEST
from anitag_desktop.domain.prediction import SCORE_FLOOR
from anitag_desktop.domain.tag import TagCategory, normalize_tag_name

DEFAULT_EXCLUDES = (".*/", "*.part", "*.tmp", "*.crdownload")
"""Hidden folders, and what browsers and copying programs have not finished."""

SCAN_INTERVALS = (60, 86_400)
"""The shortest and the longest time between two looks at everything, in seconds."""

MOST_THREADS = 256
MOST_TAGS = 10_000
_MOST_PATTERNS = 1000
_LONGEST_PATTERN = 1000


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; kept in the library's table ``settings``, every change logged.

    ``excludes`` are patterns of files and folders that are left out (``watching.rules``), and
    ``follow_links`` says whether links to folders are entered. ``scan_interval`` is seconds
    between two looks at everything. ``recogniser_threads`` 0 means as many as suit the machine,
    ``device`` is what models run on (``domain.device``).
    ``thresholds`` and ``tag_thresholds`` (by category and by tag name) beat those of the models.
    ``merging`` says by category whose word counts where several models are in use: see
    ``domain.merging``. ``most_tags`` is how many tags of a category models may give a picture.
    In the categories ``mcut`` each picture has a threshold of its own (``domain.mcut``), not lower
    than the category's where that is set. ``drop_broader`` leaves tags of models that only repeat
    a more exact one (``domain.overlap``) out of captions and of what is shown at first; they are
    found all the same. ``learn_by_itself`` lets the window learn from corrections without being
    told to, once no more follow. ``import_trust`` (0 to 1) is how much an imported label teaches
    beside one of the user's; with 0 nothing is learnt from them. The tags of pictures stay.
    """

    excludes: tuple[str, ...] = DEFAULT_EXCLUDES
    follow_links: bool = False
    scan_interval: float = 900.0
    recogniser_threads: int = 0
    device: str = AUTOMATIC
    thresholds: Mapping[TagCategory, float] = field(default_factory=dict)
    tag_thresholds: Mapping[str, float] = field(default_factory=dict)
    merging: Mapping[TagCategory, str] = field(default_factory=dict)
    most_tags: Mapping[TagCategory, int] = field(default_factory=dict)
    mcut: tuple[TagCategory, ...] = ()
    drop_broader: bool = False
    learn_by_itself: bool = True
    import_trust: float = IMPORT_TRUST


def to_json(settings: Settings) -> dict[str, Any]:
    """Return the values by their names, as plain JSON values; None stands for the default."""
    default = Settings()
    return {
        name: None if value == getattr(default, name) else _plain(value)
        for name, value in ((f.name, getattr(settings, f.name)) for f in fields(settings))
    }


def from_json(stored: Mapping[str, Any]) -> Settings:
    """Return the settings that ``to_json`` gave; what is missing or nonsense has its default."""
    values = {}
    for name, check_value in _CHECKS.items():
        if stored.get(name) is not None:
            with suppress(AnitagError):
                values[name] = check_value(stored[name])
    return Settings(**values)


def check(settings: Settings) -> Settings:
    """Return the settings in their one spelling, if they make sense.

    Raises:
        AnitagError: ``bad_value`` with the reason.
    """
    return Settings(**{name: read(getattr(settings, name)) for name, read in _CHECKS.items()})


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return list(value)
    return {str(k): v for k, v in value.items()} if isinstance(value, Mapping) else value


def _check_excludes(value: Any) -> tuple[str, ...]:
    _expect(isinstance(value, list | tuple), "What is left out is a list of patterns")
    _expect(all(isinstance(one, str) for one in value), "A pattern is text")
    patterns = tuple(dict.fromkeys(text for one in value if (text := one.strip(_BLANKS))))
    _expect(len(patterns) <= _MOST_PATTERNS, f"There can be at most {_MOST_PATTERNS} patterns")
    for pattern in patterns:
        _expect(len(pattern) <= _LONGEST_PATTERN and _is_text(pattern), _BAD_PATTERN)
        _expect(bool(pattern.strip("/")) and bool(pattern.strip("*")), _EVERYTHING.format(pattern))
    return patterns


_BLANKS = " \t\r\n"
"""Stripped off patterns; other white space may well belong to a name."""

_BAD_PATTERN = (
    f"A pattern has at most {_LONGEST_PATTERN} characters, none of which controls a terminal or "
    "is a broken byte; ? stands for any character"
)
_EVERYTHING = "The pattern {} would leave out everything"


def _is_text(pattern: str) -> bool:
    return not any(unicodedata.category(character) in ("Cc", "Cs") for character in pattern)


def _check_flag(value: Any) -> bool:
    _expect(isinstance(value, bool), "Such a setting is either on or off")
    return bool(value)


def _check_interval(value: Any) -> float:
    least, most = SCAN_INTERVALS
    reason = f"Between two looks at everything there are {least} to {most} seconds"
    _expect(_is_number(value) and least <= value <= most, reason)
    return float(value)


def _check_threads(value: Any) -> int:
    is_count = isinstance(value, int) and not isinstance(value, bool)
    _expect(is_count and 0 <= value <= MOST_THREADS, f"Threads are 0 to {MOST_THREADS}")
    return int(value)


def _check_trust(value: Any) -> float:
    reason = "Trust lies between 0 (nothing is learnt from it) and 1 (as much as from your word)"
    _expect(_is_number(value) and 0 <= value <= 1, reason)
    return float(value)


def _check_device(value: Any) -> str:
    device = value.lower() if isinstance(value, str) else ""
    _expect(device in DEVICES, f"Models run on one of {', '.join(DEVICES)}")
    return device


def _check_thresholds(value: Any) -> dict[TagCategory, float]:
    _expect(isinstance(value, Mapping), "Thresholds are given by category")
    return {_check_category(name): _check_threshold(one) for name, one in value.items()}


def _check_tag_thresholds(value: Any) -> dict[str, float]:
    _expect(isinstance(value, Mapping), "Thresholds are given by tag")
    return {_check_name(name): _check_threshold(one) for name, one in value.items()}


def _check_merging(value: Any) -> dict[TagCategory, str]:
    _expect(isinstance(value, Mapping), "Whose word counts is said by category")
    _expect(
        all(name in list(TagCategory) for name in value)
        and all(isinstance(rule, str) and 0 < len(rule) <= 200 for rule in value.values()),
        "Of each category, highest or agreement counts, or one model that is named",
    )
    return {TagCategory(name): rule for name, rule in value.items() if rule != HIGHEST}


def _check_most_tags(value: Any) -> dict[TagCategory, int]:
    _expect(isinstance(value, Mapping), "How many tags there may be is said by category")
    return {_check_category(name): _check_count(count) for name, count in value.items()}


def _check_mcut(value: Any) -> tuple[TagCategory, ...]:
    _expect(
        isinstance(value, list | tuple), "Where pictures have thresholds of their own is a list"
    )
    named = {_check_category(name) for name in value}
    return tuple(category for category in TagCategory if category in named)


def _check_count(value: Any) -> int:
    is_count = isinstance(value, int) and not isinstance(value, bool)
    _expect(is_count and 1 <= value <= MOST_TAGS, f"Tags of a category are 1 to {MOST_TAGS}")
    return int(value)


def _check_category(name: Any) -> TagCategory:
    known = [category for category in TagCategory if category is not TagCategory.RATING]
    _expect(name in known, f"It is set for {', '.join(known)}; of ratings the likeliest counts")
    return TagCategory(name)


def _check_name(name: Any) -> str:
    normal = normalize_tag_name(name) if isinstance(name, str) else ""
    _expect(bool(normal), "A threshold is for a tag with a name")
    return normal


def _check_threshold(value: Any) -> float:
    reason = f"A threshold lies between {SCORE_FLOOR} (lower scores are not kept) and 1"
    _expect(_is_number(value) and SCORE_FLOOR <= value <= 1, reason)
    return float(value)


def _is_number(value: Any) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)


def _expect(is_right: bool, reason: str) -> None:
    if not is_right:
        raise AnitagError("bad_value", reason=reason)


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "excludes": _check_excludes,
    "follow_links": _check_flag,
    "scan_interval": _check_interval,
    "recogniser_threads": _check_threads,
    "device": _check_device,
    "thresholds": _check_thresholds,
    "tag_thresholds": _check_tag_thresholds,
    "merging": _check_merging,
    "most_tags": _check_most_tags,
    "mcut": _check_mcut,
    "drop_broader": _check_flag,
    "learn_by_itself": _check_flag,
    "import_trust": _check_trust,
}
"""For each setting what returns its value from a plain one, or raises ``bad_value``."""
