"""The pictures of a run with their targets, divided as the run divided them."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from training.datasets.manifest import read_source
from training.datasets.sample import LabelledPicture
from training.datasets.splitting import read_split
from training.datasets.targets import Targets, build_targets
from training.run_folder import RunFolder


@dataclass(frozen=True, slots=True)
class Part:
    """Picture files and their target rows (files x labels; 1, 0, -1 unknown)."""

    paths: tuple[Path, ...]
    targets: Targets


@dataclass(frozen=True, slots=True)
class LabelledRun:
    """All pictures of a run; targets follow from whole sets, so they are built for all at once."""

    pictures: Sequence[LabelledPicture]
    parts: Sequence[str]
    targets: Targets

    @staticmethod
    def read(run: RunFolder) -> "LabelledRun":
        """Read the sets of a run's config and the split that the run wrote down."""
        sources = run.config().datasets.sources
        pictures = [p for source in sources for p in read_source(source)]
        known = read_split(run.path / "split.jsonl")
        parts = [known.get(str(p.path), "unused") for p in pictures]
        return LabelledRun(pictures, parts, build_targets(pictures, sources, run.vocabulary()))

    def part(self, part: str, source: str | None = None) -> Part:
        """Return the pictures of one part (of one set)."""
        rows = [
            i
            for i, picture in enumerate(self.pictures)
            if self.parts[i] == part and source in (None, picture.source)
        ]
        return Part(tuple(self.pictures[i].path for i in rows), self.targets[rows])
