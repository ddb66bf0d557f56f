"""Counts over many tags: histograms of scores, and the F1 of each picture."""

import numpy as np
import torch

from training.config import LossConfig
from training.losses.multilabel import multilabel_sum
from training.measures.interval import Z
from training.metrics import LabelMeasures, ScoreHistogram, macro

THRESHOLDS = tuple(round(0.05 * i, 2) for i in range(1, 20))
"""From 0.05 to 0.95."""

SHOWN_THRESHOLD = 0.35
"""The threshold that anime-art-tagger reports."""


class TagCounts:
    """Score histograms per tag, summed F1 per picture at each threshold, the summed loss."""

    def __init__(self, labels: int, config: LossConfig) -> None:
        self._histogram = ScoreHistogram(labels)
        self._labels, self._config = labels, config
        self._f1, self._squares = torch.zeros(2, len(THRESHOLDS), dtype=torch.float64)
        self._sums = torch.zeros(3, dtype=torch.float64)
        """Pictures, summed loss, known labels."""

    @property
    def tensors(self) -> list[torch.Tensor]:
        """What processes add up; the histogram's tensor shares its memory."""
        return [torch.from_numpy(self._histogram.counts), self._f1, self._squares, self._sums]

    def add(self, logits: torch.Tensor, targets: torch.Tensor, mask: torch.Tensor) -> None:
        """Count pictures: all three are B x labels."""
        loss = multilabel_sum(logits, targets, mask, self._config)
        self._sums += torch.tensor([len(logits), loss.item(), mask.sum().item()])
        scores = torch.sigmoid(logits.float()).cpu()
        known, present = mask.cpu() > 0, targets.cpu() > 0.5
        marks = torch.where(known, present.to(torch.int8), -1).to(torch.int8)
        self._histogram.add(scores.numpy(), marks.numpy())
        for place, threshold in enumerate(THRESHOLDS):
            said = (scores >= threshold) & known
            found = (said & present).sum(1).double()
            wrong_or_right = said.sum(1) + (present & known).sum(1)
            each = 2 * found / wrong_or_right.clamp(min=1)
            self._f1[place] += each.sum()
            self._squares[place] += each.square().sum()

    def result(self) -> dict[str, float]:
        """Return the measures; tags without positives count in no mean over tags.

        Means over tags have no interval: how tags come together in a picture is not kept, only
        histograms, whose size does not grow with the pictures.
        """
        pictures, loss, known = self._sums.tolist()
        halves, slots = np.full(self._labels, 0.5), np.arange(self._labels)
        by_tag = self.by_tag()
        samples = self._f1 / max(pictures, 1)
        best, shown = int(samples.argmax()), THRESHOLDS.index(SHOWN_THRESHOLD)
        low, high = self._interval(shown)
        return {
            "loss": loss / max(known, 1),
            "f1_samples": samples[shown].item(),
            "f1_samples_low": low,
            "f1_samples_high": high,
            "f1_samples_best": samples[best].item(),
            "f1_samples_best_threshold": THRESHOLDS[best],
            "f1_micro": self._histogram.micro_f1(halves, slots),
            "f1_macro": macro(by_tag.f1, slots),
            "mean_average_precision": macro(by_tag.average_precision, slots),
            "tags_without_positives": float((by_tag.support == 0).sum()),
            "pictures": pictures,
        }

    def by_tag(self) -> LabelMeasures:
        """Return the measures of each tag at 0.5; NaN for tags that no picture has."""
        return self._histogram.measures(np.full(self._labels, 0.5))

    def _interval(self, place: int) -> tuple[float, float]:
        """Return the 95 % interval of the F1 of pictures at a threshold (normal distribution)."""
        pictures = max(float(self._sums[0]), 1.0)
        mean = self._f1[place].item() / pictures
        spread = max(self._squares[place].item() / pictures - mean * mean, 0.0)
        half = Z * (spread / max(pictures - 1, 1.0)) ** 0.5
        return max(0.0, mean - half), min(1.0, mean + half)

    def samples_f1(self) -> dict[str, float]:
        """Return the F1 of pictures, averaged, at each threshold."""
        pictures = max(float(self._sums[0]), 1.0)
        pairs = zip(THRESHOLDS, self._f1.tolist(), strict=True)
        return {str(threshold): value / pictures for threshold, value in pairs}
