"""Hides tokens of texts, so that a network learns to guess them."""

import torch

from training.tokens.tokenizer import MASK, Tokenizer

IGNORED = -100
"""The label of a token that was not hidden."""

PROMPT_SEED = 0


def hide_tokens(
    tokens: torch.Tensor,
    share: float,
    tokenizer: Tokenizer,
    generator: torch.Generator,
    behaviour: str = "constant",
) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the tokens (B x T) with each tag's hidden by chance ``share``, and their labels.

    ``constant`` puts id 1 in their place, ``random`` any id that is no special. Specials and
    padding are never hidden; labels are -100 wherever nothing is hidden. The shape follows from
    ``tokens``, so that a short last batch works.
    """
    drawn = torch.rand(tokens.shape, generator=generator) < share
    hidden = drawn & ~torch.isin(tokens.cpu(), torch.tensor(sorted(tokenizer.specials)))
    if behaviour == "constant":
        instead = torch.full(tokens.shape, MASK)
    else:
        ordinary = _ordinary(tokenizer)
        places = torch.randint(len(ordinary), tokens.shape, generator=generator)
        instead = ordinary[places]
    hidden, instead = hidden.to(tokens.device), instead.to(tokens.device)
    labels = torch.where(hidden, tokens, torch.full_like(tokens, IGNORED))
    return torch.where(hidden, instead.to(tokens.dtype), tokens), labels


def hidden_prompt(
    count: int, length: int, tokenizer: Tokenizer, behaviour: str = "constant"
) -> torch.Tensor:
    """Return texts (count x length) of which everything between begin and end is hidden.

    It is hidden as in training; the ``random`` tokens are the same for every picture, so that an
    answer does not depend on what was asked before.
    """
    prompt = torch.full((1, length), MASK)
    if behaviour == "random":
        ordinary = _ordinary(tokenizer)
        generator = torch.Generator().manual_seed(PROMPT_SEED)
        prompt = ordinary[torch.randint(len(ordinary), (1, length), generator=generator)]
    prompt[:, 0], prompt[:, -1] = tokenizer.begin, tokenizer.end
    return prompt.repeat(count, 1)


def _ordinary(tokenizer: Tokenizer) -> torch.Tensor:
    """Return the ids that are no specials."""
    return torch.tensor(sorted(set(range(tokenizer.size)) - tokenizer.specials))
