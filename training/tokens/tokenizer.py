"""What turns tags into token ids and back."""

from collections.abc import Sequence
from typing import Protocol

PADDING = 0
MASK = 1
"""animesion hides a token behind id 1 with either tokenizer; it is an unused id in both."""


class Tokenizer(Protocol):
    """Tags to ids: begin, the tags' tokens, end, padding."""

    size: int
    begin: int
    end: int
    specials: frozenset[int]

    def encode(self, tags: Sequence[str], length: int) -> list[int]:
        """Return exactly ``length`` ids; what does not fit is cut, before the end token."""

    def decode(self, ids: Sequence[int]) -> list[str]:
        """Return the tags that ids stand for, in their order; specials give nothing."""


def framed(tokens: Sequence[int], tokenizer: Tokenizer, length: int) -> list[int]:
    """Return begin, as many tokens as fit, end, and padding up to the length."""
    kept = [tokenizer.begin, *tokens[: length - 2], tokenizer.end]
    return kept + [PADDING] * (length - len(kept))
