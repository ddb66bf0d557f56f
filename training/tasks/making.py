"""Makes the task that a config names."""

from pathlib import Path

import torch

from training.config import Config
from training.datasets.collection import collect
from training.datasets.prepared import prepare
from training.progress import Progress
from training.run_folder import RunFolder
from training.tasks.contrastive import ContrastiveTask
from training.tasks.multimodal import MultimodalTask
from training.tasks.recognition import RecognitionTask
from training.tasks.tagging import TaggingTask
from training.tasks.task import Task


def make_task(config: Config, run: Path, progress: Progress) -> Task:
    """Read the sets of a config and make its task; what was decided is written to the run."""
    torch.manual_seed(config.run.seed)
    if config.task.name == "tagging":
        return TaggingTask(config, prepare(config, run, progress))
    collection = collect(config, run, progress)
    if config.task.name == "contrastive":
        return ContrastiveTask(config, collection)
    RunFolder(run).write("classes.json", list(collection.classes))
    if config.task.name == "recognition":
        return RecognitionTask(config, collection)
    return MultimodalTask(config, collection, run)
