"""Vision and tags: the class of a picture from both, and the tags that are hidden."""

from functools import cached_property
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional

from training.batches import Batch
from training.config import Config
from training.datasets.collection import Collection
from training.losses.cross_entropy import cross_entropy_count, cross_entropy_sum
from training.measures.class_counts import ClassCounts
from training.networks.vision_language import VisionLanguageNetwork
from training.tasks.captions import Captions, make_tokenizer
from training.tasks.recognition import (
    as_classes,
    class_entropy,
    class_ids,
    class_targets,
    exclusion_sum,
    training_weights,
    weight_facts,
)
from training.tasks.task import Moment, Targets
from training.tokens.mask_schedule import MaskSchedule
from training.tokens.masking import IGNORED, hide_tokens
from training.views.mixing import Mix


class MultimodalTask:
    """Learns the class of a picture with its tags, and to guess tags that are hidden."""

    def __init__(self, config: Config, collection: Collection, run: Path) -> None:
        self._config, self.collection = config, collection
        self.class_ids = class_ids(collection)
        self.captions = Captions(
            config.task, collection, make_tokenizer(config.task, collection, run)
        )
        self.network = VisionLanguageNetwork(
            config.network,
            len(collection.classes),
            self.captions.tokenizer.size,
            config.task.length,
        )
        self.extra = nn.Module()
        self._weights = torch.ones(len(collection.classes))

    @cached_property
    def known_tags(self) -> frozenset[str]:
        """All tags of the sets, among which word pieces are looked for."""
        return frozenset(tag for picture in self.collection.pictures for tag in picture.caption)

    def prepare(self, rows: NDArray[np.int64], device: torch.device) -> None:
        """Weigh the classes by their numbers among the training pictures."""
        self._weights = training_weights(self._config, self.collection, rows).to(device)

    def still(self) -> NDArray[np.bool_]:
        """Tell that any picture may be mirrored."""
        return np.zeros(len(self.collection.pictures), np.bool_)

    def classes_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the class id of each of some pictures."""
        return self.class_ids[rows]

    def targets(self, batch: Batch, moment: Moment) -> Targets:
        """Return class ids, the tokens that are shown (B x T), and the hidden ones' labels."""
        task = self._config.task
        tokens = self.captions.tokens(batch, moment.seed, shuffled=True)
        schedule = MaskSchedule(
            task.mask_schedule, moment.steps, task.mask_warm_up, task.mask_cool_down
        )
        generator = torch.Generator().manual_seed(moment.seed * 1_000_003 + moment.step)
        share = schedule.share_at(moment.step)
        shown, labels = hide_tokens(tokens, share, self.captions.tokenizer, generator, task.masking)
        return {**class_targets(self.class_ids, batch), "tokens": shown, "labels": labels}

    def mixed(self, targets: Targets, mix: Mix) -> Targets:
        """Return both classes with the first one's share; the text stays the first picture's."""
        return {**targets, "second": targets["first"][mix.partners], "share": mix.share}

    def counts(self, targets: Targets) -> dict[str, torch.Tensor]:
        """Return the weights of the classes, the number of hidden tokens, and of pictures."""
        counts = {
            "classes": cross_entropy_count(as_classes(targets), self._weights),
            "words": (targets["labels"] != IGNORED).sum().float(),
        }
        if self._config.exclusion.weight:
            counts["exclusion"] = targets["share"].new_tensor(float(len(targets["first"])))
        return counts

    def losses(
        self, images: torch.Tensor, targets: Targets, moment: Moment
    ) -> dict[str, torch.Tensor]:
        """Return the cross entropies of classes and hidden tokens, and the exclusion loss."""
        reading = self.network(images, targets["tokens"])
        smoothing = self._config.loss.smoothing
        found = {
            "classes": cross_entropy_sum(
                reading.logits, as_classes(targets), self._weights, smoothing
            ),
            "words": functional.cross_entropy(
                reading.words.float().flatten(0, 1),
                targets["labels"].flatten(),
                ignore_index=IGNORED,
                reduction="sum",
            ),
        }
        if self._config.exclusion.weight:
            found["exclusion"] = exclusion_sum(reading.layers, self._config)
        return found

    def measuring(self, device: torch.device) -> "MultimodalMeasuring":
        """Return something that measures the network as it is now."""
        return MultimodalMeasuring(self, device)

    def prior_loss(self, rows: NDArray[np.int64]) -> float:
        """Return the entropy of the classes in training."""
        return class_entropy(self.class_ids[rows])

    def facts(self) -> dict[str, object]:
        """Return the numbers of classes and of tokens, and how far the weights lie apart."""
        facts = {"classes": len(self.collection.classes), "words": self.captions.tokenizer.size}
        return {**facts, **weight_facts(self._weights)}


class MultimodalMeasuring:
    """Counts classes with the tags hidden, which is what counts, and with the true tags shown."""

    def __init__(self, task: MultimodalTask, device: torch.device) -> None:
        self._task = task
        classes = len(task.collection.classes)
        self.counts, self._shown = ClassCounts(classes, device), ClassCounts(classes, device)
        self._words = torch.zeros(2, device=device)
        """Hidden tags, and how many were guessed."""

    @property
    def tensors(self) -> list[torch.Tensor]:
        """The sums."""
        return [*self.counts.tensors, *self._shown.tensors, self._words]

    def add(self, images: torch.Tensor, batch: Batch) -> None:
        """Count a batch twice."""
        task, device = self._task, images.device
        ids = torch.from_numpy(task.class_ids)[batch.rows].to(device)
        tokens = task.captions.tokens(batch, 0, shuffled=False).to(device)
        prompt = task.captions.prompt(len(tokens)).to(device)
        reading = task.network(images, prompt)
        self.counts.add(reading.logits, ids)
        self._shown.add(task.network(images, tokens).logits, ids)
        self._count_words(reading.words.argmax(2), tokens)

    def result(self) -> dict[str, float]:
        """Return the measures; ``top1`` is with the tags hidden."""
        shown = self._shown.result()
        hidden, guessed = self._words.tolist()
        return {
            **self.counts.result(),
            "top1_tags_shown": shown["top1"],
            "top5_tags_shown": shown["top5"],
            "loss_tags_shown": shown["loss"],
            "tags_guessed": guessed / max(hidden, 1),
        }

    def _count_words(self, guesses: torch.Tensor, tokens: torch.Tensor) -> None:
        """Count the true tags that are among a picture's guesses, at whatever place."""
        specials = torch.tensor(sorted(self._task.captions.tokenizer.specials))
        wanted = ~torch.isin(tokens, specials.to(tokens.device))
        found = (tokens[:, :, None] == guesses[:, None, :]).any(2) & wanted
        self._words += torch.stack([wanted.sum(), found.sum()]).to(self._words)
