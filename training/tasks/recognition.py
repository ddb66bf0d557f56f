"""One class for each picture: who is shown, or of which kind it is."""

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from anitag_desktop.domain.error import AnitagError
from training.batches import Batch
from training.config import Config
from training.datasets.collection import Collection
from training.datasets.divided import count_classes
from training.losses.class_weights import class_weights, weight_ratio
from training.losses.cross_entropy import Classes, cross_entropy_count, cross_entropy_sum
from training.losses.exclusion import exclusion
from training.measures.class_counts import ClassCounts
from training.networks.classifier import ClassifierNetwork
from training.tasks.task import Moment, Targets
from training.tasks.teacher import make_teacher
from training.views.mixing import Mix

LARGEST_RATIO = 20
"""Rare classes that weigh more times as much than frequent ones are learnt by heart."""


class RecognitionTask:
    """Learns the class of a picture."""

    def __init__(self, config: Config, collection: Collection) -> None:
        self._config, self.collection = config, collection
        self.class_ids = class_ids(collection)
        self.network = ClassifierNetwork(config.network, len(collection.classes))
        self.extra = nn.Module()
        self._weights = torch.ones(len(collection.classes))
        self._teacher = make_teacher(config, collection.classes, collection.views.preparation)

    def prepare(self, rows: NDArray[np.int64], device: torch.device) -> None:
        """Weigh the classes by their numbers among the training pictures."""
        self._weights = training_weights(self._config, self.collection, rows).to(device)
        if self._teacher:
            self._teacher.to(device)

    def still(self) -> NDArray[np.bool_]:
        """Tell that any picture may be mirrored."""
        return np.zeros(len(self.collection.pictures), np.bool_)

    def classes_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the class id of each of some pictures."""
        return self.class_ids[rows]

    def targets(self, batch: Batch, moment: Moment) -> Targets:
        """Return the class ids (B) as those of pictures that are not mixed."""
        return class_targets(self.class_ids, batch)

    def mixed(self, targets: Targets, mix: Mix) -> Targets:
        """Return both classes of each picture with the first one's share."""
        return {**targets, "second": targets["first"][mix.partners], "share": mix.share}

    def counts(self, targets: Targets) -> dict[str, torch.Tensor]:
        """Return the weights of the classes, and the number of pictures."""
        counts = {"classes": cross_entropy_count(as_classes(targets), self._weights)}
        if self._config.exclusion.weight:
            counts["exclusion"] = targets["share"].new_tensor(float(len(targets["first"])))
        if self._teacher:
            counts["teacher"] = targets["share"].new_tensor(float(len(targets["first"])))
        return counts

    def losses(
        self, images: torch.Tensor, targets: Targets, moment: Moment
    ) -> dict[str, torch.Tensor]:
        """Return the cross entropy, the exclusion loss with its minus, and the teacher's."""
        logits, _, layers = self.network.observe(images)
        smoothing = self._config.loss.smoothing
        found = {
            "classes": cross_entropy_sum(logits, as_classes(targets), self._weights, smoothing)
        }
        if self._config.exclusion.weight and layers is not None:
            found["exclusion"] = exclusion_sum(layers, self._config)
        if self._teacher:
            found["teacher"] = self._teacher.loss(images, logits)
        return found

    def measuring(self, device: torch.device) -> "ClassMeasuring":
        """Return something that measures the network as it is now."""
        return ClassMeasuring(self, ClassCounts(len(self.collection.classes), device))

    def prior_loss(self, rows: NDArray[np.int64]) -> float:
        """Return the entropy of the classes in training."""
        return class_entropy(self.class_ids[rows])

    def facts(self) -> dict[str, object]:
        """Return the number of classes, and how far their weights lie apart."""
        return {"classes": len(self.collection.classes), **weight_facts(self._weights)}


class ClassMeasuring:
    """Counts which classes the network guesses."""

    def __init__(self, task: RecognitionTask, counts: ClassCounts) -> None:
        self._task, self.counts = task, counts

    @property
    def tensors(self) -> list[torch.Tensor]:
        """The sums."""
        return self.counts.tensors

    def add(self, images: torch.Tensor, batch: Batch) -> None:
        """Count a batch."""
        ids = torch.from_numpy(self._task.class_ids)[batch.rows].to(images.device)
        self.counts.add(self._task.network(images)[0], ids)

    def result(self) -> dict[str, float]:
        """Return the measures."""
        return self.counts.result()


def class_ids(collection: Collection) -> NDArray[np.int64]:
    """Return the class id of each picture.

    Raises:
        AnitagError: ``no_pictures`` when a picture has no class.
    """
    numbers = {name: i for i, name in enumerate(collection.classes)}
    ids = [numbers.get(p.identity, -1) for p in collection.pictures]
    if not ids or -1 in ids:
        reason = "a picture has no class (identity or one character)"
        where = collection.pictures[ids.index(-1)].path if ids else "the sets"
        raise AnitagError("bad_manifest", path=where, row=0, reason=reason)
    return np.asarray(ids, np.int64)


def class_entropy(ids: NDArray[np.int64]) -> float:
    """Return the mean cross entropy of always guessing the classes' shares."""
    shares = np.bincount(ids) / len(ids)
    used = shares[shares > 0]
    return float(-(used * np.log(used)).sum())


def training_weights(
    config: Config, collection: Collection, rows: Sequence[int] | NDArray[np.int64]
) -> torch.Tensor:
    """Return a weight for each class, from the numbers of training pictures alone."""
    learnt = [collection.pictures[row] for row in rows]
    counts = count_classes(learnt, collection.classes)
    weights = class_weights(counts, config.loss.class_weights, config.loss.beta)
    return torch.from_numpy(weights).float()


def weight_facts(weights: torch.Tensor) -> dict[str, object]:
    """Return how far the weights of classes lie apart, with advice where that is very far."""
    ratio = weight_ratio(weights.numpy(force=True))
    if ratio == 1:
        return {}
    told: dict[str, object] = {"weight_ratio": round(ratio, 2)}
    if ratio > LARGEST_RATIO:
        told["advice"] = f"weights over {LARGEST_RATIO} times apart: loss.class_weights = sqrt"
    return told


def class_targets(ids: NDArray[np.int64], batch: Batch) -> Targets:
    """Return the targets of pictures that are not mixed."""
    first = torch.from_numpy(ids)[batch.rows]
    return {"first": first, "second": first, "share": torch.ones(len(first))}


def as_classes(targets: Targets) -> Classes:
    """Return targets as what the cross entropy takes."""
    return Classes(targets["first"], targets["second"], targets["share"])


def exclusion_sum(layers: torch.Tensor, config: Config) -> torch.Tensor:
    """Return - weight * T^2 * E, summed over the pictures."""
    wanted = config.exclusion
    each = exclusion(layers, wanted.distance, wanted.temperature, wanted.cap)
    return -wanted.weight * wanted.temperature**2 * each.sum()
