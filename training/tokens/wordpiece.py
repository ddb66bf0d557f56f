"""WordPiece: words cut into known pieces, the longest first (BERT, uncased)."""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from anitag_desktop.domain.error import AnitagError
from training.tokens.tokenizer import framed

PAD, UNUSED, UNKNOWN, CLS, SEP = "[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]"
OWN_SPECIALS = (PAD, UNUSED, CLS, SEP, UNKNOWN)
CONTINUED = "##"
LONGEST_WORD = 100
LARGEST_VOCABULARY = 30_522


class WordPieces:
    """A vocabulary of pieces, one a line as in BERT's vocab.txt. It is a tokenizer."""

    def __init__(self, pieces: Sequence[str], path: Path | str = "the vocabulary") -> None:
        """Use the pieces, whose place is their id.

        Raises:
            AnitagError: ``bad_checkpoint`` when padding is not the first or a special is absent.
        """
        self.pieces = tuple(pieces)
        self.size = len(self.pieces)
        self._ids = {piece: i for i, piece in enumerate(self.pieces)}
        absent = [s for s in (PAD, UNKNOWN, CLS, SEP) if s not in self._ids]
        if absent or self._ids[PAD] != 0:
            reason = f"it needs {PAD} first, and {', '.join(absent) or 'nothing else'}"
            raise AnitagError("bad_checkpoint", path=path, reason=reason)
        self.begin, self.end = self._ids[CLS], self._ids[SEP]
        self.specials = frozenset(
            i for i, p in enumerate(self.pieces) if p.startswith("[") and p.endswith("]")
        )

    @staticmethod
    def read(path: Path) -> "WordPieces":
        """Read a vocabulary file."""
        try:
            return WordPieces(path.read_text("utf-8").splitlines(), path)
        except FileNotFoundError:
            raise AnitagError("no_such_file", path=path) from None
        except UnicodeDecodeError as error:
            raise AnitagError("bad_checkpoint", path=path, reason=str(error)) from error

    @staticmethod
    def build(captions: Iterable[Sequence[str]], least: int = 2) -> "WordPieces":
        """Make a vocabulary of a set's own words: its characters, then its frequent words."""
        counts = Counter(w for tags in captions for tag in tags for w in split_words(tag))
        letters = sorted({letter for word in counts for letter in word})
        words = sorted((w for w, c in counts.items() if c >= least), key=lambda w: (-counts[w], w))
        pieces = [*OWN_SPECIALS, *letters, *(CONTINUED + x for x in letters)]
        pieces += [word for word in words if len(word) > 1]
        return WordPieces(pieces[:LARGEST_VOCABULARY])

    def encode(self, tags: Sequence[str], length: int) -> list[int]:
        """Return exactly ``length`` ids of the tags, joined by blanks."""
        words = [word for tag in tags for word in split_words(tag)]
        return framed([i for word in words for i in self._cut(word)], self, length)

    def decode(self, ids: Sequence[int]) -> list[str]:
        """Return the words that ids stand for, pieces joined."""
        words: list[str] = []
        for piece in (self.pieces[i] for i in ids if i not in self.specials):
            if piece.startswith(CONTINUED) and words:
                words[-1] += piece[len(CONTINUED) :]
            else:
                words.append(piece.removeprefix(CONTINUED))
        return words

    def to_text(self) -> str:
        """Return the text of a vocabulary file."""
        return "\n".join(self.pieces) + "\n"

    def _cut(self, word: str) -> list[int]:
        ids: list[int] = []
        start = 0
        while start < len(word):
            found = self._longest(word, start)
            if found is None or len(word) > LONGEST_WORD:
                return [self._ids[UNKNOWN]]
            piece, start = found
            ids.append(piece)
        return ids

    def _longest(self, word: str, start: int) -> tuple[int, int] | None:
        """Return the id of the longest piece at a place of a word, and where it ends."""
        mark = CONTINUED if start else ""
        for end in range(len(word), start, -1):
            known = self._ids.get(mark + word[start:end])
            if known is not None:
                return known, end
        return None


def split_words(text: str) -> list[str]:
    """Return lower-case words without accents; every mark is a word of its own."""
    plain = unicodedata.normalize("NFD", text.lower())
    plain = "".join(c for c in plain if unicodedata.category(c) != "Mn")
    return "".join(c if c.isalnum() or c.isspace() else f" {c} " for c in plain).split()


def whole_tags(words: Sequence[str], tags: Iterable[str]) -> list[str]:
    """Return the tags of a vocabulary that occur in words, the longest first, at word borders.

    Words of a longer tag are used up: "black hair" does not also give "black".
    """
    text = f" {' '.join(words)} "
    found = []
    for tag in sorted(tags, key=lambda t: (-len(split_words(t)), t)):
        wanted = f" {' '.join(split_words(tag))} "
        if wanted.strip() and wanted in text:
            found.append(tag)
            text = text.replace(wanted, " \0 ")
    return sorted(found)
