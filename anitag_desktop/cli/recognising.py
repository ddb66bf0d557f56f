"""What ``add`` and ``tag`` share: watch folders, and see every file in them to its outcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from anitag_desktop.cli.command import DONE, PROBLEMS
from anitag_desktop.cli.printing import say
from anitag_desktop.cli.progress import ProgressLine
from anitag_desktop.domain.error import AnitagError

if TYPE_CHECKING:
    from anitag_desktop.domain.details import FileProblem
    from anitag_desktop.services.indexing import FolderView
    from anitag_desktop.services.library import Library
    from anitag_desktop.services.tagging import TaggingProgress, TaggingSummary


@dataclass(frozen=True, slots=True)
class Watched:
    """The folders of a command, whether they were named, and whether all of them are watched."""

    paths: tuple[str, ...]
    folder_ids: frozenset[int]
    is_complete: bool
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What became of the files in the folders: pictures (distinct ones) and problems.

    ``away`` are the folders that cannot be looked into now. ``is_nothing`` tells that there was
    no file at all that looks like a picture, which was said then.
    """

    images: int
    problems: "tuple[FileProblem, ...]"
    summary: "TaggingSummary"
    away: tuple[str, ...]
    is_nothing: bool


def watch(library: "Library", folders: Sequence[str], err: TextIO) -> Watched:
    """Watch the folders; list those that cannot be.

    Raises:
        AnitagError: none of them can be.
    """
    paths, ids, failures = [], set(), []
    for folder in folders:
        try:
            ids.add(library.indexing.add_folder(folder).id)
            paths.append(folder)
        except AnitagError as error:
            failures.append(error)
    if failures and not paths:
        _say_all(failures[:-1], err)
        raise failures[-1]
    _say_all(failures, err)
    return Watched(tuple(paths), frozenset(ids), not failures)


def take_in(library: "Library", watched: Watched, err: TextIO) -> TakenIn:
    """Index and recognise until every file in the folders has its outcome."""
    with ProgressLine(err) as line:
        library.indexing.scan(watched.folder_ids, on_progress=lambda seen: line.show(str(seen)))
        summary = library.tagging.run_until_idle(
            watched.folder_ids, on_progress=lambda progress: line.show(_words(progress))
        )
    if not summary.has_model and summary.images:
        _say_all([AnitagError("no_tagger")], err)
    away = tuple(view.path for view in _views(library, watched) if view.status == "away")
    _tell_away(away, err)
    inside = watched.paths
    images, problems = library.showing.count_inside(inside), library.showing.problems(inside)
    is_nothing = not (images or problems or away)
    if watched.is_named or is_nothing:
        _tell_empty(library, [path for path in inside if path not in away], err)
    if not inside:
        _say_all([AnitagError("nothing_watched")], err)
    return TakenIn(images, tuple(problems), summary, away, is_nothing)


def _tell_empty(library: "Library", paths: Sequence[str], err: TextIO) -> None:
    """Write a line for each folder without a file that looks like a picture."""
    showing = library.showing
    empty = [p for p in paths if not showing.count_inside([p]) and not showing.problems([p])]
    _say_all([AnitagError("no_picture_in", path=path) for path in empty], err)


def _tell_away(away: Sequence[str], err: TextIO) -> None:
    """Write a line for each folder that is away, and once what that means."""
    told = [AnitagError("folder_away", path=path) for path in away]
    _say_all([*told, AnitagError("away_is_kept")] if told else [], err)


def _views(library: "Library", watched: Watched) -> "list[FolderView]":
    return [view for view in library.indexing.folders() if view.id in watched.folder_ids]


def _words(progress: "TaggingProgress") -> str:
    left = progress.seconds_left
    rest = "" if left is None else f", {left:.0f} s left"
    error = f" ({progress.error})" if progress.error else ""
    on = f" on {progress.provider}" if progress.provider else ""
    speed = f", {progress.rate:.1f} pictures/s{on}" if progress.rate else ""
    return f"tagging {progress.done} of {progress.total}{speed}{rest}{error}"


def watch_all(library: "Library") -> Watched:
    """Return all the folders that are watched."""
    folders = library.indexing.folders()
    return Watched(tuple(f.path for f in folders), frozenset(f.id for f in folders), True, False)


def list_problems(problems: "Sequence[FileProblem]", err: TextIO) -> None:
    """Write one line for each file that has a problem."""
    for problem in problems:
        say(err, f"problem: {problem.path}: {problem.message}")


def exit_code(watched: Watched, taken_in: TakenIn) -> int:
    """Return whether all went well; a drive that is away is a problem to who named it only."""
    is_asked_in_vain = watched.is_named and taken_in.away
    is_well = watched.is_complete and not taken_in.problems and not is_asked_in_vain
    return DONE if is_well else PROBLEMS


def _say_all(errors: Sequence[AnitagError], err: TextIO) -> None:
    for error in errors:
        say(err, f"anitag: {error}")
