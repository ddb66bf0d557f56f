"""The part about tags: counts, tags of a picture, which go together, word clouds."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from anitag_desktop.domain.tag import TagCategory
from training.exploring.out_folder import OutFolder
from training.exploring.plots import counted, histogram, named_bars, titled
from training.exploring.section import Section, Table
from training.exploring.subject import PARTS, UNDIVIDED, Subject
from training.exploring.tag_numbers import TagCount, count_tags, together
from training.exploring.word_cloud import cloud, words_of
from training.exploring.wording import legible
from training.reporting.figures import ACCENT, ACCENTS, GREY, Plot, plain

TOP = 30
PAIRED = 20
FEW = 20
LEAST_FOR_CLOUD = 5
LEAST_FOR_CURVE = 12


def explore_tags(subject: Subject, out: OutFolder) -> Section | None:
    """Count the tags; None of a set without any."""
    counts = count_tags(subject)
    if not counts:
        return None
    general = [count for count in counts if count.category is TagCategory.GENERAL]
    section = Section("Tags", _told(subject, counts, general))
    section.numbers = {"tags": len(counts), "general": len(general)}
    for category in dict.fromkeys(count.category for count in counts):
        own = [count for count in counts if count.category is category]
        section.plots.append(_frequent(category, own, subject))
    if general:
        section.plots += _general_plots(subject, general)
    section.tables = [_table(subject, counts, out)]
    for name, words in _clouds(counts):
        image = cloud(words, subject.looking.seed)
        section.pictures.append(
            out.picture(f"plots/cloud_{name.replace(' ', '_')}.png", image, f"Word cloud: {name}")
        )
    return section


def _told(subject: Subject, counts: Sequence[TagCount], general: Sequence[TagCount]) -> list[str]:
    kinds: dict[str, int] = {}
    for count in counts:
        kinds[count.category] = kinds.get(count.category, 0) + 1
    listed = ", ".join(f"{number:,} {kind}" for kind, number in kinds.items())
    lines = [f"{len(counts):,} different tags ({listed})."]
    each = [len(picture.tags) for picture in subject.pictures]
    if general:
        rare = sum(count.pictures < FEW for count in general)
        lines.append(
            f"A picture has {np.mean(each):.1f} general tags on average (median "
            f"{np.median(each):.0f}, most {max(each)}); {each.count(0):,} have none. "
            f"{rare:,} general tags have fewer than {FEW} pictures."
        )
    return lines


def _frequent(category: TagCategory, counts: Sequence[TagCount], subject: Subject) -> Plot:
    most = counts[:TOP]
    used = [part for part in PARTS if part in set(subject.parts)]
    series = {part or "pictures": [count.by_part[part] for count in most] for part in used}
    title = (
        f"The most frequent {category} tags"
        if len(counts) > TOP
        else f"{category} tags".capitalize()
    )
    return named_bars(f"tags_{category}", title, [count.name for count in most], series)


def _general_plots(subject: Subject, general: Sequence[TagCount]) -> list[Plot]:
    each = [len(picture.tags) for picture in subject.pictures]
    plots = [histogram("tags_each", "Tags of a picture", each, "general tags", whole=True)]
    if len(general) >= LEAST_FOR_CURVE:
        plots.append(_ranks([count.pictures for count in general]))
    # What every picture has goes together with everything.
    told = [c.name for c in general if c.pictures < 0.98 * len(subject.pictures)][:PAIRED]
    if len(told) > 2:
        plots.append(_pairs(subject, told))
    return plots


def _ranks(counts: Sequence[int]) -> Plot:
    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        titled(axes, "Tags by rank")
        axes.loglog(np.arange(1, len(counts) + 1), counts, color=ACCENTS[0], linewidth=2)
        axes.axhline(FEW, color=GREY, linestyle="--", linewidth=1)
        axes.annotate(
            f"{FEW} pictures",
            (1, FEW),
            xytext=(3, 3),
            textcoords="offset points",
            color=GREY,
            fontsize=8,
        )
        axes.set_xlabel("rank, the most frequent first")
        axes.set_ylabel("pictures")
        for axis in (axes.xaxis, axes.yaxis):
            counted(axis)
            axis.set_minor_formatter("")

    return Plot("tags_ranks", draw, (4.8, 2.9))


def _pairs(subject: Subject, names: Sequence[str]) -> Plot:
    shares = together(subject.pictures, names)

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        titled(axes, "Which tags come together")
        axes.imshow([[(*ACCENT, share) for share in row] for row in shares.tolist()])
        labels = [plain(legible(name, 22)) for name in names]
        axes.set_xticks(range(len(names)), labels, rotation=90)
        axes.set_yticks(range(len(names)), labels)
        axes.grid(visible=False)
        axes.tick_params(length=0)
        for row, column in np.argwhere((shares >= 0.095) & ~np.eye(len(names), dtype=bool)):
            colour = "white" if shares[row, column] > 0.5 else GREY
            text = f"{100 * shares[row, column]:.0f}"
            axes.text(column, row, text, ha="center", va="center", color=colour, fontsize=6)

    side = 1.8 + 0.26 * len(names)
    note = "Of the pictures with the tag at the left, so many in a hundred have the one below."
    return Plot("tags_together", draw, (side, side), note)


def _table(subject: Subject, counts: Sequence[TagCount], out: OutFolder) -> Table:
    used = [part for part in PARTS if part in set(subject.parts) and part != UNDIVIDED]
    whole = len(subject.pictures)
    rows = (
        [c.name, str(c.category), c.pictures, c.pictures / whole, *(c.by_part[p] for p in used)]
        for c in counts
    )
    return out.table("tags", "Every tag", ["tag", "category", "pictures", "share", *used], rows)


def _clouds(counts: Sequence[TagCount]) -> list[tuple[str, dict[str, int]]]:
    found = []
    for category in dict.fromkeys(count.category for count in counts):
        own = {c.name: c.pictures for c in counts if c.category is category}
        if category is not TagCategory.RATING and len(own) >= LEAST_FOR_CLOUD:
            found.append((f"{category} tags", own))
            if category is TagCategory.GENERAL:
                found.append(("words of tags", dict(words_of(own))))
    return found
