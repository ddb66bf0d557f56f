"""Pictures made smaller once: a file each, named by the sha256 of its picture and by the preset.

Sets that share pictures share them here too; a picture that moves or is renamed stays known, one
that changes is made anew. Each file appears whole; what a kill interrupts goes on at the next time.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path

from filelock import FileLock

from anitag_desktop.domain.error import AnitagError, write_failure
from anitag_desktop.recognition.reading import read_file
from training.collecting.row_file import RowFile, read_rows
from training.datasets.cache_preset import CachePreset
from training.datasets.file_stamp import stamp_of
from training.progress import Progress

REPORT_EVERY = 5000
_BATCH = 512
_THREADS = min(8, os.cpu_count() or 1)
"""Decoding leaves Python's lock; each picture may take 270 MB while it is unpacked."""


class PictureCache:
    """A folder of made pictures. Several processes may use it: one makes what the others wait for.

    ``hashes.jsonl`` there says which file had which bytes, so that only new files are read.
    """

    def __init__(self, folder: Path, preset: CachePreset) -> None:
        self.preset = preset
        self._folder = folder
        self._hashes = folder / "hashes.jsonl"
        self._making = folder / "making"

    def fill(self, paths: Sequence[Path], progress: Progress) -> list[str]:
        """Make what is not there yet; return the sha256 of each picture's file.

        Raises:
            AnitagError: ``bad_manifest`` naming the first picture that cannot be read, after all
                others were made; ``disk_full`` or ``cannot_write``.
        """
        known = self._look_up(paths)
        if len(known) < len(set(paths)):
            try:
                self._folder.mkdir(parents=True, exist_ok=True)
                with FileLock(self._folder / ".lock"):
                    known |= self._make_missing(paths, progress)
            except OSError as error:
                raise write_failure(self._folder, error) from error
        return [known[path] for path in paths]

    @property
    def place(self) -> Path:
        """The folder of what was made by the preset."""
        return self._folder / self.preset.name

    def path(self, sha256: str) -> Path:
        """Return where the made picture of a file with this sha256 lies."""
        return self.place / sha256[:2] / (sha256 + self.preset.suffix)

    def _look_up(self, paths: Sequence[Path]) -> dict[Path, str]:
        """Return the sha256 of the files that did not change since, and that are made."""
        hashes = {
            (str(row.get("file")), str(row.get("stamp"))): str(row.get("sha256"))
            for row in read_rows(self._hashes)
        }
        found = {path: hashes.get((str(path.absolute()), stamp_of(path)), "") for path in paths}
        return {path: sha256 for path, sha256 in found.items() if sha256 and self._has(sha256)}

    def _has(self, sha256: str) -> bool:
        try:
            return self.preset.is_whole(self.path(sha256).stat().st_size)
        except OSError:
            return False

    def _make_missing(self, paths: Sequence[Path], progress: Progress) -> dict[Path, str]:
        shutil.rmtree(self._making, ignore_errors=True)  # of a run that was killed
        self._making.mkdir()
        known, failures = self._look_up(paths), []
        missing = iter([path for path in dict.fromkeys(paths) if path not in known])
        done, of = len(known), len(set(paths))
        with RowFile(self._hashes) as rows, ThreadPoolExecutor(_THREADS) as pool:
            while some := list(islice(missing, _BATCH)):
                for path, stamp, made in pool.map(self._try, some):
                    if isinstance(made, AnitagError):
                        failures.append((path, made))
                    else:
                        known[path] = made
                        rows.add({"file": str(path.absolute()), "stamp": stamp, "sha256": made})
                    done += 1
                    _tell(progress, done, of)
        if failures:
            raise _refusal(failures)
        return known

    def _try(self, path: Path) -> tuple[Path, str, str | AnitagError]:
        stamp = stamp_of(path)
        try:
            return path, stamp, self._make(path)
        except AnitagError as error:
            if error.code in {"disk_full", "cannot_write"}:
                raise
            return path, stamp, error

    def _make(self, path: Path) -> str:
        content = read_file(os.fsencode(path)).content
        sha256 = hashlib.sha256(content).hexdigest()
        if not self._has(sha256):
            self._keep(self.path(sha256), self.preset.make(content))
        return sha256

    def _keep(self, target: Path, made: bytes) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            descriptor, staging = tempfile.mkstemp(dir=self._making)
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(made)
            Path(staging).replace(target)
        except OSError as error:
            raise write_failure(target, error) from error


def _refusal(failures: Sequence[tuple[Path, AnitagError]]) -> AnitagError:
    path, error = failures[0]
    reason = (
        f"the picture {path.name} cannot be read ({error}), nor can {len(failures) - 1} others; "
        "python -m training set verify moves such pictures out of a set"
    )
    return AnitagError("bad_manifest", path=path, row=0, reason=reason)


def _tell(progress: Progress, done: int, of: int) -> None:
    progress.advance("decoding", done, of)
    if done % REPORT_EVERY == 0:
        progress.report("decoded", pictures=done, of=of)
