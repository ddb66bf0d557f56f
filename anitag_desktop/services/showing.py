"""Showing: what is known of pictures, for the gallery, the inspector, ``show`` and the exports."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from anitag_desktop.domain.details import FileProblem, ImageDetails
from anitag_desktop.domain.image import ImageFacts, ImageStatus
from anitag_desktop.storage import head_choices, image_details, images, marks, places
from anitag_desktop.storage.file_problems import ProblemFile, count_problems, problem_files
from anitag_desktop.storage.folder_counts import present_by_folder
from anitag_desktop.storage.image_files import ImageFile, files_of_images
from anitag_desktop.storage.marks import Marks
from anitag_desktop.storage.overlaps import tell_broader
from anitag_desktop.storage.selection import chunks
from anitag_desktop.storage.store import Store

__all__ = ["Chosen", "ImageRow", "Showing"]

_CHUNK = 500
"""Pictures read in one go: few enough to come at once, many enough to be quick."""


@dataclass(frozen=True, slots=True)
class ImageRow:
    """What the gallery shows of a picture; ``thumbnail`` is None until it was made."""

    image_id: int
    sha256: str
    path: str
    name: str
    width: int
    height: int
    format: str
    is_animated: bool
    status: ImageStatus
    thumbnail: Path | None
    is_favourite: bool = False
    stars: int | None = None


@dataclass(frozen=True, slots=True)
class Chosen:
    """What files and folders stand for.

    ``ids`` are pictures, each once, in the order in which they were named; ``problems`` files
    that have no picture, ``unread`` those that wait to be read; ``unknown`` paths that the library
    does not know; ``paths`` what was asked, in the library's own spelling.
    """

    ids: tuple[int, ...]
    problems: tuple[FileProblem, ...]
    unknown: tuple[str, ...]
    paths: tuple[str, ...]
    unread: tuple[str, ...] = ()


class Showing:
    """Reads; every method may be called from any thread."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self, image_ids: Sequence[int]) -> list[ImageRow]:
        """Return what the gallery shows of pictures, in the order of the ids."""
        with self._store.library.read() as conn:
            facts = images.facts(conn, image_ids)
            files = files_of_images(conn, image_ids)
            marked = marks.of_images(conn, image_ids)
        return [
            self._row(image_id, facts[image_id], files[image_id][0], marked[image_id])
            for image_id in image_ids
            if image_id in facts and image_id in files
        ]

    def pictures(
        self, image_ids: Sequence[int], inside: Sequence[str] = (), *, tells_broader: bool = False
    ) -> Iterator[ImageDetails]:
        """Yield pictures with their facts and effective tags, in the order of the ids.

        ``path`` lies inside one of the paths ``inside`` where it can. Ids that are unknown are
        left out. Which tags only repeat a more exact one is told if it is asked for.
        """
        within = [os.fsencode(path) for path in inside]
        for some in chunks(image_ids, _CHUNK):
            with self._store.library.read() as conn:
                read = image_details.brief(conn, list(some), within)
                if tells_broader:
                    read = tell_broader(conn, read)
            yield from read

    def details(self, image_ids: Sequence[int], inside: Sequence[str] = ()) -> list[ImageDetails]:
        """Return all that is known of pictures, in the order of the ids."""
        return list(self._full(image_ids, inside))

    def ids_of(self, paths: Sequence[str]) -> Chosen:
        """Return what absolute paths of files and folders stand for.

        A folder stands for everything in it, however deep. An empty folder that is watched is
        known and stands for nothing.
        """
        with self._store.library.read() as conn:
            found = [(path, places.spelling(conn, path)) for path in paths]
            known = [place for _, place in found if place is not None]
            ids = dict.fromkeys(i for place in known for i in places.images_under(conn, place))
            problems = problem_files(conn, known)
            unread = places.unread_under(conn, known)
        return Chosen(
            ids=tuple(ids),
            problems=tuple(file.problem for file in problems if file.image_id is None),
            unknown=tuple(path for path, place in found if place is None),
            paths=tuple(map(os.fsdecode, known)),
            unread=tuple(map(os.fsdecode, unread)),
        )

    def chosen(self, chosen: Chosen) -> Iterator[ImageDetails]:
        """Yield all that is known of what was chosen: pictures, then files that have none.

        Among the suggestions is each character that was taught, however unlikely.
        """
        yield from self._with_characters(self._full(chosen.ids, chosen.paths))
        within = [os.fsencode(path) for path in chosen.paths]
        with self._store.library.read() as conn:
            files = problem_files(conn, within)
        yield from (_without_picture(file) for file in files if file.image_id is None)

    def problems(self, inside: Sequence[str] | None = None) -> list[FileProblem]:
        """Return why files could not be read (at or under some paths only), by path."""
        within = None if inside is None else [os.fsencode(path) for path in inside]
        with self._store.library.read() as conn:
            return [file.problem for file in problem_files(conn, within)]

    def count_inside(self, paths: Sequence[str]) -> int:
        """Return how many different pictures are present at or under the paths."""
        with self._store.library.read() as conn:
            return places.count_present(conn, [os.fsencode(path) for path in paths])

    def problem_count(self) -> int:
        """Return how many files could not be read."""
        with self._store.library.read() as conn:
            return count_problems(conn)

    def folder_counts(self) -> dict[str, int]:
        """Return how many pictures are present directly in each folder that has some."""
        with self._store.library.read() as conn:
            found = present_by_folder(conn)
        return {os.fsdecode(folder): count for folder, count in found.items()}

    def _full(self, image_ids: Sequence[int], inside: Sequence[str]) -> Iterator[ImageDetails]:
        within = [os.fsencode(path) for path in inside]
        for some in chunks(image_ids, _CHUNK):
            with self._store.library.read() as conn:
                read = image_details.full(conn, list(some), within)
            yield from read

    def _with_characters(self, found: Iterator[ImageDetails]) -> Iterator[ImageDetails]:
        with self._store.library.read() as conn:
            is_taught = head_choices.in_use(conn) is not None
        if not is_taught:
            yield from found
            return
        from anitag_desktop.storage import taught_scores

        while some := list(islice(found, _CHUNK)):
            with self._store.library.read() as conn:
                every = taught_scores.suggest(conn, self._store.paths.heads, some)
            yield from every

    def _row(self, image_id: int, facts: ImageFacts, file: ImageFile, marked: Marks) -> ImageRow:
        thumbnail = self._store.paths.thumbnail(facts.sha256)
        return ImageRow(
            image_id=image_id,
            sha256=facts.sha256,
            path=file.text,
            name=os.fsdecode(os.path.basename(file.path)),  # noqa: PTH119 - bytes
            width=facts.width,
            height=facts.height,
            format=facts.format,
            is_animated=facts.is_animated,
            status=file.status,
            thumbnail=thumbnail if thumbnail.exists() else None,
            is_favourite=marked.is_favourite,
            stars=marked.stars,
        )


def _without_picture(file: ProblemFile) -> ImageDetails:
    """Return what is known of a file that could not be read."""
    return ImageDetails(
        image_id=None,
        path=file.problem.path,
        paths=(file.problem.path,),
        facts=None,
        added=file.problem.since,
        modified=datetime.fromtimestamp(file.mtime_ns / 1e9, UTC),
        status=ImageStatus.UNREADABLE,
        rating=None,
        problems=(file.problem,),
    )
