"""What a network says of pictures, one by one."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from training.batches import Batch, plain_batches
from training.config import Config
from training.processes import Processes
from training.tasks.multimodal import MultimodalTask
from training.tasks.task import Task
from training.tokens.iterating import guess_in_rounds


@dataclass(frozen=True, slots=True)
class Guess:
    """A picture's number, its class probabilities (C), and, of texts, the tokens' (T x V)."""

    row: int
    probabilities: torch.Tensor
    words: torch.Tensor | None = None


@torch.no_grad()
def guesses(task: Task, rows: NDArray[np.int64], config: Config) -> Iterator[Guess]:
    """Yield what the network says of pictures, tags hidden; unreadable ones are left out."""
    task.network.eval()
    device = next(task.network.parameters()).device
    views = task.collection.views
    for batch in plain_batches(views, rows, config, Processes()):
        if len(batch.rows):
            images = views.preparation.normalise(batch.images.to(device))
            yield from _split(batch, *class_logits(task, images))


def word_shares(task: Task, images: torch.Tensor, rounds: int) -> torch.Tensor | None:
    """Return token probabilities (B x T x V), guessed in rounds; None of what reads no tags."""
    if not isinstance(task, MultimodalTask):
        return None
    captions, network = task.captions, task.network
    prompt = captions.prompt(len(images)).to(images.device)
    specials = captions.tokenizer.specials
    return guess_in_rounds(lambda tokens: network(images, tokens).words, prompt, specials, rounds)


def class_logits(task: Task, images: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor | None]:
    """Return class logits (B x C) and token logits (B x T x V) of normalised pictures."""
    if isinstance(task, MultimodalTask):
        reading = task.network(images, task.captions.prompt(len(images)).to(images.device))
        return reading.logits, reading.words
    return task.network(images)[0], None


def _split(batch: Batch, logits: torch.Tensor, words: torch.Tensor | None) -> Iterator[Guess]:
    shares = logits.float().softmax(1).cpu()
    for place, row in enumerate(batch.rows.tolist()):
        own = None if words is None else words[place].float().softmax(1).cpu()
        yield Guess(row, shares[place], own)
