"""Learning without labels: to know a picture again in another view (SimCLR)."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.batches import Batch
from training.config import Config
from training.datasets.collection import Collection
from training.losses.contrastive import contrastive_sum, matched
from training.networks.contrastive import ContrastiveNetwork
from training.tasks.task import Moment, Targets
from training.views.mixing import Mix
from training.views.second import second_view


class ContrastiveTask:
    """Two views of a picture have to be nearer to each other than to the batch's other pictures.

    The first view is the one of every training, the second is made of it. Others are those that a
    process holds at a time: unlike the other losses this one depends on ``micro_batch`` and on the
    number of processes. Labels are never looked at.
    """

    def __init__(self, config: Config, collection: Collection) -> None:
        self._config, self.collection = config, collection
        self.network = ContrastiveNetwork(config.network)
        self.extra = nn.Module()

    def prepare(self, rows: NDArray[np.int64], device: torch.device) -> None:
        """Need nothing of the training pictures."""

    def still(self) -> NDArray[np.bool_]:
        """Tell that any picture may be mirrored."""
        return np.zeros(len(self.collection.pictures), np.bool_)

    def classes_of(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Tell that no picture has a class."""
        return np.full(len(rows), -1, np.int64)

    def targets(self, batch: Batch, moment: Moment) -> Targets:
        """Return the pictures' numbers, which only say how many there are."""
        return {"rows": batch.rows}

    def mixed(self, targets: Targets, mix: Mix) -> Targets:
        """Return the targets as they are: the settings allow no mixing."""
        return targets

    def counts(self, targets: Targets) -> dict[str, torch.Tensor]:
        """Return the number of pictures."""
        return {"views": torch.tensor(float(len(targets["rows"])), device=targets["rows"].device)}

    def losses(
        self, images: torch.Tensor, targets: Targets, moment: Moment
    ) -> dict[str, torch.Tensor]:
        """Return the contrastive loss."""
        one, other = self.project(images)
        return {"views": contrastive_sum(one, other, self._config.task.temperature)}

    def project(self, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Return the projections (B x E each) of pictures and of a second view of them."""
        both: torch.Tensor = self.network(torch.cat([images, second_view(images)]))[0]
        one, other = both.chunk(2)
        return one, other

    def measuring(self, device: torch.device) -> "ViewMeasuring":
        """Return something that measures the network as it is now."""
        return ViewMeasuring(self, self._config.task.temperature, device)

    def prior_loss(self, rows: NDArray[np.int64]) -> float:
        """Return the loss of who finds all views of a whole batch alike."""
        return float(np.log(2 * self._config.run.batch - 1))

    def facts(self) -> dict[str, object]:
        """Return nothing: there are no labels."""
        return {}


class ViewMeasuring:
    """Counts how often the other view is the nearest of a batch; it depends on the batch."""

    def __init__(self, task: ContrastiveTask, temperature: float, device: torch.device) -> None:
        self._task, self._temperature = task, temperature
        self._sums = torch.zeros(3, device=device)
        """Pictures, summed loss, views found again."""

    @property
    def tensors(self) -> list[torch.Tensor]:
        """The sums."""
        return [self._sums]

    def add(self, images: torch.Tensor, batch: Batch) -> None:
        """Count a batch; its second views follow from its pictures' numbers."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(int(batch.rows.sum()))
            one, other = self._task.project(images)
        loss = contrastive_sum(one, other, self._temperature)
        found = matched(one, other).to(self._sums)
        self._sums += torch.stack([found.new_tensor(len(images)), loss.to(found), found])

    def result(self) -> dict[str, float]:
        """Return the measures."""
        pictures, loss, found = self._sums.tolist()
        return {
            "loss": loss / max(pictures, 1),
            "matched": found / max(pictures, 1),
            "pictures": pictures,
        }
