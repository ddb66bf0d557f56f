"""Writes the page: everything that was found, in one file that needs nothing from outside."""

from collections.abc import Sequence
from pathlib import Path

from training.exploring.out_folder import OutFolder
from training.exploring.section import Section
from training.exploring.subject import Subject
from training.exploring.wording import legible
from training.reporting.filling import filled

PAGE = Path(__file__).with_name("exploration.html")


def write_page(
    name: str, facts: Sequence[tuple[str, str]], sections: Sequence[Section], out: OutFolder
) -> Path:
    """Write index.html and return its path; ``facts`` stand under the name."""
    values = {
        "name": legible(name),
        "facts": facts,
        "sections": [(section, [plot.svg() for plot in section.plots]) for section in sections],
    }
    out.text("index.html", filled(PAGE, values))
    return out.path / "index.html"


def facts_of(subject: Subject) -> list[tuple[str, str]]:
    """Return how many pictures there are, where, and how they lie."""
    parts = [part for part in ("train", "validation", "test", "unused") if part in subject.parts]
    divided = [(part, f"{subject.parts.count(part):,}") for part in parts]
    facts = [("pictures", f"{len(subject.pictures):,}"), *divided]
    if subject.classes:
        facts.append(("classes", f"{len(subject.classes):,}"))
    facts.append(("layout", subject.layout))
    if subject.missing:
        facts.append(("files not there", f"{subject.missing:,}"))
    if subject.left_out:
        facts.append(("left out by rating", f"{subject.left_out:,}"))
    return [*facts, ("seed", str(subject.looking.seed))]
