"""Brings several sets into one of class folders that says of each picture where it came from."""

import hashlib
import json
import shutil
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from anitag_desktop.domain.error import AnitagError, write_failure
from anitag_desktop.domain.tag import normalize_tag_name
from training.collecting.picture_folder import folder_name
from training.collecting.row_file import write_whole
from training.curating.class_names import Names, read_class_names, renamed
from training.curating.opened_set import OpenedSet, open_set
from training.datasets.sample import LabelledPicture
from training.datasets.split_file import write_table
from training.datasets.text_lines import text_lines
from training.progress import Progress

MANIFEST = "manifest.csv"
RECIPE = "mix.json"
COLUMNS = (
    *("file", "identity", "origin", "original", "origin_part", "split", "group"),
    *("tags", "character", "copyright", "rating"),
)
REPORT_EVERY = 1000

By = Literal["copy", "link", "hardlink"]


@dataclass(frozen=True, slots=True)
class MixOrder:
    """What is to be mixed: folders by the names of their origins.

    ``names`` is a CSV file of classes that are renamed; of each class at most ``most`` pictures
    come (0: all), drawn by ``seed``. With ``keep_parts`` the parts that the sets had stay.
    """

    sources: Mapping[str, Path]
    folder: Path
    names: Path | None = None
    by: By = "copy"
    most: int = 0
    seed: int = 1
    keep_parts: bool = False

    def recipe(self) -> dict[str, object]:
        """Return what makes two mixes the same."""
        return {
            "sources": {name: str(path.absolute()) for name, path in self.sources.items()},
            "classes": "".join(text_lines(self.names)) if self.names else "",
            "by": self.by,
            "most": self.most,
            "seed": self.seed,
            "keep_parts": self.keep_parts,
        }


@dataclass(slots=True)
class Mixed:
    """How many pictures came of each origin and class; how many the classes file left out."""

    origins: Counter[str] = field(default_factory=Counter)
    classes: Counter[str] = field(default_factory=Counter)
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class _Placed:
    """A picture, where it came from, its class from now on, and its new place."""

    picture: LabelledPicture
    origin: str
    class_name: str
    file: str


def mix_sets(order: MixOrder, progress: Progress) -> Mixed:
    """Fill a folder with class folders and a manifest; return what came.

    Files are called ``CLASS/ORIGIN__NAME``, with a number where two would be called the same. A run
    that was killed goes on; the manifest appears last, when everything is there.

    Raises:
        AnitagError: ``bad_config`` for a folder that holds something else or lies in a set, and for
            classes whose folders would be the same; what reading the sets and the classes file
            raise; ``disk_full``, ``cannot_write``.
    """
    _check_place(order)
    sets = [open_set(path, name=name) for name, path in order.sources.items()]
    known = [(one.name, picture.identity) for one in sets for picture in one.pictures]
    names = read_class_names(order.names, dict.fromkeys(known)) if order.names else {}
    recipe = json.dumps(order.recipe(), ensure_ascii=False, indent=1) + "\n"
    _check_recipe(order.folder, recipe)
    mixed = Mixed()
    placed = list(_placed(_chosen(sets, names, order, mixed)))
    _check_folders({one.class_name for one in placed})
    write_whole(order.folder / RECIPE, recipe.encode("utf-8"))
    for number, one in enumerate(placed, start=1):
        _bring(one.picture.path, order.folder / one.file, order.by)
        progress.advance("mixing", number, len(placed))
        if number % REPORT_EVERY == 0:
            progress.report("mix", pictures=number, of=len(placed))
        mixed.origins[one.origin] += 1
        mixed.classes[one.class_name] += 1
    rows = (_row(one, keep_parts=order.keep_parts) for one in placed)
    write_table(order.folder / MANIFEST, COLUMNS, rows)
    return mixed


def _chosen(
    sets: Sequence[OpenedSet], names: Names, order: MixOrder, mixed: Mixed
) -> Iterator[tuple[LabelledPicture, str, str]]:
    """Yield the pictures that come with their origin and class, in the order of the sets."""
    by_class: dict[str, list[tuple[LabelledPicture, str, str]]] = defaultdict(list)
    for one in sets:
        for picture in one.pictures:
            class_name = renamed(names, one.name, picture.identity)
            if class_name is None:
                mixed.left_out += 1
            else:
                by_class[class_name].append((picture, one.name, class_name))
    for found in by_class.values():
        drawn = sorted(found, key=lambda one: _draw(order.seed, one[0]))
        kept = {id(picture) for picture, _, _ in drawn[: order.most or None]}
        yield from (one for one in found if id(one[0]) in kept)


