"""Reading sidecars: every file of a folder that may say what the tags of pictures are."""

import os
from collections.abc import Callable, Container, Iterator
from pathlib import PurePath
from typing import BinaryIO, NamedTuple

from anitag_desktop.domain.caption import LARGEST_CAPTION, CaptionError
from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.sidecar import (
    LARGEST_JSON,
    SidecarPicture,
    is_one_json_object,
    parse_json,
    parse_text_sidecar,
)

TEXT_SUFFIX = ".txt"
JSON_SUFFIX = ".json"
LINES_SUFFIX = ".jsonl"

MOST_SIDECARS = 5_000_000
"""Files of one import; more is a mistake in the folder that was named."""


Found = SidecarPicture | CaptionError


class ReadSidecar(NamedTuple):
    """What a file (absolute path) says of one picture."""

    path: str
    picture: SidecarPicture


def read_sidecars(path: str, besides: Container[str] = ()) -> Iterator[ReadSidecar | AnitagError]:
    """Yield what a file, or every sidecar in a folder however deep, says; errors stand between.

    The files ``besides`` are left out.

    Raises:
        AnitagError: ``no_such_file``, ``unreadable_folder``, or ``bad_value`` for too many files.
    """
    if not os.path.exists(path):  # noqa: PTH110 - bytes that are not UTF-8 stay as they are
        raise AnitagError("no_such_file", path=path)
    for file in _sidecar_files(path):
        if file in besides:
            continue
        for found in _found_in(file):
            if isinstance(found, CaptionError):
                yield AnitagError("bad_sidecar", path=file, line=found.line, reason=found.reason)
            else:
                yield ReadSidecar(file, found)


def _sidecar_files(path: str) -> Iterator[str]:
    """Yield a file itself, or the sidecars of a folder, each folder's in the order of names."""
    if not os.path.isdir(path):  # noqa: PTH112
        yield path
        return
    number = 0
    for folder, below, names in os.walk(path, onerror=_refuse):
        below.sort()
        for name in sorted(names):
            file = os.path.join(folder, name)  # noqa: PTH118
            if _suffix(name) in _READERS and os.path.isfile(file):  # noqa: PTH113 - no pipes
                number += 1
                if number > MOST_SIDECARS:
                    raise AnitagError("bad_value", reason=f"{path} holds too many files")
                yield file


def _refuse(error: OSError) -> None:
    reason = error.strerror or str(error)
    raise AnitagError("unreadable_folder", path=error.filename, reason=reason)


def _found_in(file: str) -> Iterator[Found]:
    """Yield what a file says; what cannot be read in it is an error with its line."""
    try:
        if not os.path.isfile(file):  # noqa: PTH113 - a pipe would wait for ever
            yield CaptionError(1, "this is not a regular file")
            return
        yield from _READERS.get(_suffix(file), _read_text)(file)
    except CaptionError as error:
        yield error
    except OSError as error:
        yield CaptionError(1, f"it cannot be read ({error.strerror or error})")


def _read_text(file: str) -> Iterator[Found]:
    with open(file, "rb") as stream:  # noqa: PTH123
        yield parse_text_sidecar(stream.read(LARGEST_CAPTION + 1))


def _read_json(file: str) -> Iterator[Found]:
    """Read a document, or JSON lines under the name of one."""
    with open(file, "rb") as stream:  # noqa: PTH123
        if is_one_json_object(stream.readline(LARGEST_JSON + 1)):
            stream.seek(0)
            yield from _lines(stream)
        else:
            stream.seek(0)
            yield from parse_json(stream.read(LARGEST_JSON + 1))


def _read_lines(file: str) -> Iterator[Found]:
    with open(file, "rb") as stream:  # noqa: PTH123
        yield from _lines(stream)


def _lines(stream: BinaryIO) -> Iterator[Found]:
    """Read a picture from each line; one broken line does not spoil the others."""
    number = 0
    while line := stream.readline(LARGEST_JSON + 1):
        number += 1
        if not line.strip():
            continue
        try:
            yield from parse_json(line, first_line=number)
        except CaptionError as error:
            yield error
        if len(line) > LARGEST_JSON:
            return


def _suffix(name: str) -> str:
    return PurePath(name).suffix.lower()


_READERS: dict[str, Callable[[str], Iterator[Found]]] = {
    TEXT_SUFFIX: _read_text,
    JSON_SUFFIX: _read_json,
    LINES_SUFFIX: _read_lines,
}
