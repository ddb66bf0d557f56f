"""A training job: the folder that the app writes, and what is made in it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from training.datasets.text_lines import text_lines

VERSION = 1
MODES = ("full", "lora", "adapt")
PARTS = ("train", "validation", "test", "unused")


@dataclass(frozen=True, slots=True)
class Job:
    """Paths and wishes of a job; ``steps`` 0 leaves the length open.

    ``id`` and ``title`` are those of the new model.
    """

    folder: Path
    mode: str
    id: str
    title: str
    steps: int
    seed: int

    @property
    def base(self) -> Path:
        """The package that is begun from."""
        return self.folder / "base"

    @property
    def dataset(self) -> Path:
        """The folder of the manifest, and of pictures that came along."""
        return self.folder / "dataset"

    @property
    def work(self) -> Path:
        """The folder of everything that is made on the way."""
        return self.folder / "work"

    @property
    def result(self) -> Path:
        """Where the new model's package will lie."""
        return self.folder / "result"

    @staticmethod
    def read(folder: Path) -> "Job":
        """Read the order of a job.

        Raises:
            AnitagError: ``no_such_file`` or ``bad_config``.
        """
        path = folder / "job.json"
        try:
            known = json.loads(path.read_text("utf-8"))
            job = Job(
                folder.resolve(),
                known["mode"],
                str(known["id"]),
                str(known["title"]),
                int(known["steps"]),
                int(known["seed"]),
            )
        except FileNotFoundError:
            raise AnitagError("no_such_file", path=path) from None
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise AnitagError("bad_config", path=path, reason=f"no job: {error}") from error
        if known.get("version") != VERSION or job.mode not in MODES or job.steps < 0:
            reason = "it is of another version of anitag, or asks for what is not known"
            raise AnitagError("bad_config", path=path, reason=reason)
        return job

    def rows(self) -> Iterator[Mapping[str, Any]]:
        """Yield the lines of the manifest whose pictures are there, with absolute paths.

        Raises:
            AnitagError: ``bad_manifest`` with the line, or ``no_such_file``.
        """
        path = self.dataset / "manifest.jsonl"
        for number, line in enumerate(text_lines(path), 1):
            row = _row(line, path, number)
            file = self.dataset / row["file"]
            if file.is_file():
                yield {**row, "file": str(file)}

    def categories(self) -> dict[str, TagCategory]:
        """Return the category of each tag that is named in the manifest."""
        path = self.dataset / "categories.json"
        try:
            known = json.loads(path.read_text("utf-8"))
            return {str(name): TagCategory(kind) for name, kind in known.items()}
        except (OSError, ValueError, AttributeError) as error:
            raise AnitagError("bad_config", path=path, reason=str(error)) from error


def _row(line: str, path: Path, number: int) -> Mapping[str, Any]:
    try:
        row = json.loads(line)
        is_sound = isinstance(row["file"], str) and "\0" not in row["file"]
        is_sound &= isinstance(row["group"], str) and row["split"] in PARTS
        is_sound &= all(isinstance(row[name], list) for name in ("tags", "absent"))
        is_sound &= isinstance(row.get("sources", {}), dict)
        is_sound &= 0 <= row.get("import_trust", 0) <= 1
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise AnitagError("bad_manifest", path=path, row=number, reason=str(error)) from error
    if not is_sound:
        reason = (
            "it lacks file, tags, absent, group or a split that is known, or sources is no object, "
            "or import_trust not 0 to 1"
        )
        raise AnitagError("bad_manifest", path=path, row=number, reason=reason)
    return dict(row)
