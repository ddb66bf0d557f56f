"""The training loop: plain torch, one process, exact resume.

Killed at any moment and started again, a run on a CPU ends with the same weights as one that was
never interrupted: samples follow from the step, torch's generator is seeded by the step, and a
checkpoint holds the rest.
"""

import csv
import json
import math
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import torch

from anitag_desktop.domain.error import AnitagError
from training.batches import Batch, batches, training_rows
from training.checkpoint import Checkpoint, load_checkpoint, newest_checkpoint, save_checkpoint
from training.config import Config
from training.datasets.prepared import Prepared
from training.losses.identity import IdentityHead
from training.losses.multilabel import multilabel_loss, positive_weights
from training.networks.tagging import TaggingNetwork, normalise
from training.progress import Progress
from training.schedules.cosine import rate_at
from training.weight_average import WeightAverage

IDENTITIES = "identity_directions"
LOG_EVERY = 50
SMOOTHING = 0.98
LARGEST_BAD_STREAK = 10


class Trainer:
    """Trains one network on prepared pictures in a run folder."""

    def __init__(self, config: Config, prepared: Prepared, run: Path, progress: Progress) -> None:
        torch.manual_seed(config.run.seed)
        torch.set_num_threads(config.run.threads)
        self._config, self._prepared, self._progress = config, prepared, progress
        self._run = run
        self._device = torch.device(config.run.device)
        self._network = TaggingNetwork(config.network, len(prepared.vocabulary))
        self._network.to(self._device).to(memory_format=torch.channels_last)
        width = config.network.embedding
        self._identity = IdentityHead(width, max(1, prepared.identity_count), config.identity)
        self._identity.to(self._device)
        self._pos_weight = self._start_from_counts()
        self._optimiser = _optimiser(self._parameters(), config)
        self._average = WeightAverage(self._network, config.optimiser.average)
        self._step = self._samples = 0
        self._smooth = math.nan
        self._who = 0.0
        self._bad = 0
        self._stop = False

    @property
    def step(self) -> int:
        """The number of steps done."""
        return self._step

    @property
    def samples(self) -> int:
        """The number of augmented pictures seen."""
        return self._samples

    @property
    def parameters(self) -> int:
        """The number of the network's parameters."""
        return sum(p.numel() for p in self._network.parameters())

    def train(self) -> Path:
        """Train to the end, or to SIGTERM or Ctrl+C; return the last checkpoint's folder."""
        self._resume()
        self._progress.report("start", step=self._step, of=self._config.run.steps, **self._scale())
        started, first = time.monotonic(), self._step
        with self._stoppable():
            for batch in batches(self._prepared, self._config, self._step, self._samples):
                self._do_step(batch)
                if self._step % LOG_EVERY == 0:
                    self._log(started, first)
                self._stop = self._stop or self._step == self._config.run.until
                if self._stop or self._step % self._config.run.checkpoint_every == 0:
                    self._save()
                if self._stop:
                    self._progress.report("stopped", step=self._step)
                    break
        return self._save()

    def _start_from_counts(self) -> torch.Tensor | None:
        """Start at each label's frequency; return the weights of positives."""
        rows = self._prepared.targets[training_rows(self._prepared, self._config)]
        if not len(rows):
            raise AnitagError("training_failed", reason="the split leaves nothing to train on")
        positives = torch.from_numpy((rows == 1).sum(0)).float()
        negatives = torch.from_numpy((rows == 0).sum(0)).float()
        prior = (positives + 0.5) / (positives + negatives + 1)
        self._network.start_at(prior.to(self._device))
        weights = positive_weights(positives, negatives, self._config.loss)
        return None if weights is None else weights.to(self._device)

    def _do_step(self, batch: Batch) -> None:
        run, settings = self._config.run, self._config.optimiser
        torch.manual_seed(run.seed * 1_000_003 + self._step)
        rate = rate_at(self._step + 1, run.steps, settings)
        for group in self._optimiser.param_groups:
            group["lr"] = rate
        loss = self._loss(batch)
        self._optimiser.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        norm = torch.nn.utils.clip_grad_norm_(self._parameters(), settings.clip)
        if self._is_finite(loss, norm):
            self._optimiser.step()
            self._average.update(self._network, self._step)
            value = loss.item()
            known = not math.isnan(self._smooth)
            self._smooth = SMOOTHING * self._smooth + (1 - SMOOTHING) * value if known else value
        self._step += 1
        self._samples += run.batch

    def _loss(self, batch: Batch) -> torch.Tensor:
        self._network.train()
        images = batch.images.to(self._device, memory_format=torch.channels_last)
        targets, mask = batch.targets.to(self._device), batch.mask.to(self._device)
        with torch.autocast(self._device.type, torch.bfloat16, enabled=self._config.run.bf16):
            logits, features = self._network(normalise(images))
        loss = multilabel_loss(logits, targets, mask, self._config.loss, self._pos_weight)
        if self._config.identity.weight:
            who = self._identity(features, batch.identities.to(self._device))
            self._who = who.item()
            loss = loss + self._config.identity.weight * who
        return loss

    def _parameters(self) -> list[torch.nn.Parameter]:
        return [*self._network.parameters(), *self._identity.parameters()]

    def _is_finite(self, loss: torch.Tensor, norm: torch.Tensor) -> bool:
        finite = bool(torch.isfinite(loss)) and bool(torch.isfinite(norm))
        self._bad = 0 if finite else self._bad + 1
        if self._bad >= LARGEST_BAD_STREAK:
            reason = f"the loss was not finite {self._bad} times in a row at step {self._step}"
            raise AnitagError("training_failed", reason=reason)
        return finite

    def _scale(self) -> dict[str, object]:
        return {
            "labels": len(self._prepared.vocabulary),
            "identities": self._prepared.identity_count,
            "parameters": self.parameters,
            "samples_per_epoch": len(training_rows(self._prepared, self._config)),
        }

    def _log(self, started: float, first: int) -> None:
        run = self._config.run
        seconds = time.monotonic() - started
        speed = (self._step - first) * run.batch / seconds
        values: dict[str, float | int] = {
            "step": self._step,
            "loss": self._smooth,
            "identity_loss": self._who,
            "rate": self._optimiser.param_groups[0]["lr"],
            "size": run_size(self._config, self._step),
            "images_per_second": round(speed, 2),
            "seconds_left": round((run.steps - self._step) * run.batch / speed),
        }
        self._progress.report("step", **values)
        _append(self._run, values)

    def _save(self) -> Path:
        moments = {
            f"{index}.{name}": value
            for index, state in self._optimiser.state_dict()["state"].items()
            for name, value in state.items()
        }
        return save_checkpoint(
            self._run / "checkpoints",
            Checkpoint(
                self._step,
                {**self._network.state_dict(), IDENTITIES: self._identity.directions},
                self._average.values,
                moments,
                {
                    "samples": self._samples,
                    "smooth": None if math.isnan(self._smooth) else self._smooth,
                    "config": self._config.as_plain(),
                },
            ),
        )

    def _resume(self) -> None:
        path = newest_checkpoint(self._run / "checkpoints")
        if path is None:
            return
        found = load_checkpoint(path)
        with torch.no_grad():
            self._identity.directions.copy_(found.weights.pop(IDENTITIES))
        self._network.load_state_dict(found.weights)
        self._average.values = {k: v.to(self._device) for k, v in found.average.items()}
        state: dict[int, dict[str, torch.Tensor]] = {}
        for key, value in found.moments.items():
            index, _, name = key.partition(".")
            state.setdefault(int(index), {})[name] = value
        groups = self._optimiser.state_dict()["param_groups"]
        self._optimiser.load_state_dict({"state": state, "param_groups": groups})
        self._step, self._samples = found.step, found.state["samples"]
        smooth = found.state["smooth"]
        self._smooth = math.nan if smooth is None else float(smooth)

    @contextmanager
    def _stoppable(self) -> Iterator[None]:
        """Turn SIGTERM and Ctrl+C into a checkpoint at the end of the step."""

        def stop(_signal: int, _frame: FrameType | None) -> None:
            self._stop = True

        signals = (signal.SIGTERM, signal.SIGINT)
        before = [signal.signal(number, stop) for number in signals]
        try:
            yield
        finally:
            for number, handler in zip(signals, before, strict=True):
                signal.signal(number, handler)


def run_size(config: Config, step: int) -> int:
    """Return the picture size that was trained on just before a step."""
    return config.size_at(max(0, step - 1) / config.run.steps)


def _optimiser(parameters: list[torch.nn.Parameter], config: Config) -> torch.optim.Optimizer:
    """AdamW; biases and norms, which have one dimension, are not decayed."""
    weights = [p for p in parameters if p.ndim > 1]
    others = [p for p in parameters if p.ndim <= 1]
    groups = [
        {"params": weights, "weight_decay": config.optimiser.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=config.optimiser.rate)


def _append(run: Path, values: dict[str, float | int]) -> None:
    """Add a line to the run's log, as JSON and as CSV."""
    with (run / "log.jsonl").open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(values) + "\n")
    path = run / "log.csv"
    is_new = not path.exists()
    with path.open("a", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(values))
        if is_new:
            writer.writeheader()
        writer.writerow(values)
