"""Says of picture files which class they show."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import torch

from anitag_desktop.domain.error import AnitagError
from training.measuring_run import open_task
from training.predictions import class_logits
from training.preprocessing import read_prepared
from training.progress import Progress
from training.run_folder import RunFolder


@torch.no_grad()
def predict(
    run: RunFolder, paths: Sequence[Path], progress: Progress
) -> Iterator[dict[str, object]]:
    """Yield file, class, index and probabilities of each picture, or its error."""
    config = run.config()
    if config.task.name == "tagging":
        reason = "predict says which class a picture shows; this run learnt tags"
        raise AnitagError("bad_config", path=run.path, reason=reason)
    task = open_task(run, progress)
    preparation = task.collection.views.preparation
    for path in paths:
        try:
            pixels = read_prepared(path, preparation, config.network.size)
        except AnitagError as error:
            yield {"file": str(path), "error": str(error)}
            continue
        logits, _ = class_logits(task, torch.from_numpy(pixels)[None].to(config.run.device))
        shares = logits[0].float().softmax(0).tolist()
        index = max(range(len(shares)), key=shares.__getitem__)
        names = task.collection.classes
        yield {"file": str(path), "class": names[index], "index": index, "probs": shares}
