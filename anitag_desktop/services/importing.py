"""Importing: the tags that sidecars and exports give to pictures, and lists of tags."""

import os
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import PurePath

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.sidecar import SidecarTag
from anitag_desktop.domain.tag import TagCategory, normalize_tag_name
from anitag_desktop.domain.tag_name import SpokenName, check_tag_name, read_tag_name
from anitag_desktop.services.caption_finding import CaptionFinder
from anitag_desktop.services.sidecar_matching import SidecarMatcher
from anitag_desktop.services.sidecar_reading import ReadSidecar, read_sidecars
from anitag_desktop.services.tag_list_reading import tag_lists_in
from anitag_desktop.services.tag_listing import ReadLists, TagListReport
from anitag_desktop.storage import actions, image_details, imports, opinions
from anitag_desktop.storage.database import Connection
from anitag_desktop.storage.imports import LetIn
from anitag_desktop.storage.lookups import PictureLookup
from anitag_desktop.storage.store import Store

_PORTION = 500
"""Sidecars that are looked up on one snapshot of the library."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import came to.

    ``read`` are the pictures that sidecars spoke of, ``applied`` those of them that the library
    has, ``unmatched`` the others; ``problems`` what could not be read, in the order of files.
    ``labels`` are tags of pictures that nothing imported said before, ``overruled`` those of them
    that the user rejected there: the user's word stands.
    ``listed`` is what tag lists came to, if there were any; their problems are told there.
    """

    read: int
    applied: int
    unmatched: int
    problems: tuple[AnitagError, ...]
    labels: int = 0
    overruled: int = 0
    listed: TagListReport | None = None


@dataclass(slots=True)
class _Gathered:
    """What the sidecars said so far, by image."""

    wanted: dict[int, dict[SpokenName, None]] = field(default_factory=dict)
    unsourced: set[tuple[int, SpokenName]] = field(default_factory=set)
    read: int = 0
    applied: int = 0
    problems: list[AnitagError] = field(default_factory=list)


class Importer:
    """Lets in tags as imported ones: trusted, under the user's own word.

    What says of a picture exactly what it has already, as an export of this library does, says
    nothing: what a model saw is not made a statement by it. Neither is the rating of an export
    that a model gave the picture, now or before.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def import_path(self, path: str) -> ImportReport:
        """Import a sidecar, an export or a tag list, or all in a folder, as one action to undo.

        What is broken is left out and told; an empty sidecar is a valid one without tags.

        Raises:
            AnitagError: ``no_such_file``, ``unreadable_folder``, ``nothing_to_import``.
        """
        path = os.path.abspath(path)  # noqa: PTH100 - bytes that are not UTF-8 stay as they are
        lists = tag_lists_in(path)
        gathered = self._gather(path, {one.path for one in lists})
        if not gathered.read and not gathered.problems and not lists:
            raise AnitagError("nothing_to_import", path=path)
        with ReadLists() as read:
            read.read(lists)
            listed, new = self._let_in(f"Import tags from {PurePath(path).name}", gathered, read)
        return ImportReport(
            read=gathered.read,
            applied=gathered.applied,
            unmatched=gathered.read - gathered.applied,
            problems=tuple(gathered.problems),
            labels=new.labels,
            overruled=new.overruled,
            listed=listed if lists else None,
        )

    def _let_in(
        self, label: str, gathered: _Gathered, read: ReadLists
    ) -> tuple[TagListReport, LetIn]:
        def step(conn: Connection) -> tuple[TagListReport, LetIn]:
            with actions.doing(conn, label) as action:
                report = read.let_in(action)
                new = imports.let_in(action, gathered.wanted)
            return report, new

        return self._store.library.write(step)

    def _gather(self, path: str, lists: Container[str]) -> _Gathered:
        """Read the files and look up their pictures, a portion at a time.

        No snapshot of the library is held while files are read: it would keep the write-ahead
        log from shrinking for as long as the import takes. An image's id never changes.
        """
        gathered = _Gathered()
        sidecars = read_sidecars(path, lists)
        exported = CaptionFinder(self._store.library, path)
        while portion := list(islice(sidecars, _PORTION)):
            with self._store.library.read() as conn:
                matcher = SidecarMatcher(PictureLookup(conn), exported)
                for found in portion:
                    if isinstance(found, AnitagError):
                        gathered.problems.append(found)
                    else:
                        _add(gathered, found, matcher.images_of(found), conn)
                _believe_ratings(gathered, conn)
        return gathered


def _add(
    gathered: _Gathered, sidecar: ReadSidecar, image_ids: Sequence[int], conn: Connection
) -> None:
    gathered.read += 1
    if not image_ids:
        return
    gathered.applied += 1
    picture = sidecar.picture
    names = dict.fromkeys(_names(picture.tags, sidecar, gathered.problems))
    ratings = list(_names(picture.unsourced, sidecar, gathered.problems))
    told = {name.name for name in (*names, *ratings, *_names(picture.model_tags, sidecar, []))}
    for image_id in image_ids:
        if told != image_details.tag_names(conn, image_id):
            gathered.wanted.setdefault(image_id, {}).update(names)
            gathered.unsourced.update((image_id, rating) for rating in ratings)


def _believe_ratings(gathered: _Gathered, conn: Connection) -> None:
    """Want the ratings of exports but for those that a model gave the picture."""
    seen = opinions.likeliest_ratings(conn, {image_id for image_id, _ in gathered.unsourced})
    for image_id, rating in gathered.unsourced:
        if (image_id, rating.name) not in seen:
            gathered.wanted[image_id][rating] = None
    gathered.unsourced.clear()


def _names(
    tags: Iterable[SidecarTag], sidecar: ReadSidecar, problems: list[AnitagError]
) -> Iterable[SpokenName]:
    """Yield the names of a sidecar's tags; what cannot be a name becomes a problem."""
    for tag in tags:
        try:
            yield _spoken(tag)
        except AnitagError as error:
            line = sidecar.picture.line
            problems.append(
                AnitagError("bad_sidecar", path=sidecar.path, line=line, reason=_reason(error))
            )


def _spoken(tag: SidecarTag) -> SpokenName:
    """Return a tag's name; where the category stands beside it, it has no prefix."""
    if tag.category in (None, TagCategory.RATING):
        return read_tag_name(tag.name)
    return SpokenName(check_tag_name(normalize_tag_name(tag.name)), tag.category)


def _reason(error: AnitagError) -> str:
    return str(error).removesuffix(".")
