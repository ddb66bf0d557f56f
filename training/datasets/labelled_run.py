"""The pictures of a run with their targets, divided as the run divided them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.datasets.class_labels import class_rows
from training.datasets.layouts import read_set
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
    """All pictures of a run, their parts, and what gives the targets of some of them.

    Targets of tags follow from whole sets, so they are built for all at once.
    """

    pictures: Sequence[LabelledPicture]
    parts: Sequence[str]
    targets_of: Callable[[Sequence[int]], Targets]

    @staticmethod
    def read(run: RunFolder) -> "LabelledRun":
        """Read the sets of a run's config and the split that the run wrote down."""
        sources = run.config().datasets.sources
        pictures = [p for source in sources for p in read_set(source).pictures]
        known = read_split(run.path / "split.jsonl")
        parts = [known.get(str(p.path), "unused") for p in pictures]
        if run.config().task.name == "tagging":
            whole = build_targets(pictures, sources, run.vocabulary())
            return LabelledRun(pictures, parts, lambda rows: whole[rows])
        classes = run.read("classes.json")
        return LabelledRun(
            pictures, parts, lambda rows: class_rows([pictures[i] for i in rows], classes)
        )

    def part(self, part: str, source: str | None = None) -> Part:
        """Return the pictures of one part (of one set)."""
        rows = [
            i
            for i, picture in enumerate(self.pictures)
            if self.parts[i] == part and source in (None, picture.source)
        ]
        return Part(tuple(self.pictures[i].path for i in rows), self.targets_of(rows))
