"""Tags of which a picture has one: they compete, as classes do."""

from collections.abc import Sequence

import torch
from torch.nn import functional

from training.datasets.targets import FAMILIES


class FamilyLoss:
    """The cross entropy within families of labels (hair colours, eye colours).

    It counts pictures of which exactly one label of a family is known to be present; all others
    tell nothing of which one it is.
    """

    def __init__(self, names: Sequence[str]) -> None:
        """``names`` are all labels in their order."""
        slots = [[i for i, name in enumerate(names) if name in family] for family in FAMILIES]
        self._slots = [torch.tensor(family) for family in slots if len(family) > 1]

    def total(
        self, logits: torch.Tensor, targets: torch.Tensor, mask: torch.Tensor
    ) -> torch.Tensor:
        """Return the sum over pictures and families; logits, targets, mask are B x labels."""
        found = logits.new_zeros(())
        for slots in self._slots:
            present = (targets * mask)[:, slots]
            told = present.sum(1) == 1
            if told.any():
                own, wanted = logits[told][:, slots], present[told].argmax(1)
                found = found + functional.cross_entropy(own.float(), wanted, reduction="sum")
        return found
