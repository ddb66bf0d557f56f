"""Tags from what a network says of the hidden places of a text."""

import torch

from training.tasks.multimodal import MultimodalTask
from training.tasks.task import Task
from training.tokens.tag_vocabulary import TagVocabulary
from training.tokens.wordpiece import whole_tags

TagShares = list[tuple[str, float]]


def guessed_tags(places: torch.Tensor, task: Task) -> TagShares:
    """Return tags with probabilities, the surest first.

    ``places`` (T x V) are probabilities; of each place but the first and last the likeliest token
    counts, as in animesion. A tag that several places name has the highest of their probabilities.
    """
    if not isinstance(task, MultimodalTask):
        return []
    shares, ids = places[1:-1].max(1)
    pairs = list(zip(ids.tolist(), shares.tolist(), strict=True))
    tokenizer = task.captions.tokenizer
    if isinstance(tokenizer, TagVocabulary):
        named = [(tokenizer.decode([i]), share) for i, share in pairs]
        return _surest([(tags[0], share) for tags, share in named if tags])
    words = tokenizer.decode([i for i, _ in pairs])
    sure = min((share for i, share in pairs if i not in tokenizer.specials), default=0.0)
    return [(tag, sure) for tag in whole_tags(words, task.known_tags)]


def _surest(tags: TagShares) -> TagShares:
    best: dict[str, float] = {}
    for name, share in tags:
        best[name] = max(share, best.get(name, 0.0))
    return sorted(best.items(), key=lambda tag: (-tag[1], tag[0]))
