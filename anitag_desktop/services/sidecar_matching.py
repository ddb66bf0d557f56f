"""Matching sidecars: which pictures of the library a sidecar speaks of."""

import os
import re
from collections import defaultdict
from collections.abc import Sequence
from pathlib import PurePath
from typing import Protocol

from anitag_desktop.domain.image import MD5_DIGITS, SHA256_DIGITS
from anitag_desktop.services.sidecar_reading import LINES_SUFFIX, ReadSidecar


class KnownPictures(Protocol):
    """What the library knows of pictures by their bytes and places."""

    def by_sha256(self, sha256: str) -> Sequence[int]:
        """Return the image with this hash."""

    def by_md5(self, md5: str) -> Sequence[int]:
        """Return the images with this hash."""

    def by_path(self, path: str) -> Sequence[int]:
        """Return the image at an absolute path."""

    def in_folder(self, folder: str) -> Sequence[tuple[str, int]]:
        """Return the file names right in a folder, each with its image."""


class ExportedCaptions(Protocol):
    """What an export would name as it names its captions."""

    def images_of(self, caption: str) -> Sequence[int]:
        """Return the images that an export writes this caption (an absolute path) for."""


class SidecarMatcher:
    """Finds the pictures of sidecars.

    A hash in the sidecar decides alone; then a path in it; then the sidecar's own name: that of
    ``name.png.txt`` is the file ``name.png`` beside it, that of ``name.txt`` every picture
    ``name.*`` beside it, and a name that is a hash (as boorus give) the picture with that hash;
    last, where an export writes its captions to.
    """

    def __init__(self, known: KnownPictures, exported: ExportedCaptions) -> None:
        self._known = known
        self._exported = exported
        self._folder: str | None = None
        self._by_name: dict[str, list[int]] = {}
        self._by_stem: dict[str, list[int]] = {}

    def images_of(self, sidecar: ReadSidecar) -> Sequence[int]:
        """Return the ids of the images that a sidecar speaks of; none if it matches nothing."""
        picture = sidecar.picture
        if picture.sha256 is not None:
            return self._known.by_sha256(picture.sha256)
        if picture.md5 is not None:
            return self._known.by_md5(picture.md5)
        if picture.path is not None:
            return self._at_path(sidecar.path, picture.path)
        return () if _is_lines(sidecar.path) else self._beside(sidecar.path)

    def _at_path(self, sidecar: str, path: str) -> Sequence[int]:
        """Return the image at the path, or of that name beside the sidecar."""
        folder, name = os.path.dirname(sidecar), os.path.basename(path)  # noqa: PTH119, PTH120
        place = os.path.normpath(os.path.join(folder, path))  # noqa: PTH118
        return self._known.by_path(place) or self._known.by_path(os.path.join(folder, name))  # noqa: PTH118

    def _beside(self, sidecar: str) -> Sequence[int]:
        folder, file = os.path.split(sidecar)
        self._enter(folder)
        name = _pictured_name(file)
        beside = self._by_name.get(name) or self._by_stem.get(name)
        return beside or self._by_hash(name) or self._exported.images_of(sidecar)

    def _by_hash(self, name: str) -> Sequence[int]:
        if not re.fullmatch("[0-9a-fA-F]+", name):
            return ()
        if len(name) == SHA256_DIGITS:
            return self._known.by_sha256(name.lower())
        return self._known.by_md5(name.lower()) if len(name) == MD5_DIGITS else ()

    def _enter(self, folder: str) -> None:
        """Remember the pictures of one folder at a time: sidecars come folder by folder."""
        if folder == self._folder:
            return
        self._folder = folder
        by_name, by_stem = defaultdict(list), defaultdict(list)
        for name, image_id in self._known.in_folder(folder):
            by_name[name].append(image_id)
            by_stem[PurePath(name).stem].append(image_id)
        self._by_name, self._by_stem = dict(by_name), dict(by_stem)


def _pictured_name(file: str) -> str:
    """Return the name, or stem, of the picture beside a sidecar of this name."""
    stem = PurePath(file).stem
    return stem.removesuffix(".anitag")


def _is_lines(path: str) -> bool:
    return PurePath(path).suffix.lower() == LINES_SUFFIX
