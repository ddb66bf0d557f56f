"""The section [distillation]."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class DistillationConfig:
    """Learning what another network says, beside the labels (Hinton et al. 2015).

    ``teacher`` is the folder of its run ("": none). ``temperature`` T flattens what both say, and
    the loss is multiplied by T squared, so that its gradients keep their size; ``weight`` is its
    share beside the labels' loss. ``unknown_only`` asks the teacher of tags only of which the set
    says nothing: replay, so that a network does not forget while it is corrected.
    """

    teacher: str = ""
    weight: float = 1.0
    temperature: float = 2.0
    unknown_only: bool = False