def _draw(seed: int, picture: LabelledPicture) -> bytes:
    text = f"{seed}/{picture.source}/{picture.path.name}/{picture.group}"
    return hashlib.sha256(text.encode(errors="surrogateescape")).digest()


def _placed(chosen: Iterator[tuple[LabelledPicture, str, str]]) -> Iterator[_Placed]:
    """Give each picture a name that no other has, also where capitals do not count."""
    taken: set[str] = set()
    for picture, origin, class_name in chosen:
        folder = folder_name(class_name)
        stem = f"{folder_name(origin)}__{folder_name(_text(picture.path.stem)) or 'picture'}"
        number, name = 2, stem
        while f"{folder}/{name}".casefold() in taken:
            number, name = number + 1, f"{stem}-{number}"
        taken.add(f"{folder}/{name}".casefold())
        file = f"{folder}/{name}{picture.path.suffix}".lstrip("/")
        yield _Placed(picture, origin, class_name, file)


def _row(one: _Placed, *, keep_parts: bool) -> tuple[str, ...]:
    picture = one.picture
    return (
        *(one.file, one.class_name, one.origin, _text(str(picture.path.absolute())), picture.part),
        picture.part if keep_parts else "",
        _text(picture.group),
        _words(picture.caption or sorted(picture.tags)),
        _words(sorted(picture.characters)),
        _words(sorted(picture.copyrights)),
        picture.rating or "",
    )


def _words(names: Sequence[str]) -> str:
    """Return tags as a cell holds them, which blanks part."""
    return " ".join(normalize_tag_name(_text(name)) for name in names)


def _text(name: str) -> str:
    """Return a name that a manifest can hold: file names may have bytes that are no text."""
    return name.encode("utf-8", "replace").decode("utf-8")


def _bring(path: Path, target: Path, by: By) -> None:
    """Put a picture to its place, whole or not at all, unless it is there from an earlier run."""
    staging = target.with_name(f".{target.name}.part")
    try:
        if _is_there(path, target):
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        staging.unlink(missing_ok=True)
        if by == "link":
            staging.symlink_to(path.resolve())
        elif by == "hardlink":
            staging.hardlink_to(path.resolve())
        else:
            shutil.copy2(path, staging)
        staging.replace(target)
    except OSError as error:
        raise write_failure(target, error) from error


def _is_there(path: Path, target: Path) -> bool:
    if not target.exists():
        return False
    one, other = path.stat(), target.stat()
    return (one.st_size, int(one.st_mtime)) == (other.st_size, int(other.st_mtime))


def _check_place(order: MixOrder) -> None:
    own = order.folder.resolve()
    inside = [path for path in order.sources.values() if own.is_relative_to(path.resolve())]
    if inside:
        reason = f"it lies in {inside[0]}, which is to be mixed"
        raise AnitagError("bad_config", path=order.folder, reason=reason)
    has_others = order.folder.exists() and any(order.folder.iterdir())
    if has_others and not (order.folder / RECIPE).exists():
        reason = "the folder holds something else; name one that is empty or new"
        raise AnitagError("bad_config", path=order.folder, reason=reason)


def _check_recipe(folder: Path, recipe: str) -> None:
    path = folder / RECIPE
    if path.exists() and path.read_text("utf-8") != recipe:
        reason = "the folder holds another mix; name one that is empty or new"
        raise AnitagError("bad_config", path=folder, reason=reason)


def _check_folders(classes: set[str]) -> None:
    """Check that no two classes would share a folder."""
    by_folder: dict[str, str] = {}
    for name in sorted(classes):
        other = by_folder.setdefault(folder_name(name).casefold(), name)
        if other != name:
            reason = f"{other!r} and {name!r} would share a folder; rename one with --classes"
            raise AnitagError("bad_config", path="the classes", reason=reason)
