"""How much a tag goes with what a search finds, by the pictures that have both.

The measures are danbooru's (``app/logical/related_tag_calculator.rb``, which takes a sample of a
thousand posts; here all pictures count): the cosine of two sets, and beside it Jaccard's index,
the overlap coefficient and the plain share.
"""

import math
from collections.abc import Iterable

from anitag_desktop.domain.tag import Tag
from anitag_desktop.search.index import RelatedTag


def relate(tag: Tag, both: int, found: int, tagged: int) -> RelatedTag:
    """Return how a tag on ``tagged`` images goes with ``found`` images, ``both`` being in common.

    All three are over 0, and ``both`` is at most the smaller of the others.
    """
    return RelatedTag(
        tag,
        both,
        cosine=both / math.sqrt(found * tagged),
        jaccard=both / (found + tagged - both),
        overlap=both / min(found, tagged),
        frequency=both / found,
    )


def most_alike(found: Iterable[RelatedTag], limit: int) -> list[RelatedTag]:
    """Return those of the highest cosine, of equal ones by name."""
    return sorted(found, key=lambda one: (-one.cosine, one.tag.name))[:limit]
