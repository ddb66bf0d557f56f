"""Many labels for each picture, some of them unknown; beside it who is shown."""

import numpy as np
import torch
from numpy.typing import NDArray

from training.batches import Batch
from training.config import Config
from training.datasets.prepared import Prepared
from training.datasets.vocabulary import Vocabulary
from training.losses.families import FamilyLoss
from training.losses.identity import IdentityHead
from training.losses.multilabel import (
    multilabel_count,
    multilabel_loss,
    multilabel_sum,
    positive_weights,
    with_missing_found,
)
from training.measures.tag_counts import TagCounts
from training.networks.classifier import ClassifierNetwork
from training.networks.colour_network import ColourNetwork
from training.networks.heads import final_bias
from training.networks.making import make_network
from training.networks.tagging import TaggingNetwork
from training.tasks.task import Moment, Targets
from training.tasks.teacher import make_teacher
from training.views.mixing import Mix

SIDES = frozenset({"left", "right"})


class TaggingTask:
    """Learns the labels of a vocabulary."""

    def __init__(self, config: Config, prepared: Prepared) -> None:
        self._config, self.collection = config, prepared
        self._prepared = prepared
        labels = len(prepared.vocabulary)
        self.network = network = make_network(config.network, labels)
        self._teacher = make_teacher(config, prepared.vocabulary.names, prepared.views.preparation)
        has_own = isinstance(network, ClassifierNetwork)
        width = network.feature_width if has_own else config.network.embedding
        self.extra = IdentityHead(width, max(1, prepared.identity_count), config.identity)
        self._pos_weight: torch.Tensor | None = None
        names = prepared.vocabulary.names
        self._families = FamilyLoss(names)
        self._backgrounds = [i for i, n in enumerate(names) if n.endswith("_background")]
        self._sided = [i for i, n in enumerate(names) if SIDES & set(n.split("_"))]

    @property
    def vocabulary(self) -> Vocabulary:
        """The labels that are learnt."""
        return self._prepared.vocabulary

    def prepare(self, rows: NDArray[np.int64], device: torch.device) -> None:
        """Start at each label's frequency; weigh positives where the config asks for it."""
        targets = self._prepared.targets[rows]
        positives = torch.from_numpy((targets == 1).sum(0)).float()
        negatives = torch.from_numpy((targets == 0).sum(0)).float()
        prior = (positives + 0.5) / (positives + negatives + 1)
        self._start_at(prior.to(device))
        weights = positive_weights(positives, negatives, self._config.loss)
        self._pos_weight = None if weights is None else weights.to(device)
        if self._teacher:
            self._teacher.to(device)

    @torch.no_grad()
    def _start_at(self, prior: torch.Tensor) -> None:
        """Let an untrained network say each label's share (L, 0 to 1); a trained one stays."""
        network = self._config.network
        if network.checkpoint and network.load == "strict":
            return
        if isinstance(self.network, (TaggingNetwork, ColourNetwork)):
            self.network.start_at(prior)
        elif isinstance(self.network, ClassifierNetwork):
            bias = final_bias(self.network.head)
            if bias is not None:
                bias.copy_(torch.logit(prior.clamp(1e-4, 1 - 1e-4)))

    def still(self) -> NDArray[np.bool_]:
        """Tell which pictures have a tag that speaks of left or right."""
        return np.asarray((self._prepared.targets[:, self._sided] == 1).any(1))

    def classes_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rarest label that each picture has (-1: none)."""
        present = self._prepared.targets == 1
        rarity = np.where(present, present.sum(0), np.iinfo(np.int64).max)
        return np.where(present.any(1), rarity.argmin(1), -1)[rows]

    def targets(self, batch: Batch, moment: Moment) -> Targets:
        """Return targets and mask (B x labels; what was imported weighs less), who is shown (B)."""
        rows = torch.from_numpy(self._prepared.targets[batch.rows.numpy()])
        if self._backgrounds:
            places = torch.tensor(self._backgrounds)
            hidden = rows[:, places].masked_fill(batch.replaced[:, None], -1)
            rows = rows.index_copy(1, places, hidden)
        return {
            "targets": rows.clamp(min=0).float(),
            "mask": self._trusted(batch.rows, (rows >= 0).float()),
            "identities": torch.from_numpy(self._prepared.identities)[batch.rows],
        }

    def _trusted(self, rows: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        for place, row in enumerate(rows.tolist()):
            if told := self._prepared.imported.get(row):
                mask[place, torch.tensor(told.slots, dtype=torch.long)] *= told.trust
        return mask

    def mixed(self, targets: Targets, mix: Mix) -> Targets:
        """Mix targets by share, or take both; unknown is what either picture does not tell."""
        share, partners = mix.share[:, None], mix.partners
        values, mask = targets["targets"], targets["mask"]
        union = self._config.views.mixed_tags == "union"
        by_share = share * values + (1 - share) * values[partners]
        return {
            "targets": torch.maximum(values, values[partners]) if union else by_share,
            "mask": mask * mask[partners],
            "identities": torch.full_like(targets["identities"], -1),
        }

    def counts(self, targets: Targets) -> dict[str, torch.Tensor]:
        """Return the numbers of known labels (or pictures), of known persons, and of pictures."""
        known = multilabel_count(targets["mask"], self._config.loss.reduction)
        counts = {"tags": known.to(targets["mask"].device)}
        if self._config.identity.weight:
            counts["identity"] = (targets["identities"] >= 0).sum().float()
        if self._config.loss.families:
            counts["families"] = targets["mask"].new_tensor(float(len(targets["mask"])))
        if self._teacher:
            counts["teacher"] = targets["mask"].new_tensor(float(len(targets["mask"])))
        return counts

    def losses(
        self, images: torch.Tensor, targets: Targets, moment: Moment
    ) -> dict[str, torch.Tensor]:
        """Return the losses of the tags, of who is shown, and the teacher's."""
        logits, features = self.network(images)
        values, loss = targets["targets"], self._config.loss
        if loss.name == "splc" and moment.epoch >= loss.relabel_from:
            values = with_missing_found(logits, values, loss)
        found = {"tags": multilabel_sum(logits, values, targets["mask"], loss, self._pos_weight)}
        if loss.families:
            told = self._families.total(logits, values, targets["mask"])
            found["families"] = loss.families * told
        if self._config.identity.weight:
            who = self.extra.total(features, targets["identities"])
            found["identity"] = self._config.identity.weight * who
        if self._teacher:
            found["teacher"] = self._teacher.loss(images, logits, targets["mask"])
        return found

    def measuring(self, device: torch.device) -> "TagMeasuring":
        """Return something that measures the network as it is now."""
        return TagMeasuring(self, TagCounts(len(self.vocabulary), self._config.loss))

    def prior_loss(self, rows: NDArray[np.int64]) -> float:
        """Return the loss of always guessing each label's share, over all that is known."""
        targets = torch.from_numpy(self._prepared.targets[rows])
        mask = (targets >= 0).float()
        present = (targets == 1).float()
        shares = present.sum(0) / mask.sum(0).clamp(min=1)
        logits = torch.logit(shares.clamp(1e-6, 1 - 1e-6)).expand(len(rows), -1)
        return multilabel_loss(logits, present, mask, self._config.loss).item()

    def facts(self) -> dict[str, object]:
        """Return the numbers of labels and of identities."""
        return {
            "labels": len(self.vocabulary),
            "identities": self._prepared.identity_count,
        }


class TagMeasuring:
    """Counts what the network says of tags."""

    def __init__(self, task: TaggingTask, counts: TagCounts) -> None:
        self._task, self.counts = task, counts

    @property
    def tensors(self) -> list[torch.Tensor]:
        """The sums."""
        return self.counts.tensors

    def add(self, images: torch.Tensor, batch: Batch) -> None:
        """Count a batch."""
        targets = self._task.targets(batch, Moment(0, 1, 0.0, 0))
        logits = self._task.network(images)[0].cpu()
        self.counts.add(logits, targets["targets"], targets["mask"])

    def result(self) -> dict[str, float]:
        """Return the measures."""
        return self.counts.result()
