"""Reads labelled pictures: a manifest (CSV or JSON lines), or pictures beside ``.txt`` captions.

Columns of a manifest: ``file`` (relative to it), then any of ``tags``, ``character`` or
``characters``, ``copyright``, ``rating``, ``identity`` (who is shown, named or not), ``group``,
``split``, ``absent`` (of a picture with it, tags that are not named are unknown), ``imported``
(those of its tags that count less, as nobody but a list said so) and ``import_trust`` (how much, 0
to 1; one half where it does not say). Lists are separated by blanks, or given as JSON lists. Other
columns may serve to group.
"""

import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any

from anitag_desktop.domain.caption import CaptionError
from anitag_desktop.domain.correction import IMPORT_TRUST
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import Rating, normalize_tag_name
from training.collecting.sidecars import told_by_caption
from training.config import SourceConfig
from training.datasets.part_names import PARTS, UNUSED
from training.datasets.places import name_in
from training.datasets.rejections import is_rejected_folder, moved_paths
from training.datasets.sample import LabelledPicture
from training.datasets.text_lines import table_rows, text_lines

MANIFESTS = ("manifest.jsonl", "manifest.csv", "labels.jsonl", "labels.csv")
PICTURE_SUFFIXES = frozenset(
    {".png", ".apng", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".gif", ".bmp", ".avif"}
) | {".tif", ".tiff"}
MISSING_FILES_SHOWN = 5
ZIPPED = "images.zip"
"""Where a set that is only measured on may have its pictures; others have them unpacked."""
LOOKED_AT = 200
"""So many pictures tell whether captions lie beside them."""

Row = Mapping[str, Any]


def read_source(source: SourceConfig) -> list[LabelledPicture]:
    """Return the pictures of one set in a stable order.

    Raises:
        AnitagError: ``bad_manifest`` (file, row, reason) or ``no_pictures``.
    """
    path = Path(os.path.expandvars(source.path)).expanduser()
    if path.is_dir():
        manifest = next((path / m for m in MANIFESTS if (path / m).is_file()), None)
        pictures = _from_captions(path, source) if manifest is None else _read(manifest, source)
    else:
        pictures = _read(path, source)
    if not pictures:
        raise AnitagError("no_pictures", path=path)
    return pictures


def has_manifest(folder: Path) -> bool:
    """Tell whether a folder has a manifest."""
    return any((folder / name).is_file() for name in MANIFESTS)


def has_captions(folder: Path) -> bool:
    """Tell whether any of the first pictures beneath a folder has a caption beside it."""
    return any(_caption(picture) for picture in islice(_pictures(folder), LOOKED_AT))


def pictures_beneath(folder: Path) -> Iterator[Path]:
    """Yield what is called a picture, at any depth; not what is hidden, or was rejected.

    Macs leave ``._a.jpg`` beside pictures, notebooks ``.ipynb_checkpoints`` with copies of them.
    """
    for at, folders, names in os.walk(folder):
        here = Path(at)
        folders[:] = [name for name in folders if is_entered(here / name)]
        yield from (here / name for name in names if is_picture_name(name))


def is_entered(folder: Path) -> bool:
    """Tell whether a folder of a set is looked into."""
    return not folder.name.startswith(".") and not is_rejected_folder(folder)


def is_picture_name(name: str) -> bool:
    """Tell whether a file is called a picture."""
    return not name.startswith(".") and Path(name).suffix.lower() in PICTURE_SUFFIXES


def read_rows(manifest: Path) -> Iterator[tuple[int, Row]]:
    """Yield the rows of a manifest with the lines (from 1, the header counted) that begin them.

    Raises:
        AnitagError: ``bad_manifest`` with the row that is none; in a table also one with another
            number of cells than the header, whose tags would be those of another column.
    """
    if _is_json(manifest):
        yield from _json_rows(text_lines(manifest), manifest)
    else:
        yield from table_rows(manifest, all_cells=True)


def words(value: Any) -> frozenset[str]:
    """Return the tag names in a cell: a list, or text with names separated by blanks."""
    return frozenset(ordered_words(value))


def ordered_words(value: Any) -> tuple[str, ...]:
    """Return the tag names in a cell in their order, each once."""
    if value is None:
        return ()
    parts = value if isinstance(value, list) else str(value).split()
    return tuple(dict.fromkeys(normalize_tag_name(str(part)) for part in parts))


def _is_json(manifest: Path) -> bool:
    return manifest.suffix in {".jsonl", ".ndjson"}


def _json_rows(stream: Iterable[str], manifest: Path) -> Iterator[tuple[int, Row]]:
    for number, line in enumerate(stream, 1):
        if line.strip():
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as error:
                raise _bad(manifest, number, f"this is no JSON ({error})") from error
            if not isinstance(row, dict):
                raise _bad(manifest, number, "a row has to be an object")
            yield number, row


