"""What a model says of pictures: a package that the app runs, or a run's best weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from anitag_desktop.domain.error import AnitagError
from anitag_desktop.domain.tag import TagCategory
from anitag_desktop.recognition.model_package import ModelPackage
from anitag_desktop.recognition.operations import Operation
from anitag_desktop.recognition.preprocessing import preprocess
from training.preprocessing import steps_of
from training.progress import Progress
from training.run_folder import RunFolder

CPU = "CPUExecutionProvider"
TAG_THRESHOLD = 0.35

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """Probabilities of the model's names (None: it has none) and its vector (None: likewise)."""

    scores: Floats | None
    vector: Floats | None


@dataclass(frozen=True, slots=True)
class Model:
    """Looks at pictures. ``least`` are the thresholds of ``names``; of classes there are none."""

    name: str
    names: tuple[str, ...]
    least: tuple[float, ...]
    steps: Sequence[Operation]
    read: Callable[[Floats], list[Seen]]

    def look(self, images: Sequence[Image.Image]) -> list[Seen]:
        """Return what it says of upright pictures (RGB or RGBA).

        Raises:
            AnitagError: ``model_failed``.
        """
        return self.read(np.stack([preprocess(image, self.steps) for image in images]))

    def best(self, scores: Floats, most: int) -> list[tuple[str, float]]:
        """Return the names that are over their thresholds, the surest first."""
        over = np.flatnonzero(scores >= np.asarray(self.least, np.float32))
        ordered = over[np.argsort(-scores[over], kind="stable")][:most]
        return [(self.names[place], float(scores[place])) for place in ordered]


def open_model(path: Path, progress: Progress) -> Model:
    """Open a package's folder, or the folder of a run.

    Raises:
        AnitagError: ``no_such_folder``, ``not_a_model``, ``model_refused``, ``bad_checkpoint``.
    """
    if not path.is_dir():
        raise AnitagError("no_such_folder", path=path)
    if (path / "config.json").is_file() and (path / "split.jsonl").is_file():
        return _of_run(RunFolder.open(path), progress)
    return _of_package(ModelPackage.load(path))


def _of_package(package: ModelPackage) -> Model:
    from anitag_desktop.recognition.session import open_on

    recognizer = open_on(package, [CPU])
    labels, thresholds = package.labels, package.thresholds
    # Ratings have no threshold in the app; here the likely ones are shown.
    least = tuple(
        0.5 if label.category is TagCategory.RATING else thresholds.of(label.name, label.category)
        for label in labels
    )

    def read(pixels: Floats) -> list[Seen]:
        return [Seen(found.scores, found.embedding) for found in recognizer.recognise(pixels)]

    steps = package.manifest.preprocess
    return Model(package.key.model_id, tuple(label.name for label in labels), least, steps, read)


def _of_run(run: RunFolder, progress: Progress) -> Model:
    import torch

    from training.measuring_run import open_task
    from training.networks.packaged import HiddenTagsNetwork, PackagedNetwork
    from training.tasks.multimodal import MultimodalTask

    task, config = open_task(run, progress), run.config()
    network = task.network
    if isinstance(task, MultimodalTask):
        prompt = task.captions.prompt(1)
        device = next(network.parameters()).device
        network = HiddenTagsNetwork(network, prompt.to(device))
    answering = PackagedNetwork(network, shares=config.task.name != "tagging").eval()
    device = next(network.parameters()).device
    contrastive = config.task.name == "contrastive"
    names = () if contrastive else tuple(run.label_names())

    @torch.no_grad()
    def read(pixels: Floats) -> list[Seen]:
        scores, vectors = answering(torch.from_numpy(pixels).to(device))
        pairs = zip(scores.cpu().numpy(), vectors.cpu().numpy(), strict=True)
        return [Seen(None if contrastive else one, vector) for one, vector in pairs]

    steps = steps_of(task.collection.views.preparation, config.network.size)
    least = TAG_THRESHOLD if config.task.name == "tagging" else 0.0
    return Model(run.path.resolve().name, names, (least,) * len(names), steps, read)
