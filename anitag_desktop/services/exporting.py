"""Exporting: tags for other programs, as a caption for each file, or as JSON lines."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from anitag_desktop.domain.caption import format_caption
from anitag_desktop.domain.details import ImageDetails, ShownTag
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.image import ImageStatus
from anitag_desktop.domain.picture_record import picture_record
from anitag_desktop.domain.question import NOTES
from anitag_desktop.domain.tag import POOL_PREFIX, TagCategory
from anitag_desktop.services.caption_naming import CaptionNames
from anitag_desktop.services.searching import Searcher
from anitag_desktop.services.showing import Showing
from anitag_desktop.storage import folders, places, settings
from anitag_desktop.storage.store import Store
from anitag_desktop.storage.whole_files import whole_file

FORMATS = ("txt", "json")

JSON_NAME = "anitag.jsonl"
"""The name of the export where the target is a folder."""

_CAPTION_ORDER = [
    TagCategory.CHARACTER,
    TagCategory.COPYRIGHT,
    TagCategory.ARTIST,
    TagCategory.GENERAL,
    TagCategory.META,
]


@dataclass(frozen=True, slots=True)
class CaptionStyle:
    r"""How captions are spelt: keep underscores; write parentheses as ``\(`` and ``\)``.

    ``drop_broader`` leaves out tags that only repeat a more exact one (``storage.overlaps``).
    """

    underscores: bool = False
    escape: bool = False
    drop_broader: bool = False


@dataclass(frozen=True, slots=True)
class ExportReport:
    """How many pictures were written to which file or folder, and what could not be said."""

    written: int
    path: str
    problems: tuple[AnitagError, ...] = ()


class Exporter:
    """Writes files; the library is only read."""

    def __init__(self, store: Store, searching: Searcher, showing: Showing) -> None:
        self._store = store
        self._searching = searching
        self._showing = showing

    def export(
        self, form: str, out: str, query: str = "", style: CaptionStyle | None = None
    ) -> ExportReport:
        """Write what a search finds (without one, everything that is present).

        Args:
            form: ``txt``: a caption for each file into the folder ``out``, under the same names;
                ``json``: JSON lines into the file ``out`` (or ``anitag.jsonl`` in that folder).
            out: An absolute path. Files that are there are replaced, each whole or not at all.
            query: A search.
            style: How captions are spelt; with spaces and plain parentheses if None. Broader tags
                are left out also where that is set.

        Raises:
            AnitagError: ``bad_format``, ``not_a_folder``, ``disk_full``, ``cannot_write``, or
                what is wrong with the search.
        """
        if form not in FORMATS:
            raise AnitagError("bad_format", format=form, known=", ".join(FORMATS))
        style = style or CaptionStyle()
        drops = form == "txt" and (style.drop_broader or self._is_set())
        ids = self._searching.search(query).ids
        found = self._showing.pictures(ids, tells_broader=drops)
        if form == "json":
            return _write_json(found, Path(out))
        return self._write_captions(found, Path(out), style)

    def _is_set(self) -> bool:
        with self._store.library.read() as conn:
            return settings.load(conn).drop_broader

    def _write_captions(
        self, found: Iterator[ImageDetails], folder: Path, style: CaptionStyle
    ) -> ExportReport:
        if folder.exists() and not folder.is_dir():
            raise AnitagError("not_a_folder", path=str(folder))
        names = self._caption_names()
        written, problems, done = 0, list[AnitagError](), set[PurePath]()
        for details in found:
            caption, left_out = _caption(details, style)
            problems += left_out
            for name in dict.fromkeys(map(names.of, details.paths)):
                if details.status is ImageStatus.MISSING and name in done:
                    continue  # what lies there now has its caption
                done.add(name)
                with whole_file(folder / name) as file:
                    file.write(caption)
            written += 1
        return ExportReport(written, str(folder), tuple(problems))

    def _caption_names(self) -> CaptionNames:
        with self._store.library.read() as conn:
            roots = [os.fsdecode(row.path) for row in folders.every(conn)]
            known = places.placed_images(conn, map(os.fsencode, roots))
            return CaptionNames(roots, (os.fsdecode(place.path) for place in known))


def _write_json(found: Iterator[ImageDetails], out: Path) -> ExportReport:
    target = out / JSON_NAME if out.is_dir() else out
    written = 0
    with whole_file(target) as file:
        for details in found:
            file.write(json.dumps(picture_record(details), allow_nan=False) + "\n")
            written += 1
    return ExportReport(written, str(target))


def _is_told(shown: ShownTag, details: ImageDetails) -> bool:
    """Tell whether a tag says what is in the picture, and more than another of its tags does."""
    name = shown.tag.name
    is_note = name in NOTES or name.startswith(POOL_PREFIX)  # what for, or where, it is kept
    return not is_note and shown.tag.uid not in details.broader


def _caption(details: ImageDetails, style: CaptionStyle) -> tuple[str, list[AnitagError]]:
    """Return the caption of a picture, and an error for each tag that it cannot hold."""
    ranked = sorted((one for one in details.tags if _is_told(one, details)), key=_place)
    names = [shown.tag.name for shown in ranked]
    if details.rating is not None:
        names.append(f"rating:{details.rating}")
    left_out = [
        AnitagError("tag_with_comma", path=details.path, name=name) for name in names if "," in name
    ]
    caption = format_caption(
        (name for name in names if "," not in name),
        underscores=style.underscores,
        escape=style.escape,
    )
    return caption, left_out


def _place(shown: ShownTag) -> int:
    """Return where a tag stands in a caption: who, from what, by whom, what."""
    return _CAPTION_ORDER.index(shown.tag.category)
