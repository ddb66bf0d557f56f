"""Counts over tags: the F1 of pictures by definition, sums that processes may add up."""

import pytest

torch = pytest.importorskip("torch")

from training.config import LossConfig  # noqa: E402
from training.measures.tag_counts import THRESHOLDS, TagCounts  # noqa: E402

pytestmark = pytest.mark.training


def batch(rows=40, labels=6):
    generator = torch.Generator().manual_seed(2)
    logits = 2 * torch.randn(rows, labels, generator=generator)
    targets = torch.randint(0, 2, (rows, labels), generator=generator).float()
    return logits, targets, (torch.rand(rows, labels, generator=generator) < 0.8).float()


def test_the_f1_of_pictures_is_the_definition_at_every_threshold():
    logits, targets, mask = batch()
    counts = TagCounts(6, LossConfig())
    counts.add(logits, targets, mask)
    for threshold in THRESHOLDS:
        each = []
        for score, target, known in zip(logits.sigmoid(), targets, mask, strict=True):
            said = {i for i in range(6) if known[i] and score[i] >= threshold}
            true = {i for i in range(6) if known[i] and target[i]}
            each.append(2 * len(said & true) / max(1, len(said) + len(true)))
        assert counts.samples_f1()[str(threshold)] == pytest.approx(sum(each) / len(each))
    assert counts.result()["f1_samples"] == counts.samples_f1()["0.35"]


def test_shares_of_the_pictures_add_up_to_the_whole():
    logits, targets, mask = batch()
    whole, first, second = (TagCounts(6, LossConfig()) for _ in range(3))
    whole.add(logits, targets, mask)
    first.add(logits[:13], targets[:13], mask[:13])
    second.add(logits[13:], targets[13:], mask[13:])
    for mine, other in zip(first.tensors, second.tensors, strict=True):
        mine += other
    assert first.result() == pytest.approx(whole.result())
