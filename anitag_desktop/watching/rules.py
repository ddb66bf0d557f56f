"""What a scan looks at: which suffixes are pictures, and what is left out."""

import fnmatch
import glob
import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from anitag_desktop.settings import DEFAULT_EXCLUDES

PICTURE_SUFFIXES = frozenset(
    b"png apng jpg jpeg jpe jfif webp gif bmp avif tif tiff "
    b"psd kra ora clip jxl heic heif hif".split()
)
"""A file that looks like a picture has one of these suffixes, in any letter case, and is read;"""

UNREAD_SUFFIXES: Mapping[bytes, str] = {
    **dict.fromkeys(
        b"mp4 m4v mov webm mkv avi wmv flv f4v mpg mpeg m2ts ogv 3gp 3g2".split(), "a video"
    ),
    **dict.fromkeys(b"swf".split(), "a Flash film"),
    **dict.fromkeys(
        b"lip sai sai2 mdp xcf psb procreate pdn afphoto".split(), "a painting program's file"
    ),
    **dict.fromkeys(b"svg svgz ai eps wmf emf".split(), "a vector drawing"),
    **dict.fromkeys(b"cr2 cr3 nef arw dng orf raf rw2".split(), "a camera's raw picture"),
    **dict.fromkeys(
        b"jp2 j2k jpx jxr wdp hdp tga dds exr hdr pcx ppm pgm pbm pnm qoi ico".split(),
        "a picture of a format that is not common",
    ),
}
"""or it has one of these, and is listed as what it is, unread."""


@dataclass(frozen=True)
class ScanRules:
    """What counts as a picture and what is passed over.

    ``excludes`` are glob patterns, letter case ignored: with a slash inside, they are matched
    against the path below the scanned folder, otherwise against each name; with a slash at the
    end they are for folders only. A folder that is left out is not entered. For patterns that
    are whole paths see ``below_root``.
    """

    suffixes: frozenset[bytes] = PICTURE_SUFFIXES
    excludes: tuple[str, ...] = DEFAULT_EXCLUDES
    follow_links: bool = False

    def leaves_out_folder(self, name: bytes, below_root: bytes) -> bool:
        """Tell whether the folder ``name``, at ``below_root`` from the scanned one, is not entered.

        Args:
            name: The folder's own name.
            below_root: Its path relative to the scanned folder, separated by slashes.
        """
        return self._folder_patterns.matches(name, below_root)

    def leaves_out(self, below_root: bytes) -> bool:
        """Tell whether the file at ``below_root`` is left out, by itself or with a folder."""
        *above, name = below_root.split(b"/")
        return self.leaves_out_file(name, below_root) or any(
            self.leaves_out_folder(folder, b"/".join(above[: depth + 1]))
            for depth, folder in enumerate(above)
        )

    def leaves_out_file(self, name: bytes, below_root: bytes) -> bool:
        """Tell whether the file ``name``, at ``below_root`` from the scanned one, is left out."""
        return self._file_patterns.matches(name, below_root)

    @cached_property
    def can_leave_out_files(self) -> bool:
        """Whether any pattern can match a picture, so that fast scans may skip asking."""
        return bool(self._file_patterns)

    def is_picture_name(self, name: bytes) -> bool:
        """Tell whether a file of this name looks like a picture."""
        stem, _, suffix = name.rpartition(b".")
        return bool(stem) and suffix.lower() in self.suffixes

    def unread_kind(self, name: bytes) -> str:
        """Return in words what a file of this name is, if it is listed unread; else nothing."""
        stem, _, suffix = name.rpartition(b".")
        return UNREAD_SUFFIXES.get(suffix.lower(), "") if stem else ""

    @cached_property
    def _folder_patterns(self) -> "_Patterns":
        return _Patterns.compile(pattern.removesuffix("/") for pattern in self.excludes)

    @cached_property
    def _file_patterns(self) -> "_Patterns":
        return _Patterns.compile(
            pattern
            for pattern in self.excludes
            if not pattern.endswith("/") and not self._is_other_suffix(pattern)
        )

    def _is_other_suffix(self, pattern: str) -> bool:
        """Tell whether the pattern is ``*.xyz`` of a suffix that no picture has."""
        literal = pattern.removeprefix("*.")
        if literal == pattern or re.search(r"[*?\[/]", literal):
            return False
        suffix = os.fsencode(literal.rpartition(".")[2].lower())
        return suffix not in self.suffixes and suffix not in UNREAD_SUFFIXES


def folder_pattern(path: bytes) -> str:
    """Return the pattern that leaves out one folder by its whole path."""
    text = os.fsdecode(path).replace(os.sep, "/").rstrip("/")
    escaped = glob.escape(text)
    return "".join("?" if _is_odd(character) else character for character in escaped) + "/"


def below_root(pattern: str, root: bytes) -> str:
    """Return a pattern as it is meant in a scanned folder.

    The whole path of a place inside becomes one below the scanned folder; others stay as they are.
    """
    plain = os.fsdecode(root).replace(os.sep, "/").rstrip("/") + "/"
    for start in (folder_pattern(root), plain):
        if pattern.startswith(start):
            return "/" + pattern.removeprefix(start)
    return pattern


def _is_odd(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


@dataclass(frozen=True)
class _Patterns:
    """Compiled globs: those for a name alone, and those for a path below the scanned folder."""

    names: re.Pattern[str] | None
    paths: re.Pattern[str] | None

    @classmethod
    def compile(cls, patterns: Iterable[str]) -> "_Patterns":
        texts = [pattern for pattern in patterns if pattern]
        return cls(
            _joined(text for text in texts if "/" not in text),
            _joined(text.removeprefix("/") for text in texts if "/" in text),
        )

    def __bool__(self) -> bool:
        return bool(self.names or self.paths)

    def matches(self, name: bytes, below_root: bytes) -> bool:
        if self.names and self.names.match(os.fsdecode(name)):
            return True
        return bool(self.paths and self.paths.match(os.fsdecode(below_root).replace(os.sep, "/")))


def _joined(patterns: Iterable[str]) -> re.Pattern[str] | None:
    expressions = [fnmatch.translate(pattern) for pattern in patterns]
    return re.compile("|".join(expressions), re.IGNORECASE) if expressions else None
