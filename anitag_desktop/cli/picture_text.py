"""A picture in words: one line of it, or everything."""

import os
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import groupby
from typing import TextIO

from anitag_desktop.cli.printing import plain, print_table, say, width
from anitag_desktop.domain.details import ImageDetails, ShownTag
from anitag_desktop.domain.image import ImageFacts
from anitag_desktop.domain.region import Region
from anitag_desktop.domain.tag import TagCategory

_ORDER = list(TagCategory)
_BEST_TAGS = 8
_BEST_SUGGESTIONS = 16
_LINE = 96


def brief(details: ImageDetails) -> str:
    """Return the path with what cannot be told from it."""
    return details.path if details.status == "present" else f"{details.path}  ({details.status})"


def print_brief(pictures: Iterable[ImageDetails], out: TextIO) -> None:
    """Write a table with one line for each picture: its name, size, rating and best tags."""
    rows = [
        (os.path.basename(d.path), _size(d.facts), d.rating or "-", _best(d))  # noqa: PTH119
        for d in pictures
    ]
    print_table(out, rows, ("picture", "size", "rating", "best tags"))


def print_picture(details: ImageDetails, out: TextIO) -> None:
    """Write everything that is known of a picture."""
    say(out, brief(details))
    if details.facts is not None:
        say(out, f"  facts      {_facts(details.facts)}, added {_minute(details.added)}")
        say(out, f"  sha256     {details.facts.sha256}")
    for path in details.paths:
        if path != details.path:
            say(out, f"  also       {path}")
    _print_tags(details, out)
    for region in details.regions:
        say(out, f"  region     {_region(region)}")
    for problem in details.problems:
        say(out, f"  problem    {problem.message}")
    _print_history(details, out)
    out.write("\n")


def _print_tags(details: ImageDetails, out: TextIO) -> None:
    if details.rating is not None:
        who = _who_says(details, f"rating:{details.rating}")
        _print_wrapped("rating", [f"{details.rating}{who}"], out)
    ordered = sorted(details.tags, key=lambda shown: _ORDER.index(shown.tag.category))
    for category, tags in groupby(ordered, key=lambda shown: shown.tag.category):
        words = [f"{_with_score(tag)}{_who_says(details, tag.tag.name)}" for tag in tags]
        _print_wrapped(category.value, words, out)
    _print_wrapped("suggested", _best_suggestions(details), out)
    _print_wrapped("rejected", [tag.name for tag in details.rejected], out)


def _best_suggestions(details: ImageDetails) -> list[str]:
    """Return the suggestions a person may want to see, and how many more there are."""
    words = [_with_score(tag) for tag in details.suggestions[:_BEST_SUGGESTIONS]]
    rest = len(details.suggestions) - len(words)
    return [*words, f"and {rest} more (--json)"] if rest else words


def _region(region: Region) -> str:
    """Return ``face 0.91 at 12 % 8 %, 20 % x 18 %: hatsune_miku``."""
    box = region.place.box
    left, top, width, height = (
        f"{100 * side:.0f} %" for side in (box.left, box.top, box.width, box.height)
    )
    what = region.place.label or "region"
    score = " [user]" if region.score is None else f" {region.score:.2f}"
    names = ", ".join(shown.tag.name for shown in region.tags)
    return f"{what}{score} at {left} {top}, {width} x {height}" + (f": {names}" if names else "")


def _print_history(details: ImageDetails, out: TextIO) -> None:
    for line in details.history:
        verdict = line.verdict.value if line.verdict else "taken back"
        seen = "" if line.score is None else f" (score {line.score:.2f})"
        words = f"{_minute(line.at)} {line.tag.name} {verdict} by {line.source.value}{seen}"
        say(out, f"  history    {words}")


def _print_wrapped(title: str, words: Sequence[str], out: TextIO) -> None:
    """Write words under a title, on as many lines as they need."""
    if not words:
        return
    line = f"  {title:<10}"
    for word in map(plain, words):
        if width(line) + width(word) + 2 > _LINE and line.strip() not in ("", title):
            say(out, line.rstrip())
            line = " " * 12
        line += f" {word} " if line.endswith(" ") else f"  {word}"
        line = line.rstrip()
    say(out, line)


def _who_says(details: ImageDetails, name: str) -> str:
    """Return what each model says of a tag; nothing where there is one model only."""
    if len({one.model for said in details.opinions.values() for one in said}) < 2:
        return ""
    said = ", ".join(
        f"{one.model.rpartition('/')[2]} {one.score:.2f}"
        for one in details.opinions.get(name, ())
        if one.score is not None
    )
    return f" ({said})" if said else ""


def _with_score(shown: ShownTag) -> str:
    score = "" if shown.score is None else f" {shown.score:.2f}"
    source = "" if shown.source == "model" else f" [{shown.source.value}]"
    return f"{shown.tag.name}{score}{source}"


def _best(details: ImageDetails) -> str:
    """Return the tags that say most: the user's, then by score."""
    if details.facts is None:
        return "; ".join(problem.message for problem in details.problems)
    ranked = sorted(details.tags, key=lambda s: -2.0 if s.source != "model" else -(s.score or 0.0))
    return ", ".join(shown.tag.name for shown in ranked[:_BEST_TAGS])


def _size(facts: ImageFacts | None) -> str:
    return "-" if facts is None else f"{facts.width} x {facts.height}"


def _facts(facts: ImageFacts) -> str:
    frames = f", {facts.frames} frames" if facts.is_animated else ""
    return f"{facts.format}, {facts.width} x {facts.height}{frames}, {facts.bytes} bytes"


def _minute(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M")
