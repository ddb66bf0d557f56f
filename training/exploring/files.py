"""The part about files: sizes, shapes, brightness, and which cannot be read."""

import os
from collections import Counter
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.decoding import decode
from anitag_desktop.recognition.reading import read_file
from training.exploring.out_folder import OutFolder
from training.exploring.plots import histogram, titled
from training.exploring.section import Section
from training.exploring.subject import Subject
from training.reporting.figures import ACCENT, Plot

KIBI = 1024
WHITE = (255, 255, 255)
SMALL = 224
"""Pictures that are smaller than what most networks see are told of."""


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What one file is: pixels across and up, bytes, mean brightness and its deviation (0 to 1)."""

    width: int
    height: int
    size: int
    kind: str
    frames: int
    brightness: float
    contrast: float


def explore_files(subject: Subject, out: OutFolder) -> Section:
    """Open pictures, at most as many as is wanted, and say what they are."""
    rows = subject.drawn(subject.looking.limit)
    facts, broken = [], []
    for row in rows:
        path = subject.pictures[row].path
        try:
            facts.append(read_facts(os.fsencode(path)))
        except AnitagError as error:
            broken.append([str(path), str(error)])
    section = Section("Files", [f"Opened: {subject.of(len(rows))}."])
    section.lines.append(
        f"Cannot be read: {len(broken):,}." if broken else "Every one of them can be read."
    )
    if facts:
        _tell(section, facts)
    if broken:
        title = "Files that cannot be read"
        section.tables = [out.table("unreadable", title, ["file", "reason"], broken)]
    section.numbers |= {"opened": len(rows), "unreadable": len(broken)}
    return section


def read_facts(path: bytes) -> FileFacts:
    """Decode a file and return what it is.

    Raises:
        AnitagError: it is no picture that the app would read.
    """
    content = read_file(path).content
    picture = decode(content, is_hashed=False)
    small = picture.image.resize((32, 32), Image.Resampling.BOX)
    if small.mode == "RGBA":
        white = Image.new("RGB", small.size, WHITE)
        white.paste(small, mask=small.getchannel("A"))
        small = white
    grey = np.asarray(small.convert("L"), np.float64) / 255
    return FileFacts(
        picture.width,
        picture.height,
        len(content),
        picture.format,
        picture.frames,
        float(grey.mean()),
        float(grey.std()),
    )


def _tell(section: Section, facts: list[FileFacts]) -> None:
    kinds = Counter(fact.kind for fact in facts).most_common()
    sides = [min(fact.width, fact.height) for fact in facts]
    small = sum(side < SMALL for side in sides)
    moving = sum(fact.frames > 1 for fact in facts)
    sizes = [fact.size / KIBI for fact in facts]
    section.lines += [
        "Formats: " + ", ".join(f"{kind} {count:,}" for kind, count in kinds) + ".",
        f"Shorter sides: {min(sides)} to {max(sides)} px, median {np.median(sides):.0f}; "
        f"{small:,} are under {SMALL} px. Animated: {moving:,}.",
        f"Bytes: median {np.median(sizes):,.0f} KiB, largest {max(sizes):,.0f} KiB.",
    ]
    section.numbers = {
        "formats": dict(kinds),
        "shorter_side": {
            "least": min(sides),
            "median": float(np.median(sides)),
            "most": max(sides),
        },
        "animated": moving,
    }
    shares = [100 * fact.brightness for fact in facts]
    under = "mean brightness, % (black 0, white 100)"
    section.plots = [
        _shapes(facts),
        histogram("sides", "Shorter side", sides, "pixels", whole=False),
        histogram("bytes", "Size of the files", sizes, "KiB", whole=False),
        histogram("brightness", "Brightness", shares, under, whole=False),
    ]


def _shapes(facts: list[FileFacts]) -> Plot:
    sizes = Counter((fact.width, fact.height) for fact in facts)

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        titled(axes, "Width and height")
        across, up = np.array(list(sizes)).T
        counts = np.array(list(sizes.values()))
        area = 14 + 120 * np.sqrt(counts / counts.max())
        axes.scatter(across, up, s=area, color=ACCENT, alpha=0.45, linewidth=0, rasterized=True)
        axes.set_xlabel("width, pixels")
        axes.set_ylabel("height, pixels")
        top = 1.08 * max(across.max(), up.max())
        axes.set_xlim(0, top)
        axes.set_ylim(0, top)
        axes.plot([0, top], [0, top], color=ACCENT, linestyle="--", linewidth=0.8, alpha=0.6)
        axes.set_aspect("equal")

    return Plot("shapes", draw, (4.8, 3.9), "A larger dot: more pictures of that size.")
