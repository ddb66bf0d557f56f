"""How far a student's answers are from a teacher's (Hinton et al. 2015, arXiv 1503.02531)."""

import torch
from torch.nn import functional


def shares_apart(student: torch.Tensor, teacher: torch.Tensor, temperature: float) -> torch.Tensor:
    """Return T^2 * KL(teacher || student) of class logits (B x C), summed over the pictures."""
    told = torch.log_softmax(teacher.float() / temperature, 1)
    said = torch.log_softmax(student.float() / temperature, 1)
    apart = functional.kl_div(said, told, reduction="sum", log_target=True)
    return temperature**2 * apart


def tags_apart(
    student: torch.Tensor,
    teacher: torch.Tensor,
    temperature: float,
    open_tags: torch.Tensor | None = None,
) -> torch.Tensor:
    """Return T^2 * KL of each tag's two answers, the mean over tags, summed over the pictures.

    ``student`` and ``teacher`` are logits (B x tags); ``open_tags`` (the same, 1 or 0) leaves out
    those of which a person said what is right.
    """
    taught = teacher.float() / temperature
    told, said = torch.sigmoid(taught), student.float() / temperature
    crossed = functional.binary_cross_entropy_with_logits(said, told, reduction="none")
    least = functional.binary_cross_entropy_with_logits(taught, told, reduction="none")
    apart = crossed - least
    return temperature**2 * (apart if open_tags is None else apart * open_tags).mean(1).sum()
