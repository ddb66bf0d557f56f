"""Animesion's vocab.pkl: a pickle of which nothing but words and numbers is taken."""

import io
import pickle
from pathlib import Path
from typing import Any

from anitag_desktop.domain.error import AnitagError
from training.tokens.tag_vocabulary import SPECIALS, TagVocabulary

CLASS = "Vocabulary"
WORDS = "word2idx"
LARGEST = 64 * 2**20


class _Holder:
    """Stands for the one class of the file; it has no code of its own."""


class _Unpickler(pickle.Unpickler):
    """Finds the one class and nothing else, so that nothing in the file can be called."""

    def find_class(self, module: str, name: str) -> type:
        """Return the holder for animesion's vocabulary.

        Raises:
            pickle.UnpicklingError: for anything else.
        """
        if name != CLASS:
            raise pickle.UnpicklingError(f"it wants to use {module}.{name}")
        return _Holder


def read_animesion_vocabulary(path: Path) -> TagVocabulary:
    """Return the tags of a vocab.pkl under the ids that its checkpoints were trained with.

    Raises:
        AnitagError: ``no_such_file``, or ``bad_checkpoint`` for a file of another kind.
    """
    if not path.is_file():
        raise AnitagError("no_such_file", path=path)
    try:
        if path.stat().st_size > LARGEST:
            raise pickle.UnpicklingError("it is too large for a vocabulary")
        found = _Unpickler(io.BytesIO(path.read_bytes())).load()
        return _vocabulary(vars(found)[WORDS])
    except (
        *(pickle.UnpicklingError, EOFError, KeyError, TypeError, ValueError),
        *(AttributeError, IndexError, MemoryError, UnicodeDecodeError),
    ) as error:
        raise AnitagError("bad_checkpoint", path=path, reason=str(error)) from error


def _vocabulary(words: Any) -> TagVocabulary:
    if not isinstance(words, dict):
        raise TypeError(f"{WORDS} is not a table")
    names = sorted(words, key=lambda name: int(words[name]))
    if [int(words[name]) for name in names] != list(range(len(names))):
        raise ValueError("its ids are not 0, 1, 2 and so on")
    if len(names) <= len(SPECIALS):
        raise ValueError("it has no tags")
    # Counts are not in the file; the order is what the ids say.
    return TagVocabulary([(str(name).strip(), 0) for name in names[len(SPECIALS) :]], {})
