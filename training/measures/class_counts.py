"""Counts per class, from which accuracy and every F1 follow."""

import torch

from training.measures.interval import wilson

TOP = 5


class ClassCounts:
    """Support, predictions and hits of each class, and the summed cross entropy."""

    def __init__(self, classes: int, device: torch.device | str = "cpu") -> None:
        kind = torch.float64 if str(device).startswith("cpu") else torch.float32
        self._support, self._predicted, self._hits, self._top = torch.zeros(
            4, classes, dtype=kind, device=device
        )
        self._loss = torch.zeros((), dtype=kind, device=device)

    @property
    def tensors(self) -> list[torch.Tensor]:
        """What processes add up."""
        return [self._support, self._predicted, self._hits, self._top, self._loss]

    @property
    def support(self) -> torch.Tensor:
        """The number of pictures of each class (C)."""
        return self._support

    @property
    def hits(self) -> torch.Tensor:
        """The number of pictures of each class whose first guess was right (C)."""
        return self._hits

    def add(self, logits: torch.Tensor, classes: torch.Tensor) -> None:
        """Count pictures: ``logits`` are B x C, ``classes`` B ids."""
        one = torch.ones(len(classes), dtype=self._support.dtype, device=classes.device)
        first = logits.topk(min(TOP, logits.shape[1]), 1).indices
        right = (first[:, 0] == classes).to(one.dtype)
        among = (first == classes[:, None]).any(1).to(one.dtype)
        self._support.index_add_(0, classes, one)
        self._predicted.index_add_(0, first[:, 0], one)
        self._hits.index_add_(0, classes, right)
        self._top.index_add_(0, classes, among)
        logs = torch.log_softmax(logits.to(one.dtype), 1)
        self._loss += -logs.gather(1, classes[:, None]).sum()

    def result(self) -> dict[str, float]:
        """Return the measures; classes without pictures count in no mean over classes."""
        count, hits = self._support.sum().item(), self._hits.sum().item()
        seen = self._support > 0
        f1 = 2 * self._hits / (self._support + self._predicted).clamp(min=1)
        low, high = wilson(hits, count)
        share = self._support / max(count, 1)
        return {
            "loss": self._loss.item() / max(count, 1),
            "top1": hits / max(count, 1),
            "top1_low": low,
            "top1_high": high,
            "top5": self._top.sum().item() / max(count, 1),
            "error_rate": 1 - hits / max(count, 1),
            "accuracy_macro": _mean((self._hits / self._support.clamp(min=1))[seen]),
            "f1_macro": _mean(f1[seen]),
            "f1_micro": hits / max(count, 1),
            "f1_weighted": (f1 * share).sum().item(),
            "classes_without_pictures": float((~seen).sum().item()),
            "pictures": count,
        }


def _mean(values: torch.Tensor) -> float:
    return values.mean().item() if len(values) else 0.0
