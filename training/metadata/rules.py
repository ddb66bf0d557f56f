"""Which posts of a dump are taken, and what of their tags: a TOML file, or a preset's name."""

import datetime
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from anitag_desktop.domain.error import AnitagError

PRESETS = Path(__file__).parent / "presets"

Category = Literal["general", "artist", "copyright", "character", "meta"]
Count = Annotated[int, Meta(ge=0)]


class FilterRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The rules, in the order in which they are applied; what is not set lets everything through.

    ``rating_scheme``: which era's letters the dump has; ``auto`` looks at its first rows, and a row
    that does not fit is an error. ``ratings`` by their names in that scheme. ``since``, ``until``:
    days of ``created_at``, both included. ``parents = "none"`` leaves out posts with a parent.
    ``refused_status``: of ``pending``, ``flagged``, ``deleted``, ``banned``. ``required`` and
    ``excluded`` tags of any category. Then the tags of ``categories`` without ``dropped`` are
    counted over all posts that are left; those below ``least_count`` go, and then posts with fewer
    than ``least_tags``. Of what is left every ``every``-th is taken. ``test_every`` and
    ``validation_every`` divide by running number (0: no division). ``file`` is where a post's
    picture lies: of ``{bucket}`` (id modulo 1000), ``{id}``, ``{ext}``, ``{md5}``.
    """

    rating_scheme: Literal["pre2022", "2022", "auto"]
    ratings: tuple[str, ...] = ()
    since: datetime.date | None = None
    until: datetime.date | None = None
    parents: Literal["any", "none"] = "any"
    refused_status: tuple[Literal["pending", "flagged", "deleted", "banned"], ...] = ()
    required: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    categories: tuple[Category, ...] = ("general", "copyright", "character")
    dropped: tuple[str, ...] = ()
    least_count: Count = 1
    least_tags: Count = 0
    every: Annotated[int, Meta(ge=1)] = 1
    test_every: Count = 0
    validation_every: Count = 0
    file: str = "{bucket:04d}/{id}.{ext}"


def preset_names() -> list[str]:
    """Return the names of the presets."""
    return sorted(path.stem for path in PRESETS.glob("*.toml"))


def load_rules(name: str, changes: Sequence[str] = ()) -> FilterRules:
    """Return the rules of a preset or of a TOML file, with changes like ``least_count=50``.

    Raises:
        AnitagError: ``bad_config`` for what is not there, not TOML or no rule.
    """
    preset = PRESETS / f"{name}.toml"
    path = preset if name in preset_names() else Path(name)
    try:
        values = tomllib.loads(path.read_text("utf-8"))
        for change in changes:
            values |= _read_change(change)
        rules = msgspec.convert(values, FilterRules)
        _ = rules.file.format(bucket=1, id=1, ext="png", md5="")
    except FileNotFoundError:
        reason = f"there is no such file; the presets are {', '.join(preset_names())}"
        raise AnitagError("bad_config", path=name, reason=reason) from None
    except (OSError, ValueError, KeyError, IndexError, AttributeError) as error:
        raise AnitagError("bad_config", path=name, reason=str(error)) from error
    return rules


def _read_change(change: str) -> dict[str, object]:
    """Return a change as TOML reads it; a bare word is text."""
    name, _, value = change.partition("=")
    try:
        return tomllib.loads(f"{name} = {value}")
    except tomllib.TOMLDecodeError:
        return {name.strip(): value.strip()}
