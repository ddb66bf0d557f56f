"""Class weights: the golden vectors of the report, mean 1, nothing for classes without pictures."""

import pytest

np = pytest.importorskip("numpy")

from training.losses.class_weights import class_weights, weight_ratio  # noqa: E402

COUNTS = (1000, 500, 150, 150, 50)


@pytest.mark.parametrize(
    ("kind", "golden", "digits"),
    [
        ("inverse", (0.137615, 0.275229, 0.917431, 0.917431, 2.752294), 6),
        ("sqrt", (0.415, 0.587, 1.071, 1.071, 1.856), 3),
        ("none", (1, 1, 1, 1, 1), 6),
    ],
)
def test_the_golden_vectors(kind, golden, digits):
    weights = class_weights(COUNTS, kind)
    assert weights.round(digits).tolist() == pytest.approx(golden)
    assert weights.mean() == pytest.approx(1)


def test_the_effective_number_lies_between_none_and_inverse():
    ratio = {k: weight_ratio(class_weights(COUNTS, k)) for k in ("none", "effective", "inverse")}
    assert ratio["none"] < ratio["effective"] < ratio["inverse"] == pytest.approx(20)
    nearly_one = class_weights(COUNTS, "effective", beta=0.9999999)
    assert nearly_one == pytest.approx(class_weights(COUNTS, "inverse"), rel=1e-3)


def test_a_class_without_pictures_weighs_nothing_and_does_not_shift_the_mean():
    weights = class_weights((10, 0, 30), "inverse")
    assert weights.tolist() == pytest.approx([1.5, 0, 0.5])
