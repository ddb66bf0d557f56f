import numpy as np
import pytest

pytest.importorskip("torch")

from training.retraining.thresholds import (
    SHRINKAGE,
    Known,
    best_threshold,
    expected_best,
    is_fair,
    moved,
)

OLD = 0.9


def known(
    held: tuple[list[float], list[int]] = ([], []),
    quiet: list[float] | None = None,
    learnt: list[int] | None = None,
) -> Known:
    """Return what is known of one label."""
    scores, answers = held
    return Known(
        np.array(scores, np.float32).reshape(-1, 1),
        np.array(answers, np.int8).reshape(-1, 1),
        np.array(quiet or [], np.float32).reshape(-1, 1),
        np.array(learnt or [], np.int8).reshape(-1, 1),
    )


def test_without_answers_the_old_threshold_stays() -> None:
    quiet = [0.9] * 5 + [0.1] * 95
    assert moved(known(quiet=quiet), 0, OLD) == OLD
    assert moved(known(quiet=quiet, learnt=[-1] * 50), 0, OLD) == OLD


def test_answers_that_were_held_back_decide_where_there_are_enough() -> None:
    held = [0.8, 0.7, 0.6, 0.7, 0.8, 0.2, 0.3, 0.1, 0.2, 0.3], [1] * 5 + [0] * 5
    own = best_threshold(*(np.array(part) for part in held))
    assert own is not None
    assert 0.3 < own <= 0.6
    fair = [1] * 10 + [0] * 90
    found = moved(known(held, quiet=[0.9, 0.1], learnt=fair), 0, OLD)
    assert found == pytest.approx((10 * own + SHRINKAGE * OLD) / (10 + SHRINKAGE))


def test_else_fair_answers_let_the_threshold_go_where_f1_is_best_to_be_expected() -> None:
    quiet = [0.6] * 10 + [0.1] * 90
    own = expected_best(np.array(quiet, np.float32))
    assert own is not None
    assert own == pytest.approx(0.35)  # between what counts and what does not
    found = moved(known(([0.5] * 4, [1, 0, 0, 0]), quiet, [1] * 6 + [0] * 90), 0, OLD)
    assert found == pytest.approx((100 * own + SHRINKAGE * OLD) / (100 + SHRINKAGE))


@pytest.mark.parametrize("learnt", [[1] * 20 + [0] * 20, [1] * 40, [0] * 100, [1] * 4 + [0] * 90])
def test_answers_that_may_be_mistakes_alone_move_nothing(learnt: list[int]) -> None:
    assert not is_fair(np.array(learnt, np.int8))
    assert moved(known(quiet=[0.6] * 10 + [0.1] * 90, learnt=learnt), 0, OLD) == OLD


def test_where_everything_was_spoken_of_nothing_can_be_expected() -> None:
    assert moved(known(learnt=[1] * 10 + [0] * 90), 0, OLD) == OLD


@pytest.mark.parametrize("draw", range(5))
def test_the_expected_best_is_the_best_where_scores_are_shares(draw: int) -> None:
    random = np.random.default_rng(draw)
    shares = random.beta(0.3, 1.5, 4000).astype(np.float32)
    has = random.random(4000) < shares
    at = np.linspace(0.2, 0.95, 76)
    reached = [2 * (has & (shares >= t)).sum() / ((shares >= t).sum() + has.sum()) for t in at]
    threshold = expected_best(shares)
    given = shares >= threshold
    assert 2 * (has & given).sum() / (given.sum() + has.sum()) > max(reached) - 0.02


def test_a_model_that_knows_nothing_gives_no_tag_to_every_picture() -> None:
    assert expected_best(np.full(100, 0.01, np.float32)) == pytest.approx(0.2)
