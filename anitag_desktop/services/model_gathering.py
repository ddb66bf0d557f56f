"""A single file as a model: browsers download the weights, and what describes them beside these."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.recognition.side_files import SIZE_LIMIT

_DESCRIBING = (".csv", ".json", ".txt")
_MOST = 1000


@contextmanager
def as_folder(path: Path) -> Iterator[Path]:
    """Lend a model's folder: the path itself, or for a file one with it and what describes it.

    What lies beside the file under other names than those of a family is of no matter.

    Raises:
        AnitagError: what the block raised, about ``path``.
    """
    if not path.is_file():
        yield path
        return
    with TemporaryDirectory(prefix="anitag-model-") as made:
        folder = Path(made) / path.stem
        folder.mkdir()
        try:
            for file in (path, *_beside(path)):
                _link(file, folder / file.name)
            yield folder
        except AnitagError as error:
            told = {**error.params, "path": path} if "path" in error.params else error.params
            raise AnitagError(error.code, **told) from error
        except OSError as error:
            reason = error.strerror or str(error)
            raise AnitagError("not_a_model", path=path, reason=reason) from error


def _beside(path: Path) -> list[Path]:
    others = islice((other for other in path.parent.iterdir() if other != path), _MOST)
    return [other for other in others if other.suffix.lower() in _DESCRIBING and _is_small(other)]


def _is_small(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= SIZE_LIMIT


def _link(source: Path, target: Path) -> None:
    """Let ``target`` be the file for a moment; where links are not for everyone, a copy."""
    try:
        target.symlink_to(source.resolve())
    except OSError:
        shutil.copyfile(source, target)
