"""What is learned of a feed, and how it moves the next poll. Times are passed in; weeks pass in milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from ingest.feeds import rhythm
from ingest.feeds.forecast import Forecast, told
from ingest.records import Rhythm
from ingest.store import standing

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(weeks=1)


def lived(times: Iterable[datetime], *, every: timedelta, until: datetime, shown: int = 20) -> Rhythm:
    """The rhythm of a feed with these entries, polled at even times from the first entry on."""
    entries = sorted(times)
    known: Rhythm | None = None
    since: datetime | None = None
    now = entries[0] + timedelta(minutes=1)
    while now <= until:
        news = [at for at in entries if (since is None or since < at) and at <= now]
        known = rhythm.learn(known, since=since, now=now, news=news, shown=shown)
        since, now = now, now + every
    assert known
    return known


def next_visit(known: Rhythm, now: datetime) -> datetime:
    return now + Forecast(known, now).until(0.5, DAY)


def evenly(gap: timedelta, days: int) -> list[datetime]:
    return [MONDAY + n * gap for n in range(int(days * DAY / gap))]


def test_the_rate_is_learned() -> None:
    known = lived(evenly(timedelta(minutes=80), 14), every=2 * HOUR, until=MONDAY + 2 * WEEK)
    assert 15 < 24 * Forecast(known, MONDAY + 2 * WEEK).an_hour < 21


def test_a_feed_of_office_hours_is_left_alone_at_night_and_at_weekends() -> None:
    dice = Random(1)
    times = [
        MONDAY + day * DAY + timedelta(hours=dice.uniform(9, 17))
        for day in range(28)
        if day % 7 < 5
        for _ in range(12)
    ]
    known = lived(times, every=HOUR, until=MONDAY + 4 * WEEK)
    monday = MONDAY + 4 * WEEK
    noon, evening, saturday = monday + 11 * HOUR, monday + 19 * HOUR, monday + 5 * DAY + 11 * HOUR
    assert next_visit(known, noon) - noon < timedelta(minutes=90)
    assert next_visit(known, evening) - evening > 6 * HOUR
    assert next_visit(known, saturday) - saturday > 6 * HOUR
    assert "Mon Tue Wed Thu Fri" in told(known, noon)


def test_a_weekly_feed_is_visited_right_after_its_hour() -> None:
    dice = Random(2)
    times = [
        MONDAY + week * WEEK + timedelta(days=1, hours=10, minutes=dice.gauss(15, 5)) for week in range(12)
    ]
    known = lived(times, every=4 * HOUR, until=MONDAY + 12 * WEEK)
    before = MONDAY + 12 * WEEK + timedelta(days=1, hours=6)
    visit = next_visit(known, before)
    assert timedelta(hours=4, minutes=15) < visit - before < timedelta(hours=6)


def test_a_scheduled_job_is_visited_minutes_after_its_minute() -> None:
    times = [MONDAY + timedelta(hours=n, minutes=20) for n in range(14 * 24)]
    known = lived(times, every=HOUR, until=MONDAY + 2 * WEEK)
    now = MONDAY + 2 * WEEK + timedelta(minutes=30)
    visit = next_visit(known, now)
    assert timedelta(minutes=50) <= visit - now <= timedelta(minutes=65)
    assert "around :20" in told(known, now) or "around :15 :20" in told(known, now)


def test_within_a_burst_the_next_visit_is_soon_and_after_it_late() -> None:
    dice = Random(3)
    times = [
        MONDAY + day * DAY + timedelta(hours=hour + dice.expovariate(1.0))
        for day in range(21)
        for hour in (dice.uniform(0, 24),)
        for _ in range(8)
    ]
    known = lived(times, every=HOUR, until=max(times) + HOUR)
    assert known.clumps > 2
    during = known.at
    later = known.at + 10 * HOUR
    assert 1.5 * (next_visit(known, during) - during) < next_visit(known, later) - later


def test_silence_lengthens_the_wait_though_nothing_is_stored() -> None:
    known = lived(evenly(2 * HOUR, 14), every=2 * HOUR, until=MONDAY + 2 * WEEK)
    waits = [next_visit(known, known.at + n * DAY) - (known.at + n * DAY) for n in (0, 2, 10, 40)]
    assert waits == sorted(waits)
    assert waits[-1] > 5 * waits[0]


def test_a_revived_feed_is_believed_within_days() -> None:
    long_silent = lived([MONDAY + n * HOUR for n in range(5)], every=DAY, until=MONDAY + 8 * WEEK)
    back = MONDAY + 8 * WEEK
    revived: Rhythm | None = long_silent
    for day in range(3):
        news = [back + day * DAY + n * HOUR for n in range(24)]
        revived = rhythm.learn(
            revived, since=back + day * DAY, now=back + (day + 1) * DAY, news=news, shown=20
        )
    assert revived
    now = back + 3 * DAY
    assert 24 * Forecast(revived, now).an_hour > 12


def test_the_visit_comes_before_the_document_has_scrolled_on() -> None:
    """Thirty entries an hour, of which ten are shown."""
    known = lived(
        evenly(timedelta(minutes=2), 2), every=timedelta(minutes=15), until=MONDAY + 2 * DAY, shown=10
    )
    assert Forecast(known, known.at).until(100.0, DAY) < timedelta(minutes=20)


def test_a_poll_without_news_changes_nothing() -> None:
    known = lived(evenly(HOUR, 3), every=HOUR, until=MONDAY + 3 * DAY)
    assert rhythm.learn(known, since=known.at, now=known.at + HOUR, news=[], shown=20) is known


@pytest.mark.parametrize(
    "stated",
    [
        lambda now: None,
        lambda now: now - timedelta(days=400),
        lambda now: now + timedelta(days=1),
    ],
    ids=["no date", "an old date", "a date to come"],
)
def test_a_date_that_cannot_be_is_taken_for_some_time_since_the_last_poll(
    stated: Callable[[datetime], datetime | None],
) -> None:
    known = lived(evenly(HOUR, 7), every=HOUR, until=MONDAY + 7 * DAY)
    now = known.at + HOUR
    found = rhythm.learn(known, since=known.at, now=now, news=[stated(now)] * 3, shown=20)
    assert found
    assert found.sums[0] > known.sums[0]
    assert found.began == known.began


def test_an_archive_that_is_renumbered_does_not_make_a_busy_feed() -> None:
    known = lived(evenly(DAY, 28), every=DAY, until=MONDAY + 4 * WEEK)
    now = known.at + DAY
    found = rhythm.learn(known, since=known.at, now=now, news=[None] * 5000, shown=5000)
    assert found
    a_week_on = now + WEEK
    assert next_visit(found, a_week_on) - a_week_on > HOUR


def test_a_rhythm_is_small_and_comes_back_from_the_store_as_it_was() -> None:
    import json

    from ingest.records import Standing

    known = lived(evenly(HOUR, 30), every=HOUR, until=MONDAY + 30 * DAY)
    values = standing.changed(Standing(), Standing(rhythm=known))
    written = json.dumps(values["rhythm"])
    assert len(written) < 700
    again = standing.rhythm_of(json.loads(written))
    assert again
    assert again.hours == known.hours
    assert Forecast(again, known.at).until(0.5, DAY) == Forecast(known, known.at).until(0.5, DAY)


@pytest.mark.parametrize("ahead", [DAY, 5 * WEEK, 300 * WEEK])
def test_a_clock_that_is_set_back_makes_no_feed_busier_than_it_was(ahead: timedelta) -> None:
    now = MONDAY + 2 * WEEK
    known = lived(evenly(2 * HOUR, 14), every=2 * HOUR, until=now)
    wrong = rhythm.learn(known, since=now, now=now + ahead, news=[None], shown=20)
    assert wrong
    again = rhythm.learn(wrong, since=now + ahead, now=now + HOUR, news=[None], shown=20)
    assert again
    for learned in (wrong, again):
        assert 24 * Forecast(learned, now + HOUR).an_hour < 40
        assert next_visit(learned, now + HOUR) > now + HOUR + timedelta(minutes=15)
