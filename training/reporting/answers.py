"""Answers to "is this loss normal", from what a run wrote down."""

import math

from training.reporting.history import Line, number

LITTLE = 0.05
"""A skill below this is next to nothing."""

RISEN = 1.1
"""A loss that is so much above its best has risen, not wavered."""

OFTEN = 0.5


def answers(
    epochs: list[Line], steps: list[Line], prior: float, monitor: str
) -> list[tuple[str, str]]:
    """Return questions with their answers.

    ``prior`` is the loss of who knows only the shares, ``monitor`` the measure that chose weights.
    """
    known = [e for e in epochs if math.isfinite(number(e, "valid_loss"))]
    if not known:
        return [("Is this loss normal?", "Nobody can tell: no epoch has a finite loss.")]
    best = min(known, key=lambda e: number(e, "valid_loss"))
    found = [_is_normal(number(best, "valid_loss"), prior), _goes_on(known, best)]
    found += _which_weights(known, monitor)
    clipped = number(steps[-1], "clipped") if steps else math.nan
    if clipped > OFTEN:
        text = (
            f"In {100 * clipped:.0f} % of the steps. The learning rate is probably too high; "
            "lr-find tells one to begin with."
        )
        found.append(("Were gradients clipped?", text))
    return found


def _is_normal(loss: float, prior: float) -> tuple[str, str]:
    question = "Is this loss normal?"
    if not prior:
        return question, "There is only one answer in training, so there is nothing to learn."
    skill = 1 - loss / prior
    compared = (
        f"The best validation loss is {loss:.4f}. Who knows nothing but how often each answer is "
        f"right would lose {prior:.4f}, so the skill is {skill:.3f} (0 nothing, 1 perfect). "
    )
    if skill < 0:
        verdict = (
            "No: this is worse than knowing nothing. Look whether labels belong to their pictures "
            "and try a lower learning rate."
        )
    elif skill < LITTLE:
        verdict = "No: it has learnt next to nothing. Try another learning rate, or train longer."
    else:
        verdict = "Yes: it is below what the shares alone give. Its size says nothing by itself."
    return question, compared + verdict


def _which_weights(epochs: list[Line], monitor: str) -> list[tuple[str, str]]:
    """Say of which step the weights are that everything else on the page is about."""
    chosen = [e for e in epochs if e.get("is_best")]
    if not chosen:
        return []
    step, phase = number(chosen[-1], "step"), chosen[-1].get("phase", "")
    kind = "The running average" if chosen[-1].get("weights") == "average" else "Those"
    text = f"{kind} after step {step:.0f}, best on the validation part by {monitor}."
    if phase and phase != epochs[-1].get("phase"):
        text += f" No later phase than {phase} made them better."
    return [("Which weights are these?", text)]


def _goes_on(epochs: list[Line], best: Line) -> tuple[str, str]:
    question = "Did it train long enough, or too long?"
    last, where = epochs[-1], f"at step {number(best, 'step'):.0f}"
    if best is last:
        return question, f"The loss was lowest at the end ({where}): training longer may help."
    low, end = number(best, "valid_loss"), number(last, "valid_loss")
    if end > RISEN * low:
        return question, (
            f"Too long: the validation loss was best {where} ({low:.4f}) and rose to {end:.4f}. "
            "It learns its pictures by heart; more pictures or stronger augmentation may help. "
            "The best weights were kept by what run.monitor watches."
        )
    return question, f"Long enough: it was best {where} and has hardly changed since."
