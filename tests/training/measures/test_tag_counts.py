"""Counts over tags: the F1 of pictures by definition, sums that processes may add up."""

import statistics

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
        if threshold == 0.35:
            shown = each
    found = counts.result()
    assert found["f1_samples"] == counts.samples_f1()["0.35"]
    error = statistics.stdev(shown) / len(shown) ** 0.5
    assert found["f1_samples_high"] - found["f1_samples"] == pytest.approx(1.96 * error, rel=1e-3)
    assert found["f1_samples_low"] < found["f1_samples"]


def test_many_tags_take_no_more_memory_for_more_pictures():
    counts = TagCounts(10_861, LossConfig())
    sizes = []
    for seed in range(3):
        generator = torch.Generator().manual_seed(seed)
        logits = torch.randn(8, 10_861, generator=generator)
        targets = (torch.rand(8, 10_861, generator=generator) < 0.01).float()
        counts.add(logits, targets, torch.ones_like(targets))
        sizes.append(sum(t.numel() * t.element_size() for t in counts.tensors))
    assert len(set(sizes)) == 1
    assert sizes[0] < 80e6
    assert counts.result()["pictures"] == 24


def test_shares_of_the_pictures_add_up_to_the_whole():
    logits, targets, mask = batch()
    whole, first, second = (TagCounts(6, LossConfig()) for _ in range(3))
    whole.add(logits, targets, mask)
    first.add(logits[:13], targets[:13], mask[:13])
    second.add(logits[13:], targets[13:], mask[13:])
    for mine, other in zip(first.tensors, second.tensors, strict=True):
        mine += other
    assert first.result() == pytest.approx(whole.result())
