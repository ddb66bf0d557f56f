"""Guesses hidden tokens in rounds: the surest are taken first and shown for the rest (MaskGIT)."""

import math
from collections.abc import Callable

import torch

Read = Callable[[torch.Tensor], torch.Tensor]
"""Texts (B x T ids) to the logits of their places (B x T x V)."""


def guess_in_rounds(
    read: Read, prompt: torch.Tensor, specials: frozenset[int], rounds: int
) -> torch.Tensor:
    """Return for each place what was thought of it when it was taken (B x T x V, shares).

    Of ``prompt`` (B x T) everything between begin and end is to be guessed. Every round takes the
    same number of places, those with the largest share of a token that is no special; what was
    taken is shown in the next. One round is the one parallel pass of animesion.
    """
    tokens = prompt.clone()
    places = read(tokens).float().softmax(2)
    hidden = torch.ones_like(tokens, dtype=torch.bool)
    hidden[:, 0] = hidden[:, -1] = False
    each = math.ceil(int(hidden.sum(1).max()) / rounds)
    for _ in range(rounds - 1):
        shares, ids = _ordinary(places, specials).max(2)
        order = shares.masked_fill(~hidden, -1.0).argsort(dim=1, descending=True, stable=True)
        taken = torch.zeros_like(hidden).scatter_(1, order[:, :each], True) & hidden
        tokens = torch.where(taken, ids, tokens)
        hidden = hidden & ~taken
        if not hidden.any():
            break
        again = read(tokens).float().softmax(2)
        places = torch.where(hidden[:, :, None], again, places)
    return places


def _ordinary(places: torch.Tensor, specials: frozenset[int]) -> torch.Tensor:
    """Return shares in which specials have none: to show one would tell the network nothing."""
    kept = torch.ones(places.shape[2], device=places.device)
    kept[sorted(specials)] = 0.0
    return places * kept
