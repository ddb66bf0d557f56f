"""One step of training: as many pictures at a time as memory holds, gradients added up."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from training.batches import Batch
from training.config import Config
from training.networks.freezing import freeze, train_mode
from training.optimisers import make_optimiser, set_pace
from training.phases import Phase
from training.processes import Processes
from training.progress import Progress
from training.tasks.task import Moment, Targets, Task
from training.views.mixing import mix

PRECISIONS = {"bf16": torch.bfloat16, "fp16": torch.float16}


@dataclass(frozen=True, slots=True)
class Done:
    """The terms of the loss, over all processes, and whether weights moved."""

    terms: dict[str, float]
    moved: bool
    clipped: bool

    @property
    def loss(self) -> float:
        """The sum of the terms."""
        return sum(self.terms.values())


class Stepper:
    """Moves a task's weights."""

    def __init__(
        self, task: Task, config: Config, processes: Processes, progress: Progress
    ) -> None:
        self._task, self._config = task, config
        self._processes, self._progress = processes, progress
        self.device = torch.device(config.run.device)
        self.micro_batch = config.run.micro_batch
        precision = "bf16" if config.run.bf16 else config.run.precision
        self._kind = PRECISIONS.get(precision)
        self.scaler = torch.amp.GradScaler(self.device.type, enabled=precision == "fp16")
        self._phase: Phase | None = None
        self.optimiser = torch.optim.Optimizer.__new__(torch.optim.Optimizer)

    def begin(self, phase: Phase) -> None:
        """Freeze what the phase freezes and start its optimiser."""
        self._phase = phase
        freeze(self._task.network, phase.freeze)
        self.optimiser = make_optimiser(self._task, phase.optimiser)

    def step(self, batch: Batch, moment: Moment, pace: tuple[float, float]) -> Done:
        """Take one step at (rate, momentum)."""
        set_pace(self.optimiser, *pace)
        images = batch.images.to(self.device, non_blocking=True)
        images = self._task.collection.views.preparation.normalise(images)
        targets = self._task.targets(batch, moment)
        targets = {name: value.to(self.device) for name, value in targets.items()}
        key = (moment.seed, moment.step, self._processes.rank)
        mixed = mix(images, self._config.views, key)
        if mixed is not None:
            targets = self._task.mixed(targets, mixed)
        counts = self._task.counts(targets)
        self._processes.add_up(counts.values())
        sums = self._gradients(images, targets, counts, moment)
        self._processes.add_up(sums.values())
        return self._move({name: value.item() for name, value in sums.items()})

    def _gradients(
        self, images: torch.Tensor, targets: Targets, counts: Targets, moment: Moment
    ) -> Targets:
        """Add up the gradients of a batch, in smaller parts whenever memory runs out."""
        while True:
            self._seed(moment)
            self.optimiser.zero_grad(set_to_none=True)
            size = self.micro_batch or len(images)
            try:
                return self._backward(images, targets, counts, moment)
            except torch.OutOfMemoryError:
                if size <= 1:
                    raise
            # Only now, when the error that holds on to them is gone, its tensors can be freed.
            self.micro_batch = size // 2
            self._progress.report("memory", micro_batch=self.micro_batch)
            if self.device.type == "cuda":
                torch.cuda.empty_cache()

    def _seed(self, moment: Moment) -> None:
        """Let what is random in a step follow from the step."""
        number = moment.seed * 1_000_003 + moment.step * self._processes.count
        if self.device.type == "cpu":
            # torch.manual_seed would note the call for every GPU, and keep all of these notes.
            torch.default_generator.manual_seed(number + self._processes.rank)
        else:
            torch.manual_seed(number + self._processes.rank)

    def _backward(
        self, images: torch.Tensor, targets: Targets, counts: Targets, moment: Moment
    ) -> Targets:
        assert self._phase is not None
        train_mode(self._task.network, self._phase.freeze, self._phase.frozen_norm)
        sums = {name: torch.zeros((), device=self.device) for name in counts}
        for part in self._parts(len(images)):
            shown = {name: value[part] for name, value in targets.items()}
            with torch.autocast(self.device.type, self._kind, enabled=self._kind is not None):
                terms = self._task.losses(images[part], shown, moment)
            shares = {name: terms[name] / counts[name].clamp(min=1e-8) for name in terms}
            total = torch.stack([share for share in shares.values() if share.requires_grad]).sum()
            self.scaler.scale(total).backward()  # type: ignore[no-untyped-call]
            for name, share in shares.items():
                sums[name] += share.detach()
        return sums

    def _parts(self, count: int) -> Iterator[slice]:
        size = self.micro_batch or max(1, count)
        return (slice(start, start + size) for start in range(0, count, size))

    def _move(self, terms: dict[str, float]) -> Done:
        """Clip and step, unless the loss or a gradient is not finite."""
        assert self._phase is not None
        parameters = [p for group in self.optimiser.param_groups for p in group["params"]]
        self._processes.add_up_gradients(parameters)
        self.scaler.unscale_(self.optimiser)
        limit = self._phase.optimiser.clip or float("inf")
        norm = torch.nn.utils.clip_grad_norm_(parameters, limit)
        finite = bool(torch.isfinite(norm)) and all(map(_is_finite, terms.values()))
        if finite:
            self.scaler.step(self.optimiser)
        self.scaler.update()
        return Done(terms, finite, bool(norm > limit))


def _is_finite(value: float) -> bool:
    return value - value == 0
