"""200,000 made-up tags, a tenth of them with an alias, and what people type of them."""

import random
from collections.abc import Callable, Mapping

from anitag_desktop.domain.tag import Tag, TagCategory
from anitag_desktop.search.completion import Completer
from anitag_desktop.search.index import KnownTag

_LETTERS = "abcdefghijklmnoprstuvwyz"


def many_names() -> tuple[Completer, Mapping[str, Callable[[], str]]]:
    """Return a completer that knows them, and for each way of typing one that types."""
    draw = random.Random(5)
    words = ["".join(draw.choices(_LETTERS, k=draw.randrange(3, 9))) for _ in range(6_000)]
    names = sorted({"_".join(draw.sample(words, draw.randrange(1, 4))) for _ in range(330_000)})
    draw.shuffle(names)
    known = [
        KnownTag(Tag(name, name, TagCategory.GENERAL), place, ("東" + name,) * (place % 10 == 0))
        for place, name in enumerate(names[:200_000])
    ]
    return Completer(known), {
        "1 letter": lambda: draw.choice(_LETTERS),
        "2 letters": lambda: draw.choice(words)[:2],
        "3 letters": lambda: draw.choice(words)[:3],
        "alias": lambda: "東" + draw.choice(words)[:1],
        "infix": lambda: draw.choice(words)[1:4],
        "initials": lambda: "/" + "".join(draw.choices(_LETTERS, k=3)),
        "misspelt": lambda: _misspelt(draw, draw.choice(names)),
    }


def _misspelt(draw: random.Random, name: str) -> str:
    at = draw.randrange(len(name) - 1)
    return name[:at] + name[at + 1] + name[at] + name[at + 2 :]
