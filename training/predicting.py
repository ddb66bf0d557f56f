"""Says of picture files which class they show, or which tags they have."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch

from anitag_desktop.domain.error import AnitagError
from training.measures.tag_counts import SHOWN_THRESHOLD
from training.measuring_run import open_task
from training.networks.loading import load_weights
from training.networks.making import make_network
from training.predictions import class_logits
from training.preprocessing import read_prepared
from training.processes import usable_device
from training.progress import Progress
from training.run_folder import RunFolder
from training.starting import read_weights
from training.views.preparation import preparation_of


@torch.no_grad()
def predict(
    run: RunFolder, paths: Sequence[Path], progress: Progress
) -> Iterator[dict[str, object]]:
    """Yield file, class, index and probabilities of each picture, or its error.

    Of a run that learnt tags: those at or over their thresholds (calibrated ones where the run has
    them, 0.35 otherwise) with their probabilities, the surest first.
    """
    config = run.config()
    device = usable_device(config.run.device)
    logits_of = _opened(run, progress)
    answer = _tags(run) if config.task.name == "tagging" else _classes(run)
    preparation = preparation_of(config.network)
    for path in paths:
        try:
            pixels = read_prepared(path, preparation, config.network.size)
        except AnitagError as error:
            yield {"file": str(path), "error": str(error)}
            continue
        images = torch.from_numpy(pixels)[None].to(device)
        yield {"file": str(path), **answer(logits_of(images)[0].float().cpu())}


def _opened(run: RunFolder, progress: Progress) -> Callable[[torch.Tensor], torch.Tensor]:
    """Return what gives the logits of pictures; only one that reads tags needs the run's sets."""
    config = run.config()
    if config.task.name == "multimodal":
        task = open_task(run, progress)
        return lambda images: class_logits(task, images)[0]
    network = make_network(config.network, len(run.label_names()), pretrained=False)
    load_weights(network, read_weights(run.path), "strict")
    network.to(usable_device(config.run.device)).eval()
    return lambda images: network(images)[0]


Answer = Callable[[torch.Tensor], dict[str, object]]


def _classes(run: RunFolder) -> Answer:
    names = run.label_names()

    def answer(logits: torch.Tensor) -> dict[str, object]:
        shares = logits.softmax(0).tolist()
        index = max(range(len(shares)), key=shares.__getitem__)
        return {"class": names[index], "index": index, "probs": shares}

    return answer


def _tags(run: RunFolder) -> Answer:
    names = run.label_names()
    calibrated = (run.path / "thresholds.json").exists()
    thresholds = run.read("thresholds.json")["by_label"] if calibrated else [SHOWN_THRESHOLD]
    least = torch.tensor(thresholds).expand(len(names))

    def answer(logits: torch.Tensor) -> dict[str, object]:
        shares = torch.sigmoid(logits)
        chosen = torch.nonzero(shares >= least).flatten().tolist()
        ordered = sorted(chosen, key=lambda place: -float(shares[place]))
        return {"tags": {names[place]: round(float(shares[place]), 4) for place in ordered}}

    return answer
