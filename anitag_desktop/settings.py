"""What can be set in a library, with the values that hold until somebody sets another."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.prediction import ModelKey
from anitag_desktop.domain.tag import TagCategory

THEMES = ("system", "dark", "light")


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set; kept in the library's table ``settings``, every change logged.

    ``active_models`` are the models whose predictions count. ``thresholds`` and ``tag_thresholds``
    (0 to 1, by category and by tag name) beat those of the models. ``excludes`` are patterns of
    files and folders that are not looked at. ``scan_interval`` is seconds between reconciliations.
    ``recogniser_threads`` 0 means one for each core. ``thumbnail_size`` is pixels in the gallery.
    """

    active_models: tuple[ModelKey, ...] = ()
    thresholds: Mapping[TagCategory, float] = field(default_factory=dict)
    tag_thresholds: Mapping[str, float] = field(default_factory=dict)
    excludes: tuple[str, ...] = ()
    scan_interval: float = 900.0
    recogniser_threads: int = 0
    theme: str = "system"
    thumbnail_size: int = 192


def to_json(settings: Settings) -> dict[str, Any]:
    """Return the values by their stored names, as plain JSON values."""
    return {
        "active_models": [[key.model_id, key.revision] for key in settings.active_models],
        "threshold_overrides": {
            "by_category": {str(k): v for k, v in settings.thresholds.items()},
            "by_tag": dict(settings.tag_thresholds),
        },
        "excludes": list(settings.excludes),
        "scan_interval": settings.scan_interval,
        "recogniser_threads": settings.recogniser_threads,
        "theme": settings.theme,
        "thumbnail_size": settings.thumbnail_size,
    }


def from_json(stored: Mapping[str, Any]) -> Settings:
    """Return the settings that ``to_json`` gave; what is missing has its default."""
    over = stored.get("threshold_overrides") or {}
    plain = {f.name: stored[f.name] for f in fields(Settings) if stored.get(f.name) is not None}
    pairs = plain.pop("active_models", [])
    excludes = tuple(plain.pop("excludes", ()))
    return replace(
        Settings(**plain),
        active_models=tuple(ModelKey(*pair) for pair in pairs),
        excludes=excludes,
        thresholds={TagCategory(k): float(v) for k, v in over.get("by_category", {}).items()},
        tag_thresholds={name: float(v) for name, v in over.get("by_tag", {}).items()},
    )


def check(settings: Settings) -> Settings:
    """Return the settings if they make sense.

    Raises:
        AnitagError: ``bad_value`` with the reason.
    """
    for problem in _problems(settings):
        raise AnitagError("bad_value", reason=problem)
    return settings


def _problems(settings: Settings) -> list[str]:
    values = [*settings.thresholds.values(), *settings.tag_thresholds.values()]
    return [
        reason
        for is_wrong, reason in (
            (not all(0 <= v <= 1 for v in values), "A threshold lies between 0 and 1"),
            (not 10 <= settings.scan_interval <= 86_400, "A scan interval is 10 to 86400 seconds"),
            (not 0 <= settings.recogniser_threads <= 256, "Recogniser threads are 0 to 256"),
            (settings.theme not in THEMES, f"A theme is one of {', '.join(THEMES)}"),
            (not 64 <= settings.thumbnail_size <= 512, "A thumbnail size is 64 to 512 pixels"),
        )
        if is_wrong
    ]