def _read(manifest: Path, source: SourceConfig) -> list[LabelledPicture]:
    moved = moved_paths(manifest.parent)
    found = ((n, _picture(row, n, manifest, source)) for n, row in read_rows(manifest))
    numbered = [(n, picture) for n, picture in found if picture.path not in moved]
    missing = [(number, p.path.name) for number, p in numbered if not _is_file(p.path)]
    if missing:
        names = ", ".join(name for _, name in missing[:MISSING_FILES_SHOWN])
        reason = f"{len(missing)} of its files do not exist: {names}"
        if (manifest.parent / ZIPPED).is_file():
            reason += f"; unpack {ZIPPED} beside it"
        raise _bad(manifest, missing[0][0], reason)
    return [picture for _, picture in numbered]


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # a name that no file can have
        return False


def _picture(row: Row, number: int, manifest: Path, source: SourceConfig) -> LabelledPicture:
    if not row.get("file"):
        raise _bad(manifest, number, "the column file is empty or absent")
    rating = row.get("rating") or None
    if rating is not None and rating not in set(Rating):
        raise _bad(manifest, number, f"{rating!r} is not a rating")
    characters = words(row.get("characters") or row.get("character"))
    return LabelledPicture(
        path=manifest.parent / str(row["file"]),
        source=source.name,
        group=_group(row, source),
        tags=words(row.get("tags")),
        characters=characters,
        copyrights=words(row.get("copyright") or row.get("copyrights")),
        rating=str(rating) if rating else None,
        characters_known=source.characters == "all" or bool(characters),
        identity=str(row.get("identity") or "") or _only(characters),
        part=_part(row, number, manifest) if source.split == "column" else "",
        caption=ordered_words(row.get("tags")),
        absent=words(row["absent"]) if "absent" in row else None,
        imported=words(row.get("imported")),
        import_trust=_trust(row, number, manifest),
    )


def _trust(row: Row, number: int, manifest: Path) -> float:
    """Return how much the imported tags of a row weigh."""
    told = row.get("import_trust")
    try:
        trust = IMPORT_TRUST if told in (None, "") else float(told)
    except (TypeError, ValueError):
        trust = math.nan
    if not 0 <= trust <= 1:
        raise _bad(manifest, number, f"import_trust is {told!r}, and not 0 to 1")
    return trust


def _part(row: Row, number: int, manifest: Path) -> str:
    """Return the part that a row names; what names none is learnt from."""
    named = str(row.get("split") or "train").strip().lower()
    part = UNUSED if named == UNUSED else PARTS.get(named)
    if part is None:
        reason = f"the split {named!r} is none of train, validation, test, {UNUSED}"
        raise _bad(manifest, number, reason)
    return part


def _only(characters: frozenset[str]) -> str:
    return next(iter(characters)) if len(characters) == 1 else ""


def _group(row: Row, source: SourceConfig) -> str:
    values = [str(row[column]) for column in source.grouped_by if row.get(column)]
    return "/".join([source.name, *(values or [str(row["file"])])])


def _from_captions(folder: Path, source: SourceConfig) -> list[LabelledPicture]:
    files = sorted(_pictures(folder))
    pairs = ((path, caption) for path in files if (caption := _caption(path)))
    # Its place, not its name: many folders have a picture 1.png.
    return [
        _captioned(path, caption, f"{source.name}/{name_in(folder, path) or path}", source)
        for path, caption in pairs
    ]


def _pictures(folder: Path) -> Iterator[Path]:
    for child in folder.iterdir():
        if child.is_dir():
            yield from pictures_beneath(child) if is_entered(child) else ()
        elif is_picture_name(child.name):
            yield child


def _caption(picture: Path) -> Path | None:
    candidates = (picture.with_suffix(".txt"), picture.with_name(f"{picture.name}.txt"))
    return next((path for path in candidates if path.is_file()), None)


def _captioned(path: Path, caption: Path, group: str, source: SourceConfig) -> LabelledPicture:
    """Return a picture with its caption, which is read as the app and ``collect local`` read it."""
    try:
        told = told_by_caption(caption.read_bytes())
    except CaptionError as error:
        raise _bad(caption, error.line, error.reason) from error
    except OSError as error:
        raise _bad(caption, 0, f"it cannot be read ({error.strerror})") from error
    listed = tuple(dict.fromkeys([*told.tags.get("general", ()), *told.tags.get("meta", ())]))
    characters = frozenset(told.tags.get("character", ()))
    return LabelledPicture(
        path,
        source.name,
        group,
        frozenset(listed),
        characters,
        frozenset(told.tags.get("copyright", ())),
        rating=told.rating,
        characters_known=source.characters == "all" or bool(characters),
        identity=_only(characters),
        caption=listed,
    )


def _bad(manifest: Path, row: int, reason: str) -> AnitagError:
    return AnitagError("bad_manifest", path=manifest, row=row, reason=reason)
