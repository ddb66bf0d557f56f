"""The part about classes: how many pictures each has, and in which part."""

from collections.abc import Sequence

from training.exploring.class_numbers import FEW, ClassCount, count_by_class, spread
from training.exploring.out_folder import OutFolder
from training.exploring.plots import Series, named_bars, ranked_bars
from training.exploring.section import Section
from training.exploring.subject import PARTS, UNDIVIDED, Subject
from training.reporting.figures import Plot

MOST_NAMED = 40
"""So many bars can have their names beside them."""

EXTREMES = 10
BARS = 100
"""Of larger sets these many classes are drawn, as animesion's histogram has them."""


def explore_classes(subject: Subject, out: OutFolder) -> Section | None:
    """Count the classes; None of a set without any."""
    counts = count_by_class(subject.classes, subject.pictures, subject.parts)
    if not counts:
        return None
    numbers = spread([count.pictures for count in counts])
    section = Section("Classes", numbers=dict(numbers))
    section.lines = _told(numbers, len(subject.pictures) - int(numbers["pictures"]))
    section.plots = class_plots(counts, subject.parts)
    used = [part for part in PARTS if part in set(subject.parts)]
    columns = ["class", "number", "pictures", *(part for part in used if part != UNDIVIDED)]
    rows = (
        [c.name, c.number, c.pictures, *(c.by_part[part] for part in used if part != UNDIVIDED)]
        for c in counts
    )
    section.tables = [out.table("classes", "Every class", columns, rows)]
    return section


def class_plots(counts: Sequence[ClassCount], parts: Sequence[str]) -> list[Plot]:
    """Return the pictures of each class; of many classes also of the largest and smallest."""
    title = "Pictures of each class"
    if len(counts) <= MOST_NAMED:
        return [named_bars("classes", title, [c.name for c in counts], by_part(counts, parts))]
    most = counts[:EXTREMES]
    least = counts[-EXTREMES:]
    whole = ranked_bars("classes", title, by_part(counts, parts), "classes, the largest first")
    drawn = [whole]
    if len(counts) > BARS:
        first = f"{title}: the {BARS} largest of {len(counts):,}"
        shown = by_part(counts[:BARS], parts)
        drawn.append(ranked_bars("classes_first", first, shown, "classes, the largest first"))
    for name, words, some in (("most", "most", most), ("least", "fewest", least)):
        head = f"The {len(some)} classes with the {words} pictures"
        drawn.append(
            named_bars(f"classes_{name}", head, [c.name for c in some], by_part(some, parts))
        )
    return drawn


def by_part(counts: Sequence[ClassCount], parts: Sequence[str]) -> Series:
    """Return the numbers of pictures in each part that occurs."""
    used = [part for part in PARTS if part in set(parts)]
    return {part or "pictures": [count.by_part[part] for count in counts] for part in used}


def _largest(count: float) -> str:
    return "largest class" if count == 1 else f"{count:,.0f} largest classes"


def _told(numbers: dict[str, float], others: int) -> list[str]:
    lines = [
        f"{numbers['classes']:,.0f} classes with {numbers['mean']:,.1f} pictures on average "
        f"(median {numbers['median']:,.0f}, deviation {numbers['deviation']:,.1f}, "
        f"fewest {numbers['fewest']:,.0f}, most {numbers['most']:,.0f}).",
        f"Half of the pictures belong to the {_largest(numbers['half_in'])}.",
    ]
    if few := numbers[f"under_{FEW}"]:
        lines.append(f"Classes with fewer than {FEW} pictures: {few:,.0f}.")
    if empty := numbers["empty"]:
        lines.append(f"Classes without any picture here: {empty:,.0f}.")
    if others:
        lines.append(f"Pictures without a class: {others:,}.")
    return lines
