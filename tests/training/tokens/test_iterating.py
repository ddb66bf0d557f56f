"""Hidden tokens are guessed in rounds, the surest first."""

import pytest

torch = pytest.importorskip("torch")

from training.tokens.iterating import guess_in_rounds  # noqa: E402
from training.tokens.tokenizer import MASK  # noqa: E402

pytestmark = pytest.mark.training

SPECIALS = frozenset(range(5))
RED, BLUE, HAT = 5, 6, 7
PROMPT = torch.tensor([[2, MASK, MASK, 3]])


def reader(asked):
    """Return what sees red at the first place, and a hat beside red only."""

    def read(tokens):
        asked.append(tokens.clone())
        logits = torch.zeros(len(tokens), 4, 8)
        logits[:, 1, RED] = 5.0
        logits[:, 2, BLUE] = 2.0
        logits[:, 2, HAT] = torch.where(tokens[:, 1] == RED, 4.0, 0.0)
        return logits

    return read


def test_one_round_is_the_parallel_pass():
    asked = []
    places = guess_in_rounds(reader(asked), PROMPT, SPECIALS, 1)
    assert len(asked) == 1
    assert torch.equal(places, reader([])(PROMPT).softmax(2))
    assert places[0, 1:3].argmax(1).tolist() == [RED, BLUE]


def test_what_was_sure_is_shown_and_changes_the_rest():
    asked = []
    places = guess_in_rounds(reader(asked), PROMPT, SPECIALS, 2)
    assert asked[1].tolist() == [[2, RED, MASK, 3]]
    assert places[0, 1:3].argmax(1).tolist() == [RED, HAT]
    # What was taken keeps the share that it was taken for.
    assert torch.equal(places[0, 1], reader([])(PROMPT).softmax(2)[0, 1])


def test_specials_are_never_shown_and_each_picture_has_its_own_order():
    def read(tokens):
        logits = torch.zeros(len(tokens), 4, 8)
        logits[:, :, 4] = 9.0
        logits[0, 1, RED], logits[1, 2, BLUE] = 3.0, 3.0
        shown.append(tokens.clone())
        return logits

    shown = []
    guess_in_rounds(read, PROMPT.repeat(2, 1), SPECIALS, 2)
    assert shown[1].tolist() == [[2, RED, MASK, 3], [2, MASK, BLUE, 3]]


def test_whatever_stands_between_begin_and_end_is_guessed():
    asked = []
    guess_in_rounds(reader(asked), torch.tensor([[2, HAT, BLUE, 3]]), SPECIALS, 2)
    assert [tokens.tolist() for tokens in asked] == [[[2, HAT, BLUE, 3]], [[2, RED, BLUE, 3]]]


def test_more_rounds_than_places_end_when_all_are_taken():
    asked = []
    guess_in_rounds(reader(asked), PROMPT, SPECIALS, 9)
    assert len(asked) == 2
