"""Which backups are kept: dense lately, sparse long ago."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from anitag_desktop.domain.retention import DAYS, LAST, MONTHS, MOST, WEEKS, kept

DAY = 86_400.0
NOW = datetime(2026, 11, 18, 20, tzinfo=UTC)

times_of_backups = st.lists(
    st.integers(0, 900 * 24).map(lambda hours: NOW.timestamp() - hours * 3600.0), max_size=80
)


def days_ago(times):
    return sorted(round((NOW.timestamp() - time) / DAY) for time in times)


def daily(count):
    return [(NOW - timedelta(days=number)).timestamp() for number in range(count)]


def test_a_year_of_daily_backups():
    # A Wednesday: the ends of the three weeks before are 3, 10 and 17 days ago, and so on.
    assert days_ago(kept(daily(365))) == [*range(10), 10, 17, 18, 49, 79, 110, 141]


def test_many_backups_of_one_day_do_not_push_out_the_days_before():
    busy = [NOW.timestamp() - minutes * 60.0 for minutes in range(50)]
    found = kept(busy + daily(30))
    assert set(busy[:LAST]) <= found
    assert set(days_ago(found)) >= set(range(DAYS))
    assert len(found) < MOST


def test_what_is_old_stays_while_nothing_new_is_made():
    old = [time - 3000 * DAY for time in daily(LAST)]
    assert kept(old) == set(old)


@given(times_of_backups)
def test_the_newest_are_kept_and_never_too_many(times):
    found = kept(times)
    newest_first = sorted(set(times), reverse=True)
    assert set(newest_first[:LAST]) <= found <= set(times)
    assert len(found) <= MOST


@given(times_of_backups)
def test_every_newest_period_has_its_newest_backup(times):
    found = kept(times)
    for count, form in ((DAYS, "%Y-%m-%d"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):

        def period(time, form=form):
            return datetime.fromtimestamp(time, UTC).strftime(form)

        for wanted in sorted(set(map(period, times)), reverse=True)[:count]:
            assert max(time for time in times if period(time) == wanted) in found


@given(times_of_backups)
def test_dropping_after_each_backup_comes_to_the_same(times):
    standing: set[float] = set()
    for time in sorted(times):
        standing = kept({*standing, time})
    assert standing == kept(times)
