"""Planning: what a retraining would take, and whether there is enough to learn from."""

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.retraining import (
    LEAST_ADAPTED,
    TrainingMode,
    TrainingPlan,
    steps_for,
)
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.services.choosing import Choice
from anitag_desktop.services.tutoring import has_training

LEAST_TAUGHT = 8
"""With fewer corrected pictures to learn from, nothing is trained."""

_BYTES_FOR_EACH = 110_000
"""Of the disk, for a picture: its pixels as squares of the network's size."""

_WEIGHTS_KEPT = 12
_WEIGHTS_BESIDE = 3
"""Of a model that is only adapted: as it was, without its layer, and with the new one."""


def plan_of(mode: TrainingMode, base: ModelPackage, choice: Choice) -> TrainingPlan:
    """Return what training a model on these pictures takes, without what has to be measured."""
    if mode is TrainingMode.ADAPT:
        return _to_adapt(base, choice)
    told, learnt, replayed = choice.told, choice.taught, choice.replayed
    weights = base.weights.stat().st_size
    return TrainingPlan(
        mode,
        base.key.model_id,
        len(learnt),
        len(choice.tuned),
        len(choice.held_out),
        len(replayed),
        len({name for one in learnt for name in (*one.said, *one.imported)}),
        steps_for(len(learnt) + len(replayed)),
        _BYTES_FOR_EACH * (len(told) + len(replayed)) + _WEIGHTS_KEPT * weights,
        has_training(),
    )


def checked(plan: TrainingPlan) -> TrainingPlan:
    """Return a plan that has enough to learn from.

    Raises:
        AnitagError: ``few_corrections`` or ``few_pictures``.
    """
    if plan.mode is TrainingMode.ADAPT:
        if plan.replayed < LEAST_ADAPTED:
            raise AnitagError("few_pictures", count=plan.replayed, least=LEAST_ADAPTED)
    elif plan.taught < LEAST_TAUGHT:
        raise AnitagError("few_corrections", count=plan.taught, least=LEAST_TAUGHT)
    return plan


def _to_adapt(base: ModelPackage, choice: Choice) -> TrainingPlan:
    named = choice.named
    return TrainingPlan(
        TrainingMode.ADAPT,
        base.key.model_id,
        taught=0,
        tuned=0,
        held_out=len(named),
        replayed=len(choice.pictures),
        tags=len({name for _, name in named}),
        steps=0,
        disk=_WEIGHTS_BESIDE * base.weights.stat().st_size,
        is_ready=has_training(),
    )
