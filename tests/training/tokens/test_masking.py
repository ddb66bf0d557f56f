"""Hiding tokens: never specials, labels only where hidden, any batch size."""

import pytest

torch = pytest.importorskip("torch")

from training.tokens.masking import IGNORED, hidden_prompt, hide_tokens  # noqa: E402
from training.tokens.tag_vocabulary import TagVocabulary  # noqa: E402
from training.tokens.tokenizer import MASK  # noqa: E402

pytestmark = pytest.mark.training

VOCABULARY = TagVocabulary([(f"tag{i}", 9 - i) for i in range(8)], {})
TOKENS = torch.tensor([[2, 5, 6, 7, 3, 0], [2, 8, 4, 3, 0, 0], [2, 12, 3, 0, 0, 0]])


def hide(share, behaviour="constant", seed=0, tokens=TOKENS):
    generator = torch.Generator().manual_seed(seed)
    return hide_tokens(tokens, share, VOCABULARY, generator, behaviour)


def test_all_tags_hidden_leaves_specials_and_labels_the_rest():
    hidden, labels = hide(1.0)
    ordinary = TOKENS >= 5
    assert (hidden[ordinary] == MASK).all()
    assert torch.equal(hidden[~ordinary], TOKENS[~ordinary])
    assert torch.equal(labels[ordinary], TOKENS[ordinary])
    assert (labels[~ordinary] == IGNORED).all()


def test_nothing_hidden_changes_nothing():
    hidden, labels = hide(0.0)
    assert torch.equal(hidden, TOKENS)
    assert (labels == IGNORED).all()


def test_random_tokens_are_never_specials_and_reach_the_last_id():
    seen = {i for seed in range(60) for i in hide(1.0, "random", seed)[0][TOKENS >= 5].tolist()}
    assert seen == set(range(5, 13))


def test_a_partial_batch_and_a_share_work():
    tokens = TOKENS[:1].repeat(400, 1)
    _, labels = hide(0.15, tokens=tokens)
    assert (labels != IGNORED).sum().item() / (400 * 3) == pytest.approx(0.15, abs=0.03)
    assert hide(0.5, tokens=TOKENS[2:])[0].shape == (1, 6)


def test_a_prompt_hides_all_between_begin_and_end():
    assert hidden_prompt(2, 5, VOCABULARY).tolist() == [[2, 1, 1, 1, 3]] * 2


def test_a_random_prompt_has_no_specials_inside_and_is_the_same_for_every_picture():
    prompt = hidden_prompt(3, 40, VOCABULARY, "random")
    assert torch.equal(prompt[0], prompt[2])
    assert torch.equal(prompt[:1], hidden_prompt(1, 40, VOCABULARY, "random"))
    assert (prompt[0, 0].item(), prompt[0, -1].item()) == (2, 3)
    assert set(prompt[0, 1:-1].tolist()) == set(range(5, 13))
