"""Runs a model over a film: answers of each frame as a table, a time line, an annotated film."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from anitag_desktop.domain.error import AnitagError
from training.exploring.annotating import Answers, annotated
from training.exploring.film_writing import write_mp4
from training.exploring.frame_reading import Frame, read_frames
from training.exploring.frame_spool import FrameSpool
from training.exploring.out_folder import OutFolder
from training.exploring.page import write_page
from training.exploring.plots import titled
from training.exploring.section import Section, Table
from training.exploring.seeing import Model
from training.exploring.wording import legible
from training.progress import Progress
from training.reporting.figures import ACCENTS, Plot, plain

BATCH = 8
NAMES = 16
LEAST_DURATION = 20
"""Milliseconds; players show nothing faster."""

USUAL_DURATION = 1000


@dataclass(frozen=True, slots=True)
class Told:
    """A frame's number, when it is shown (seconds), and what the model says, the surest first."""

    number: int
    seconds: float
    answers: Answers


@dataclass(frozen=True, slots=True)
class Watched:
    """What to watch: at most ``most`` of every so-manieth frame; ``top`` answers of each."""

    film: Path
    every: int = 1
    most: int = 300
    top: int = 5


def watch(wanted: Watched, model: Model, folder: Path, progress: Progress) -> Path:
    """Write frames.csv, time line, annotated film and index.html; return the page.

    Raises:
        AnitagError: as ``read_frames`` does; ``model_refused`` when it only gives vectors.
    """
    if not model.names:
        raise AnitagError("model_refused", path=model.name, reason="it names nothing")
    out, section, told = OutFolder(folder), Section("Frames"), []
    colours: dict[str, str] = defaultdict(lambda: ACCENTS[len(colours) % len(ACCENTS)])
    with FrameSpool(folder) as frames:
        for frame, answers in _answers(wanted, model):
            told.append(Told(frame.number, frame.seconds, answers))
            frames.add(annotated(frame, answers, colours))
            progress.advance("frames", len(told), wanted.most)
        progress.end_bar()
        if not told:
            raise AnitagError("no_pictures", path=wanted.film)
        _write_film(frames, _duration(told), out, section)
    section.lines = [_counted(told, wanted)]
    section.plots = [time_line(told)]
    for plot in section.plots:
        out.plot(plot)
    section.tables = [_table(told, wanted.top, out)]
    facts = [("model", legible(model.name)), ("frames", f"{len(told):,}")]
    out.numbers("explored.json", {"frames": len(told), "model": model.name})
    page = write_page(wanted.film.name, facts, [section], out)
    progress.report("written", path=str(page), frames=len(told))
    return page


def _answers(wanted: Watched, model: Model) -> Iterator[tuple[Frame, Answers]]:
    frames = islice(read_frames(wanted.film, wanted.every), wanted.most)
    while some := list(islice(frames, BATCH)):
        for frame, seen in zip(some, model.look([f.image for f in some]), strict=True):
            if seen.scores is not None:
                yield frame, model.best(seen.scores, wanted.top)


def time_line(told: Sequence[Told]) -> Plot:
    """Return which names are said when; the stronger, the surer."""
    counts: Counter[str] = Counter()
    for one in told:
        counts.update({name: round(1000 * share) for name, share in one.answers})
    names = [name for name, _ in counts.most_common(NAMES)]
    places = {name: place for place, name in enumerate(names)}
    shares = np.zeros((max(1, len(names)), len(told)))
    for column, one in enumerate(told):
        for name, share in one.answers:
            if name in places:
                shares[places[name], column] = share
    rows = np.empty((*shares.shape, 4), np.float32)
    rows[..., :3], rows[..., 3] = to_rgb(ACCENTS[0]), shares

    def draw(figure: Figure) -> None:
        axes = figure.add_subplot()
        titled(axes, "What is said when")
        last = told[-1].seconds
        step = last / max(1, len(told) - 1) if last else 1.0
        reach = (told[0].seconds, last + step, len(rows) - 0.5, -0.5)
        axes.imshow(rows, aspect="auto", extent=reach, interpolation="nearest")
        axes.set_yticks(range(len(names)), [plain(legible(name, 28)) for name in names])
        axes.set_xlabel("seconds")
        axes.grid(visible=False)
        axes.tick_params(axis="y", length=0)

    note = f"The {len(names)} names that are said most; the stronger the colour, the surer."
    return Plot("time_line", draw, (7.2, 1.2 + 0.24 * max(4, len(names))), note)


def _table(told: Sequence[Told], top: int, out: OutFolder) -> Table:
    columns = ["frame", "seconds"]
    for place in range(1, top + 1):
        columns += [f"answer_{place}", f"probability_{place}"]
    rows = []
    for one in told:
        row: list[object] = [one.number, round(one.seconds, 3)]
        for name, share in one.answers:
            row += [name, round(share, 4)]
        rows.append(row + [""] * (len(columns) - len(row)))
    return out.table("frames", "Every frame", columns, rows)


def _write_film(frames: FrameSpool, duration: int, out: OutFolder, section: Section) -> None:
    section.pictures = out.film("annotated.webp", frames, duration, "Annotated")
    section.files = ["annotated.webp"]
    if write_mp4(frames, duration, out.place("annotated.mp4")):
        section.files.append("annotated.mp4")


def _duration(told: Sequence[Told]) -> int:
    """Return the milliseconds between frames, by their middle."""
    times = np.asarray([one.seconds for one in told])
    if len(times) < 2:
        return USUAL_DURATION
    return max(LEAST_DURATION, round(1000 * float(np.median(np.diff(times)))))


def _counted(told: Sequence[Told], wanted: Watched) -> str:
    last = told[-1]
    cut = len(told) >= wanted.most
    rest = "; the film may go on" if cut else ""
    return f"{len(told):,} frames up to {last.seconds:.1f} s (frame {last.number:,}){rest}."
