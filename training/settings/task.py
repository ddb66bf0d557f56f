"""The section [task]: what is learnt."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TaskConfig:
    """One of ``tagging``, ``recognition``, ``multimodal`` and ``contrastive``, and its settings.

    ``contrastive`` learns from pictures without labels; ``temperature`` sharpens its cosines. The
    others are what ``multimodal`` reads:

    ``tokenizer`` is ``tag`` or ``wp``; ``words`` is a file with its vocabulary (tags: a
    tag_vocab.json or animesion's vocab.pkl; wp: BERT's vocab.txt), made of the training pictures
    where none is given. ``length`` is the number of tokens of a text, specials included.
    ``mask_schedule`` is ``none``, ``bert``, ``full`` or ``sigmoid`` with its shares of the run for
    warm-up and cool-down; a masked token becomes one token (``masking = "constant"``) or a
    ``random`` one. ``shuffle_tokens`` shuffles the tags of a picture before they are cut.
    """

    name: str = "tagging"
    tokenizer: str = "tag"
    words: str = ""
    length: int = 16
    least_count: int = 2
    mask_schedule: str = "none"
    mask_warm_up: float = 0.1
    mask_cool_down: float = 0.5
    masking: str = "constant"
    shuffle_tokens: bool = True
    temperature: float = 0.2
