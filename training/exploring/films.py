"""The part with the film of a set: its pictures as grids that follow each other, one a second."""

from training.exploring.film_writing import write_mp4
from training.exploring.frame_spool import FrameSpool
from training.exploring.out_folder import OutFolder
from training.exploring.section import Section
from training.exploring.subject import Subject
from training.exploring.thumbnails import grids

SECOND = 1000
CELLS, SIDE, ACROSS = 40, 128, 8
"""A frame is as wide as the page, and shows all of its pictures at once on any screen."""

MOST_FRAMES = 600
"""Ten minutes, which nobody sees to the end; the film itself is in memory when it is written."""


def explore_film(subject: Subject, out: OutFolder) -> Section:
    """Write the film of a set."""
    rows = subject.drawn(min(subject.looking.limit, MOST_FRAMES * CELLS))
    pictures = [subject.pictures[row] for row in rows]
    with FrameSpool(out.path) as frames:
        frames.extend(grids(pictures, CELLS, SIDE, min(ACROSS, len(rows)), labels=True))
        section = Section("Film", [f"{len(frames)} frames, one a second: {subject.of(len(rows))}."])
        section.pictures = out.film("film.webp", frames, SECOND, "The set as a film")
        section.files.append("film.webp")
        if write_mp4(frames, SECOND, out.place("film.mp4")):
            section.files.append("film.mp4")
    return section
