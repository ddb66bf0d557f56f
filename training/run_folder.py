"""The folder of one training run: what each command leaves there for the next."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from anitag_desktop.domain.error import AnitagError
from training.config import Config, config_from
from training.datasets.vocabulary import Vocabulary

RUNS = Path("runs")
CHANGEABLE = (
    *("steps", "epochs", "until", "batch", "micro_batch", "threads", "workers", "device"),
    *("checkpoint_every", "keep_every", "log_every", "tensorboard", "wandb"),
)


@dataclass(frozen=True, slots=True)
class RunFolder:
    """Paths and small files of a run."""

    path: Path

    @property
    def checkpoints(self) -> Path:
        """The folder of checkpoints."""
        return self.path / "checkpoints"

    @property
    def onnx(self) -> Path:
        """The exported model."""
        return self.path / "model.onnx"

    @property
    def tensors(self) -> Path:
        """The exported model's weights, for whoever goes on with torch."""
        return self.path / "model.safetensors"

    @staticmethod
    def create(path: Path, config: Config) -> "RunFolder":
        """Make or reopen the folder of a run; a reopened one must have the same settings.

        How long the run takes and where it runs may change: steps and batch (a level learning rate
        lets a run be ended early, or be prolonged), threads, workers, device, checkpoints, and what
        the model is called.

        Raises:
            AnitagError: ``bad_config`` when the folder holds a run with other settings.
        """
        path.mkdir(parents=True, exist_ok=True)
        run = RunFolder(path)
        if (path / "config.json").exists() and not _same_run(run.config(), config):
            reason = "its run was started with other settings; give another --run"
            raise AnitagError("bad_config", path=path, reason=reason)
        run.write("config.json", config.as_plain())
        return run

    @staticmethod
    def open(path: Path) -> "RunFolder":
        """Open the folder of a run that was started before."""
        if not (path / "config.json").exists():
            raise AnitagError("no_such_file", path=path / "config.json")
        return RunFolder(path)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other process train in this folder meanwhile.

        Raises:
            AnitagError: ``run_in_use`` when one does already.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / ".lock", timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise AnitagError("run_in_use", path=self.path) from None
        try:
            yield
        finally:
            lock.release()

    def config(self) -> Config:
        """Return the settings that the run was started with."""
        return config_from(self.read("config.json"), str(self.path / "config.json"))

    def vocabulary(self) -> Vocabulary:
        """Return the labels of the run's model."""
        path = self.path / "vocabulary.json"
        if not path.exists():
            raise AnitagError("no_such_file", path=path)
        return Vocabulary.from_json(path.read_text("utf-8"), path)

    def label_names(self) -> list[str]:
        """Return the names of the network's outputs in their order: labels, or classes."""
        if self.config().task.name == "tagging":
            return list(self.vocabulary().names)
        return list(self.read("classes.json"))

    def write(self, name: str, values: Any) -> None:
        """Write plain values as JSON; a reader sees the old file or the new one."""
        staging = self.path / f".tmp-{name}"
        staging.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", "utf-8")
        staging.replace(self.path / name)

    def read(self, name: str) -> Any:
        """Read what ``write`` wrote.

        Raises:
            AnitagError: ``no_such_file`` (the command that writes it has not run yet), or
                ``bad_checkpoint`` when it is no JSON.
        """
        path = self.path / name
        try:
            return json.loads(path.read_text("utf-8"))
        except FileNotFoundError:
            raise AnitagError("no_such_file", path=path) from None
        except ValueError as error:
            raise AnitagError("bad_checkpoint", path=path, reason=str(error)) from error


def _same_run(one: Config, other: Config) -> bool:
    run = replace(other.run, **{name: getattr(one.run, name) for name in CHANGEABLE})
    return replace(other, run=run, model=one.model) == one
