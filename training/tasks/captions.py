"""The tags of pictures as token ids."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from training.batches import Batch
from training.config import TaskConfig
from training.datasets.collection import Collection
from training.tokens.foreign_vocabulary import read_animesion_vocabulary
from training.tokens.masking import hidden_prompt
from training.tokens.tag_vocabulary import TagVocabulary
from training.tokens.tokenizer import Tokenizer
from training.tokens.wordpiece import WordPieces

TAG_FILE = "tag_vocab.json"
WORD_FILE = "word_vocab.txt"


def make_tokenizer(config: TaskConfig, collection: Collection, run: Path) -> Tokenizer:
    """Return the tokenizer of a run; its vocabulary is written down the first time.

    Raises:
        AnitagError: ``no_labels`` when the training pictures have no tags.
    """
    learnt = [
        p.caption
        for p, part in zip(collection.pictures, collection.parts, strict=True)
        if part == "train"
    ]
    if config.tokenizer == "tag":
        return _tags(run / TAG_FILE, learnt, config)
    if config.words:
        return WordPieces.read(Path(config.words))
    return _words(run / WORD_FILE, learnt, config.least_count)


def read_tokenizer(config: TaskConfig, run: Path) -> Tokenizer:
    """Return the tokenizer that a run was trained with."""
    if config.tokenizer == "tag":
        path = run / TAG_FILE
        return TagVocabulary.from_json(path.read_text("utf-8"), path)
    return WordPieces.read(Path(config.words) if config.words else run / WORD_FILE)


def _tags(path: Path, captions: Sequence[Sequence[str]], config: TaskConfig) -> TagVocabulary:
    given = Path(config.words)
    if given.suffix == ".pkl" and not path.exists():
        path.write_text(read_animesion_vocabulary(given).to_json(), "utf-8")
    elif config.words and not path.exists():
        path.write_text(given.read_text("utf-8"), "utf-8")
    if not path.exists():
        path.write_text(TagVocabulary.build(captions, config.least_count).to_json(), "utf-8")
    return TagVocabulary.from_json(path.read_text("utf-8"), path)


def _words(path: Path, captions: Sequence[Sequence[str]], least: int) -> WordPieces:
    if not path.exists():
        path.write_text(WordPieces.build(captions, least).to_text(), "utf-8")
    return WordPieces.read(path)


class Captions:
    """Gives the tokens of a batch's pictures, shuffled by (seed, epoch, picture) if asked."""

    def __init__(self, config: TaskConfig, collection: Collection, tokenizer: Tokenizer) -> None:
        self._config, self._pictures, self.tokenizer = config, collection.pictures, tokenizer

    @property
    def length(self) -> int:
        """The number of tokens of a text."""
        return self._config.length

    def prompt(self, count: int) -> torch.Tensor:
        """Return texts (count x length) of which every tag is hidden as in training."""
        return hidden_prompt(count, self.length, self.tokenizer, self._config.masking)

    def tokens(self, batch: Batch, seed: int, *, shuffled: bool) -> torch.Tensor:
        """Return B x length ids; tags are shuffled before they are cut."""
        pairs = zip(batch.rows.tolist(), batch.places[:, 0].tolist(), strict=True)
        rows = [self._encode(row, (seed, epoch, row), shuffled) for row, epoch in pairs]
        return torch.tensor(rows, dtype=torch.int64).reshape(-1, self._config.length)

    def _encode(self, row: int, key: tuple[int, int, int], shuffled: bool) -> list[int]:
        tags = self._pictures[row].caption
        if shuffled and self._config.shuffle_tokens:
            order = np.random.default_rng(key).permutation(len(tags))
            tags = tuple(tags[i] for i in order)
        return self.tokenizer.encode(tags, self._config.length)
