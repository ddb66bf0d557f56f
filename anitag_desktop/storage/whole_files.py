"""Whole files: text that is written beside its place and moved there, for other programs or us."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.files_on_disk import (
    make_private_folder,
    replace_durably,
    replace_whole,
    touch_private,
)


@contextmanager
def whole_file(target: Path) -> Iterator[TextIO]:
    """Lend a UTF-8 text file that stands at ``target`` once the block ended well.

    Folders on the way are made. Where the block fails, or the power, what was at ``target`` stays.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    building = target.with_name(f".anitag-{uuid.uuid4().hex}.part")
    with failures_of(target):
        target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with building.open("w", encoding="utf-8", newline="\n") as file:
                yield file
            replace_whole(building, target)
        finally:
            building.unlink(missing_ok=True)


def write_private(target: Path, text: str) -> None:
    """Let a file of the library stand at ``target``, whole or not at all, for its user alone.

    Raises:
        AnitagError: ``disk_full`` or ``cannot_write``.
    """
    building = target.with_name(f".{target.name}")
    with failures_of(target):
        make_private_folder(target.parent)
        building.unlink(missing_ok=True)
        touch_private(building)
        building.write_text(text, encoding="utf-8")
        replace_durably(building, target)
