"""Finds a learning rate: a short run whose rate rises exponentially (Smith 2015, as fastai)."""

import copy
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from PIL import Image, ImageDraw, ImageFont

from anitag_desktop.domain.error import AnitagError
from training.config import Config, StageConfig
from training.phases import plan_phases
from training.processes import Processes
from training.progress import Progress
from training.stepping import Stepper
from training.tasks.task import Moment, Task
from training.trainer import Trainer

LOWEST, HIGHEST = 1e-7, 10.0
STEPS = 100
SMOOTHING = 0.98
STOP_OVER = 4.0
SKIPPED_FIRST, SKIPPED_LAST = 10, 5
BLACK, GRID, BLUE = (0, 0, 0), (225, 226, 232), (30, 60, 160)
RED, GREEN = (200, 60, 40), (40, 130, 60)


@dataclass(frozen=True, slots=True)
class RateCurve:
    """Rates and smoothed losses, and the rates that two rules suggest (None: nothing to say)."""

    rates: tuple[float, ...]
    losses: tuple[float, ...]
    steepest: float | None
    valley: float | None


def find_rate(
    config: Config, task: Task, run: Path, progress: Progress, steps: int = STEPS
) -> RateCurve:
    """Return the curve; the task's weights and torch's generator are afterwards as before."""
    weights = copy.deepcopy(task.network.state_dict())
    extra = copy.deepcopy(task.extra.state_dict())
    generator = torch.random.get_rng_state()
    try:
        rates, losses = _run_up(config, task, run, progress, steps)
    finally:
        task.network.load_state_dict(weights)
        task.extra.load_state_dict(extra)
        torch.random.set_rng_state(generator)
    return RateCurve(tuple(rates), tuple(losses), *suggestions(rates, losses))


def of_phase(config: Config, name: str) -> Config:
    """Return the settings with that phase alone: its frozen modules, its groups of rates.

    Raises:
        AnitagError: ``bad_config`` when it is none of the phases.
    """
    chosen = tuple(phase for phase in config.phases if phase.name == name)
    if not chosen:
        reason = f"{name!r} is none of its phases: {', '.join(p.name for p in config.phases)}"
        raise AnitagError("bad_config", path="the config", reason=reason)
    return replace(config, phases=chosen)


def _run_up(
    config: Config, task: Task, run: Path, progress: Progress, steps: int
) -> tuple[list[float], list[float]]:
    """Take steps at rising rates until the smoothed loss is four times the best."""
    config = _as_long(config, steps)
    trainer = Trainer(config, task, run, progress)
    stepper = Stepper(task, config, Processes(), progress)
    phase = plan_phases(config, len(task.collection.rows("train")))[0]
    stepper.begin(phase)
    rates: list[float] = []
    losses: list[float] = []
    average, best = 0.0, math.inf
    for number, batch in zip(range(steps), trainer.batches(), strict=False):
        rate = LOWEST * (HIGHEST / LOWEST) ** (number / max(1, steps - 1))
        moment = Moment(number, steps, 0.0, config.run.seed)
        done = stepper.step(batch, moment, (rate, phase.optimiser.momentum))
        average = SMOOTHING * average + (1 - SMOOTHING) * done.loss
        smooth = average / (1 - SMOOTHING ** (number + 1))
        if not math.isfinite(smooth) or smooth > STOP_OVER * best:
            break
        best = min(best, smooth)
        rates.append(rate)
        losses.append(smooth)
    return rates, losses


def _as_long(config: Config, steps: int) -> Config:
    """Return the settings of a run of so many steps that stays in its first phase and size."""
    stages = (StageConfig(0.0, config.size_at(0.0)),) if config.run.stages else ()
    run = replace(config.run, steps=steps, epochs=0.0, until=0, stages=stages)
    first = (replace(phase, steps=steps, epochs=0.0) for phase in config.phases[:1])
    return replace(config, run=run, phases=tuple(first))


def suggestions(
    rates: Sequence[float], losses: Sequence[float]
) -> tuple[float | None, float | None]:
    """Return the rate where the loss falls steepest, and one two thirds down its longest fall."""
    seen = slice(SKIPPED_FIRST, len(losses) - SKIPPED_LAST)
    shown, used = np.asarray(losses[seen], np.float64), list(rates[seen])
    if len(shown) < 3:
        return None, None
    slopes = np.gradient(shown)
    steepest = used[int(slopes.argmin())] if slopes.min() < 0 else None
    begin, end = _longest_fall(shown)
    valley = used[begin + (end - begin) * 2 // 3] if end > begin else None
    return steepest, valley


def _longest_fall(losses: "np.typing.NDArray[np.float64]") -> tuple[int, int]:
    """Return the first and last place of the longest stretch over which the loss keeps falling."""
    best, begin = (0, 0), 0
    for place in range(1, len(losses)):
        if losses[place] >= losses[place - 1]:
            begin = place
        elif place - begin > best[1] - best[0]:
            best = (begin, place)
    return best


def write_curve(curve: RateCurve, folder: Path) -> None:
    """Write rates.json and rates.png to a folder."""
    values = {
        "steepest": curve.steepest,
        "valley": curve.valley,
        "rates": curve.rates,
        "losses": curve.losses,
    }
    (folder / "rates.json").write_text(json.dumps(values, indent=1) + "\n", "utf-8")
    draw_curve(curve).save(folder / "rates.png")


def draw_curve(curve: RateCurve, width: int = 640, height: int = 400) -> Image.Image:
    """Return the loss over the logarithm of the rate; the suggestions are vertical lines.

    The first and last points, which say little, are left out, as in fastai.
    """
    image = Image.new("RGB", (width, height), (255, 255, 255))
    pen, font = ImageDraw.Draw(image), ImageFont.load_default(13)
    pairs = list(zip(curve.rates, curve.losses, strict=True))
    shown = pairs[SKIPPED_FIRST : len(pairs) - SKIPPED_LAST] or pairs
    low = min((loss for _, loss in shown), default=0.0)
    high = max((loss for _, loss in shown), default=1.0)

    def across(rate: float) -> float:
        return 60 + (width - 80) * math.log(rate / LOWEST) / math.log(HIGHEST / LOWEST)

    def down(loss: float) -> float:
        return 30 + (height - 80) * (high - loss) / max(high - low, 1e-12)

    for power in range(round(math.log10(LOWEST)), round(math.log10(HIGHEST)) + 1):
        x = across(10.0**power)
        pen.line((x, 30, x, height - 50), GRID)
        pen.text((x, height - 46), f"1e{power}", BLACK, font, anchor="ma")
    for loss in (low, high):
        pen.line((60, down(loss), width - 20, down(loss)), GRID)
        pen.text((54, down(loss)), f"{loss:.3g}", BLACK, font, anchor="rm")
    pen.text((width / 2, height - 22), "learning rate (logarithmic)", BLACK, font, anchor="ma")
    pen.text((6, 6), "loss, smoothed", BLACK, font)
    suggested = (("steepest", curve.steepest, RED), ("valley", curve.valley, GREEN))
    for number, (name, rate, colour) in enumerate(suggested):
        if rate is not None:
            pen.line((across(rate), 30, across(rate), height - 50), colour, 2)
            pen.text((200 + 180 * number, 6), f"{name} {rate:.2g}", colour, font)
    if len(shown) > 1:
        pen.line([(across(rate), down(loss)) for rate, loss in shown], BLUE, 2)
    return image
