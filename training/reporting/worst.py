"""The pictures that a network errs most about, as a page shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from PIL import Image

from training.config import Config
from training.networks.classifier import ClassifierNetwork
from training.reporting.activation import activation_maps
from training.reporting.pictures import lit, shown
from training.reporting.verdicts import PictureVerdict
from training.tasks.task import Task


@dataclass(frozen=True, slots=True)
class WorstCase:
    """A picture as the network saw it, where it looked (None: not told), and the verdict."""

    verdict: PictureVerdict
    file: str
    picture: Image.Image
    looked: Image.Image | None


def worst_cases(
    task: Task, verdicts: Sequence[PictureVerdict], most: int, config: Config
) -> list[WorstCase]:
    """Return the pictures with the largest losses, the worst first."""
    ordered = sorted(verdicts, key=lambda verdict: -verdict.loss)[:most]
    views, cases = task.collection.views, []
    for verdict in ordered:
        view = views.plain(verdict.row, config.network.size)
        picture = shown(view.image, views.preparation)
        activation = _activation(task, view.image, verdict)
        looked = None if activation is None else lit(picture, activation)
        file = str(task.collection.pictures[verdict.row].path)
        cases.append(WorstCase(verdict, file, picture, looked))
    return cases


def _activation(task: Task, image: torch.Tensor, verdict: PictureVerdict) -> torch.Tensor | None:
    """Return what spoke for the guessed class; None where that is not known of the network."""
    if verdict.guessed_class < 0 or not isinstance(task.network, ClassifierNetwork):
        return None
    device = next(task.network.parameters()).device
    normalised = task.collection.views.preparation.normalise(image[None].to(device))
    guessed = torch.tensor([verdict.guessed_class], device=device)
    try:
        return activation_maps(task.network, normalised, guessed)[0].cpu()
    except ValueError:
        return None
