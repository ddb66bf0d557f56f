"""Looking through folders: which pictures lie there, and what only looks like one.

One ``scandir`` for each folder and one ``stat`` for each picture, nothing else: a look through
100,000 known files has to cost little more than that. Nothing is opened but the tag of a cache,
so a pipe or a device cannot make a scan wait. Links to folders are not followed unless asked for,
and no folder is ever entered twice, so links and mounts cannot make a scan go round.
"""

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from anitag_desktop.domain.file import FileStat
from anitag_desktop.watching.own_business import is_own_business
from anitag_desktop.watching.rules import ScanRules

NO_STAT = FileStat(0, 0, 0, 0, 0)
"""Stands for a file of which the file system says nothing."""

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


Picture = tuple[bytes, int]
"""A path and the ``mark`` of its ``FileStat``: plain values, because scans make so many."""


@dataclass(frozen=True, slots=True)
class Oddity:
    """A path that looks like a picture and cannot be one: an error code with its parameters."""

    path: bytes
    stat: FileStat
    code: str
    params: dict[str, str]


@dataclass(slots=True)
class FolderListing:
    """What one folder holds itself, without its subfolders.

    ``error`` says why it could not be read, or not to its end: what is not listed then may still
    be there. ``folders`` are the subfolders to enter, ``links`` those that are links. ``device``
    is the file system it lies on (0 when unknown).
    """

    folder: bytes
    device: int = 0
    pictures: list[Picture] = field(default_factory=list)
    oddities: list[Oddity] = field(default_factory=list)
    folders: list[bytes] = field(default_factory=list)
    links: list[bytes] = field(default_factory=list)
    error: OSError | None = None


def walk(
    top: bytes, rules: ScanRules, *, root: bytes | None = None, skip: Collection[bytes] = ()
) -> Iterator[FolderListing]:
    """List ``top`` and all folders below it, each once.

    Args:
        top: Where to begin (absolute).
        rules: What counts as a picture and what is left out.
        root: The watched folder that ``top`` belongs to, if it is not ``top`` itself; excludes
            with a slash are relative to it.
        skip: Folders not to enter, because they are watched by themselves.
    """
    root = top if root is None else root
    entered: set[tuple[int, int]] = set()
    waiting, links = [top], list[bytes]()
    while waiting or links:
        folder = waiting.pop() if waiting else links.pop()
        is_passed_over = folder in skip or (folder != top and is_own_business(folder))
        device = None if is_passed_over else _enter(folder, entered)
        if device is None:
            continue
        listing = list_folder(folder, rules, root=root)
        listing.device = device
        yield listing
        waiting.extend(sorted(listing.folders, reverse=True))
        links.extend(sorted(listing.links, reverse=True))


def list_folder(folder: bytes, rules: ScanRules, *, root: bytes | None = None) -> FolderListing:
    """List one folder; errors of the file system are reported in the listing, never raised."""
    listing = FolderListing(folder)
    root = folder if root is None else root
    below = b"" if folder == root else folder[len(root.rstrip(b"/")) + 1 :] + b"/"
    try:
        with os.scandir(folder) as entries:
            _list_entries(entries, below, rules, listing)
    except OSError as error:
        listing.error = error
    return listing


def read_stat(path: bytes) -> FileStat | None:
    """Return what the file system says of ``path`` now; None when there is no regular file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - a path of bytes
    except OSError:
        return None
    return FileStat.of(found) if stat.S_ISREG(found.st_mode) else None


def _enter(folder: bytes, entered: set[tuple[int, int]]) -> int | None:
    """Return the device of a folder; None when it was entered already, by whatever path."""
    try:
        found = os.stat(folder)  # noqa: PTH116 - a path of bytes
    except OSError:
        return 0  # let the listing say what is wrong with it
    identity = (found.st_dev, found.st_ino)
    if found.st_ino and identity in entered:
        return None
    entered.add(identity)
    return found.st_dev


def _list_entries(
    entries: Iterable[os.DirEntry[bytes]], below: bytes, rules: ScanRules, listing: FolderListing
) -> None:
    suffixes, add = rules.suffixes, listing.pictures.append
    leaves_out = rules.leaves_out_file if rules.can_leave_out_files else None
    for entry in entries:
        # As in ``is_picture_name``, spelt out: this runs for every file of a library.
        stem, _, suffix = entry.name.rpartition(b".")
        is_picture = (suffix in suffixes or suffix.lower() in suffixes) and stem
        if not is_picture or not entry.is_file(follow_symlinks=False):
            _list_other(entry, below, rules, listing)
        elif leaves_out is None or not leaves_out(entry.name, below + entry.name):
            try:
                found = entry.stat(follow_symlinks=False)
            except OSError:
                _list_special(entry.path, listing)
            else:
                add((entry.path, found.st_size + found.st_mtime_ns + found.st_ctime_ns))


def _list_other(
    entry: os.DirEntry[bytes], below: bytes, rules: ScanRules, listing: FolderListing
) -> None:
    """List what is not a regular file with a picture's name: folders, links, pipes, devices.

    And films and the like, by their names.
    """
    name = entry.name
    if _is_folder(entry):
        if not rules.leaves_out_folder(name, below + name):
            _list_folder(entry, rules, listing)
        return
    is_picture, kind = rules.is_picture_name(name), rules.unread_kind(name)
    if not (is_picture or kind) or rules.leaves_out_file(name, below + name):
        return
    if is_picture:
        _list_special(entry.path, listing)
    else:
        _list_unread(entry.path, kind, listing)


def _list_folder(entry: os.DirEntry[bytes], rules: ScanRules, listing: FolderListing) -> None:
    if rules.is_picture_name(entry.name):
        _list_special(entry.path, listing)
    if not entry.is_symlink():
        listing.folders.append(entry.path)
    elif rules.follow_links:
        listing.links.append(entry.path)


def _is_folder(entry: os.DirEntry[bytes]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # a link that goes round, or into a folder that may not be entered


def _list_special(path: bytes, listing: FolderListing) -> None:
    """List a link to a picture as that picture, anything else as an oddity, unless it is gone."""
    found = read_stat(path)
    if found is not None:
        listing.pictures.append((path, found.mark))
    elif (oddity := _odd(path)) is not None:
        listing.oddities.append(oddity)


def _list_unread(path: bytes, kind: str, listing: FolderListing) -> None:
    """List a film or the like as an oddity, unless it is no regular file or gone."""
    found = read_stat(path)
    if found is not None:
        listing.oddities.append(Oddity(path, found, "picture_unsupported", {"kind": kind}))


def _odd(path: bytes) -> Oddity | None:
    """Say what a path is that looks like a picture and is no regular file; None when it is gone."""
    try:
        seen = os.lstat(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        return Oddity(path, NO_STAT, "picture_unreadable", {"reason": _reason(error)})
    try:
        seen = os.stat(path)  # noqa: PTH116 - a path of bytes
    except FileNotFoundError:
        return Oddity(path, FileStat.of(seen), "picture_link_broken", {})
    except OSError as error:
        return Oddity(path, FileStat.of(seen), "picture_unreadable", {"reason": _reason(error)})
    kind = _KINDS.get(stat.S_IFMT(seen.st_mode), "something else")
    return Oddity(path, FileStat.of(seen), "picture_not_a_file", {"kind": kind})


def _reason(error: OSError) -> str:
    return error.strerror or str(error)
