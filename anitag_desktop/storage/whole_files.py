"""Whole files: text files for other programs, written beside their place and moved there."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from anitag_desktop.storage.failures import failures_of
from anitag_desktop.storage.files_on_disk import replace_whole


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
