"""Explores pictures part by part, and writes files and the page."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.exploring.batches import explore_batches
from training.exploring.classes import explore_classes
from training.exploring.files import explore_files
from training.exploring.films import explore_film
from training.exploring.landscapes import explore_landscape
from training.exploring.maps import explore_map
from training.exploring.out_folder import OutFolder
from training.exploring.page import facts_of, write_page
from training.exploring.pictures import explore_pictures, explore_sheets
from training.exploring.section import Section
from training.exploring.subject import Subject
from training.exploring.tags import explore_tags
from training.exploring.texts import explore_texts
from training.progress import Progress

Part = Callable[[Subject, OutFolder], Section | None]

PARTS: Mapping[str, Part] = {
    "pictures": explore_pictures,
    "classes": explore_classes,
    "tags": explore_tags,
    "texts": explore_texts,
    "files": explore_files,
    "map": explore_map,
    "batches": explore_batches,
    "landscape": explore_landscape,
    "sheets": explore_sheets,
    "film": explore_film,
}
"""What can be explored, in the order of the page; what a set lacks is left out."""


def explore(subject: Subject, folder: Path, parts: Sequence[str], progress: Progress) -> Path:
    """Write plots, tables, sheets and index.html of some parts; return the page.

    Raises:
        AnitagError: ``cannot_write``, ``disk_full``; ``bad_config`` for a part that is none.
    """
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        reason = f"{unknown[0]} is none of {', '.join(PARTS)}"
        raise AnitagError("bad_config", path="the command line", reason=reason)
    out, found = OutFolder(folder), {}
    for name, part in PARTS.items():
        if parts and name not in parts:
            continue
        section = part(subject, out)
        if section is None:
            progress.report("nothing", part=name)
            continue
        for plot in section.plots:
            out.plot(plot)
        found[name] = section
        progress.report("explored", part=name)
    out.numbers("explored.json", _numbers(subject, found))
    page = write_page(subject.name, facts_of(subject), list(found.values()), out)
    progress.report("written", path=str(page))
    return page


def _numbers(subject: Subject, sections: Mapping[str, Section]) -> dict[str, object]:
    whole = {
        "name": subject.name,
        "layout": subject.layout,
        "pictures": len(subject.pictures),
        "missing": subject.missing,
        "left_out": subject.left_out,
        "seed": subject.looking.seed,
    }
    return {"set": whole, **{name: section.numbers for name, section in sections.items()}}
