"""Vocabularies: the same bytes twice, every tag round, unknown words cut into pieces."""

import pickle
import sys
import types

import pytest

from anitag_desktop.domain.error import AnitagError
from training.tokens.foreign_vocabulary import read_animesion_vocabulary
from training.tokens.tag_vocabulary import TagVocabulary, normalised
from training.tokens.wordpiece import WordPieces, split_words, whole_tags

CAPTIONS = [
    ["1 girl", "Black Hair ", "smile"],
    ["1 girl", " black hair", "hat"],
    ["smile", "1 girl", "ｈａｔ"],
    ["once"],
]


def test_tags_are_normalised_counted_and_sorted():
    vocabulary = TagVocabulary.build(CAPTIONS)
    assert vocabulary.tags == (("1 girl", 3), ("black hair", 2), ("hat", 2), ("smile", 2))
    assert vocabulary.size == 9


def test_building_twice_gives_the_same_bytes_and_reads_back():
    text = TagVocabulary.build(CAPTIONS).to_json()
    assert text == TagVocabulary.build(reversed(CAPTIONS)).to_json()
    assert TagVocabulary.from_json(text, "v").to_json() == text


def test_every_tag_comes_round():
    vocabulary = TagVocabulary.build(CAPTIONS, least=1)
    for name, _ in vocabulary.tags:
        ids = vocabulary.encode([name], 4)
        assert ids == [2, vocabulary.id_of(name), 3, 0]
        assert vocabulary.decode(ids) == [name]


def test_aliases_are_resolved_before_counting():
    vocabulary = TagVocabulary.build(CAPTIONS, aliases={"smile": "smiling", "once": "smiling"})
    assert ("smiling", 3) in vocabulary.tags
    assert vocabulary.decode(vocabulary.encode(["Smile"], 3)) == ["smiling"]


def test_what_does_not_fit_is_cut_before_the_end_and_unknown_stays_unknown():
    vocabulary = TagVocabulary.build(CAPTIONS)
    assert vocabulary.encode(["hat"] * 9, 5) == [2, 7, 7, 7, 3]
    assert vocabulary.encode(["never seen"], 4) == [2, 4, 3, 0]


def test_no_tag_and_a_foreign_file_are_errors():
    with pytest.raises(AnitagError, match="at least 9"):
        TagVocabulary.build(CAPTIONS, least=9)
    with pytest.raises(AnitagError, match="not a sound"):
        TagVocabulary.from_json('{"version": 9}', "v.json")


def test_normalisation():
    assert normalised("  Ｂlack   Hair ") == "black hair"


def test_word_pieces_cut_the_longest_first():
    pieces = WordPieces(["[PAD]", "[unused0]", "[UNK]", "[CLS]", "[SEP]", "black", "##board", "b"])
    assert pieces.encode(["blackboard", "Black"], 8) == [3, 5, 6, 5, 4, 0, 0, 0]
    assert pieces.encode(["xyz"], 4) == [3, 2, 4, 0]
    assert pieces.decode([3, 5, 6, 5, 4, 0]) == ["blackboard", "black"]


def test_own_pieces_read_every_word_of_their_set():
    pieces = WordPieces.build(CAPTIONS)
    assert WordPieces(pieces.to_text().splitlines()).pieces == pieces.pieces
    for caption in CAPTIONS:
        words = [word for tag in caption for word in split_words(tag)]
        unknown = pieces.pieces.index("[UNK]")
        ids = pieces.encode(caption, 40)
        if "ｈ" not in "".join(words):
            assert pieces.decode(ids) == words
        assert unknown not in ids


def test_a_vocabulary_without_its_specials_is_refused():
    with pytest.raises(AnitagError, match=r"\[UNK\]"):
        WordPieces(["[PAD]", "[CLS]", "[SEP]"])


class Vocabulary:
    """What animesion pickles."""

    def __init__(self, names):
        self.word2idx = {name: i for i, name in enumerate(names)}
        self.idx2word = dict(enumerate(names))
        self.idx = len(names)


SPECIALS = ["[PAD]", "[UNUSED]", "[CLS]", "[SEP]", "[UNK]"]


def pickled(path, value, monkeypatch):
    module = types.ModuleType("animesion_vocabulary")
    module.Vocabulary = Vocabulary
    monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(Vocabulary, "__module__", module.__name__)
    path.write_bytes(pickle.dumps(value))
    return path


def test_animesions_vocabulary_keeps_its_ids(tmp_path, monkeypatch):
    path = pickled(tmp_path / "v.pkl", Vocabulary([*SPECIALS, "1 girl", " smile"]), monkeypatch)
    vocabulary = read_animesion_vocabulary(path)
    assert (vocabulary.id_of("1 girl"), vocabulary.id_of("smile")) == (5, 6)
    assert TagVocabulary.from_json(vocabulary.to_json(), "v").id_of("smile") == 6


def test_a_vocabulary_is_converted_to_json(tmp_path, monkeypatch, capsys):
    from training.__main__ import main

    path = pickled(tmp_path / "vocab.pkl", Vocabulary([*SPECIALS, "1 girl", " smile"]), monkeypatch)
    assert main(["convert", str(path), str(tmp_path / "tags.json")]) == 0
    assert "2 tags written" in capsys.readouterr().out
    read = TagVocabulary.from_json((tmp_path / "tags.json").read_text("utf-8"), "tags.json")
    assert (read.id_of("1 girl"), read.id_of("smile")) == (5, 6)


class Trap:
    """Would make a file if it were unpickled."""

    def __reduce__(self):
        return (open, ("sprung", "w"))


def test_a_vocabulary_that_is_none_is_refused_and_not_run(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for number, value in enumerate([Trap(), {"a": 1}, Vocabulary(["a"]), [1]]):
        path = pickled(tmp_path / f"{number}.pkl", value, monkeypatch)
        with pytest.raises(AnitagError, match="not a sound checkpoint"):
            read_animesion_vocabulary(path)
    (tmp_path / "empty.pkl").write_bytes(b"")
    with pytest.raises(AnitagError, match="not a sound checkpoint"):
        read_animesion_vocabulary(tmp_path / "empty.pkl")
    assert not (tmp_path / "sprung").exists()


def test_words_become_whole_tags_the_longest_first():
    tags = ["black", "black hair", "hair", "hat"]
    assert whole_tags(["1", "black", "hair", "hat"], tags) == ["black hair", "hat"]
    assert whole_tags(["chat"], tags) == []
