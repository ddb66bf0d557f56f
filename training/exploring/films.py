"""The part with the film of a set: its pictures as grids that follow each other, one a second."""

from training.exploring.film_writing import webp_film, write_mp4
from training.exploring.out_folder import OutFolder
from training.exploring.section import Section
from training.exploring.subject import Subject
from training.exploring.thumbnails import grids

SECOND = 1000
CELLS, SIDE, ACROSS = 40, 128, 8
"""A frame is as wide as the page, and shows all of its pictures at once on any screen."""

MOST_FRAMES = 60
"""The encoder of Pillow wants all frames at once: more of them take more memory."""

LARGEST_INLINE = 6 << 20
"""A larger film lies beside the page only."""


def explore_film(subject: Subject, out: OutFolder) -> Section:
    """Write the film of a set."""
    rows = subject.drawn(min(subject.looking.limit, MOST_FRAMES * CELLS))
    pictures = [subject.pictures[row] for row in rows]
    frames = grids(pictures, CELLS, SIDE, min(ACROSS, len(rows)), labels=True)
    section = Section("Film", [f"{len(frames)} frames, one a second: {subject.of(len(rows))}."])
    content = webp_film(frames, SECOND)
    shown = out.shown("film.webp", content, "The set as a film", frames[0].width)
    section.files.append("film.webp")
    if len(content) <= LARGEST_INLINE:
        section.pictures.append(shown)
    if write_mp4(frames, SECOND, out.place("film.mp4")):
        section.files.append("film.mp4")
    return section
