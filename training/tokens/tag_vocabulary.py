"""One id for each whole tag, kept as JSON that is the same whenever it is built."""

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.tokens.tokenizer import framed

VERSION = 1
SPECIALS = ("[PAD]", "[UNUSED]", "[CLS]", "[SEP]", "[UNK]")
RULES = ("NFKC", "strip", "lower", "blanks to one")


def normalised(tag: str) -> str:
    """Return a tag as the vocabulary writes it."""
    return " ".join(unicodedata.normalize("NFKC", tag).strip().lower().split())


class TagVocabulary:
    """Specials, then the tags by count and name. It is a tokenizer."""

    begin, end, unknown = 2, 3, 4
    specials = frozenset(range(len(SPECIALS)))

    def __init__(self, tags: Sequence[tuple[str, int]], aliases: Mapping[str, str]) -> None:
        """``tags`` are normalised names with their counts; ``aliases`` lead to names."""
        self.tags = tuple(tags)
        self.aliases = dict(aliases)
        self.size = len(SPECIALS) + len(self.tags)
        self._ids = {name: len(SPECIALS) + i for i, (name, _) in enumerate(self.tags)}

    @staticmethod
    def build(
        captions: Iterable[Sequence[str]], least: int = 2, aliases: Mapping[str, str] | None = None
    ) -> "TagVocabulary":
        """Count the tags of captions, aliases resolved, and keep those that come often enough.

        Raises:
            AnitagError: ``no_labels`` when none is left.
        """
        known = {normalised(a): normalised(b) for a, b in (aliases or {}).items()}
        counts: Counter[str] = Counter()
        for caption in captions:
            names = {known.get(n, n) for n in map(normalised, caption)}
            counts.update(name for name in names if name)
        tags = sorted(
            ((n, c) for n, c in counts.items() if c >= least), key=lambda nc: (-nc[1], nc[0])
        )
        if not tags:
            raise AnitagError("no_labels", count=least)
        return TagVocabulary(tags, known)

    def encode(self, tags: Sequence[str], length: int) -> list[int]:
        """Return exactly ``length`` ids."""
        return framed([self.id_of(tag) for tag in tags], self, length)

    def decode(self, ids: Sequence[int]) -> list[str]:
        """Return the tags that ids stand for."""
        first = len(SPECIALS)
        return [self.tags[i - first][0] for i in ids if first <= i < self.size]

    def id_of(self, tag: str) -> int:
        """Return the id of a tag, the unknown one's for what is not in the vocabulary."""
        name = normalised(tag)
        return self._ids.get(self.aliases.get(name, name), self.unknown)

    def to_json(self) -> str:
        """Return the text that ``from_json`` reads."""
        values = {
            "version": VERSION,
            "normalisation": list(RULES),
            "specials": list(SPECIALS),
            "aliases": dict(sorted(self.aliases.items())),
            "tags": [{"name": n, "category": "general", "count": c} for n, c in self.tags],
        }
        return json.dumps(values, ensure_ascii=False, indent=1) + "\n"

    @staticmethod
    def from_json(text: str, path: Path | str) -> "TagVocabulary":
        """Read what ``to_json`` wrote.

        Raises:
            AnitagError: ``bad_checkpoint`` when it is no vocabulary of this version.
        """
        try:
            values = json.loads(text)
            if values["version"] != VERSION or values["specials"] != list(SPECIALS):
                raise ValueError("its version is not known")
            tags = [(str(t["name"]), int(t["count"])) for t in values["tags"]]
            return TagVocabulary(tags, dict(values["aliases"]))
        except (ValueError, KeyError, TypeError) as error:
            raise AnitagError("bad_checkpoint", path=path, reason=str(error)) from error
