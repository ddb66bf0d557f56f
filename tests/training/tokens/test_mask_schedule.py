"""Mask schedules: the golden vector, and steps at every border."""

import pytest

from training.tokens.mask_schedule import MaskSchedule


@pytest.mark.parametrize(
    ("step", "share"),
    [
        *[(0, 0.0), (99, 0.0), (100, 0.0), (101, 1.5e-5), (150, 0.038060), (200, 0.146447)],
        *[(300, 0.5), (400, 0.853553), (499, 0.999985), (500, 1.0), (501, 1.0), (999, 1.0)],
    ],
)
def test_the_golden_vector(step, share):
    assert MaskSchedule("sigmoid", 1000).share_at(step) == pytest.approx(share, abs=1e-6)


def test_the_other_schedules_are_level():
    for name, share in (("none", 0), ("bert", 0.15), ("full", 1)):
        schedule = MaskSchedule(name, 100)
        assert [schedule.share_at(s) for s in (0, 50, 99)] == [share] * 3
        assert schedule.is_on == (name != "none")


@pytest.mark.parametrize(("warm", "cool"), [(0.6, 0.6), (0.5, 0.5), (0, 1), (1, 0), (0, 0)])
def test_shares_that_leave_no_middle_are_handled(warm, cool):
    schedule = MaskSchedule("sigmoid", 10, warm, cool)
    shares = [schedule.share_at(s) for s in range(10)]
    assert all(0 <= share <= 1 for share in shares)
    assert shares == sorted(shares)
