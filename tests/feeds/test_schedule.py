from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.feeds import rhythm
from ingest.feeds.failures import LONGEST_RETRY_AFTER
from ingest.feeds.schedule import LONGEST_HINT, Bounds, next_poll
from ingest.records import Failure, FailureKind, FeedHints, NextPoll, Rhythm

NOW = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)  # a Thursday
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
BOUNDS = Bounds(shortest=timedelta(minutes=10), usual=HOUR, longest=timedelta(days=1))


def decide(**given: Any) -> NextPoll:
    return next_poll(**({"now": NOW, "interval": HOUR, "bounds": BOUNDS, "dice": 0.0} | given))


def every(gap: timedelta, entries: int = 20) -> Rhythm:
    """The rhythm of a feed whose first document shows so many entries, a gap between them, the last half a gap ago."""
    news = [NOW - (n + 0.5) * gap for n in range(entries)]
    learned = rhythm.learn(None, since=None, now=NOW, news=news, shown=entries)
    assert learned
    return learned


def test_a_new_feed_gets_the_usual_interval() -> None:
    assert decide(interval=None).interval == HOUR


def test_a_feed_that_never_showed_an_entry_is_looked_at_less_and_less() -> None:
    assert decide().interval == 1.5 * HOUR
    assert decide(interval=BOUNDS.longest).interval == BOUNDS.longest


def test_a_busy_feed_is_polled_more_often_than_a_rare_one_but_not_in_proportion() -> None:
    """A feed with an entry an hour gets the usual interval, about."""
    often, hourly, daily = (
        decide(rhythm=every(gap)).interval for gap in (11 * MINUTE, 67 * MINUTE, 25 * HOUR)
    )
    assert 0.5 * HOUR < hourly < 1.6 * HOUR
    assert often < 0.8 * hourly
    assert 2 * hourly < daily < 12 * hourly


def test_the_interval_stays_inside_the_bounds() -> None:
    assert decide(rhythm=every(timedelta(seconds=20), 200)).interval == BOUNDS.shortest
    assert decide(rhythm=every(timedelta(days=50))).interval == BOUNDS.longest


@pytest.mark.parametrize(
    ("hints", "asker"),
    [
        (FeedHints(ttl=3 * HOUR), "ttl"),
        (FeedHints(update_interval=3 * HOUR), "sy:updatePeriod"),
        (FeedHints(fresh_for=3 * HOUR), "Cache-Control or Expires"),
        (FeedHints(fresh_for=3 * HOUR, ttl=2 * HOUR, update_interval=HOUR), "Cache-Control or Expires"),
    ],
)
def test_a_feed_is_not_polled_sooner_than_it_asks_and_the_reason_says_who_asked(
    hints: FeedHints, asker: str
) -> None:
    found = decide(hints=hints, rhythm=every(HOUR))
    assert found.interval == 3 * HOUR
    assert found.at >= NOW + 3 * HOUR
    assert found.reason == f"every 3.0 h: {asker}"


def test_a_hint_never_makes_the_wait_shorter() -> None:
    slow = every(timedelta(days=3))
    assert decide(hints=FeedHints(ttl=HOUR), rhythm=slow).interval == decide(rhythm=slow).interval


def test_our_patience_bounds_what_a_feed_may_ask() -> None:
    assert decide(hints=FeedHints(ttl=timedelta(days=365))).interval == LONGEST_HINT


def test_no_hint_lets_entries_scroll_out_unseen() -> None:
    """Ten entries are shown and four come an hour: six hours of ttl would lose half of them."""
    busy = every(timedelta(minutes=15), 10)
    found = decide(hints=FeedHints(ttl=6 * HOUR), rhythm=busy)
    assert decide(rhythm=busy).interval <= found.interval < 2 * HOUR


def test_retry_after_is_waited_out_and_named() -> None:
    failure = Failure(FailureKind.RATE_LIMITED, "429", 429, retry_after=2 * HOUR)
    found = decide(failure=failure, dice=0.7)
    assert NOW + 2 * HOUR <= found.at <= NOW + 2.2 * HOUR
    assert "Retry-After 7200 s" in found.reason


def test_the_longest_retry_after_seen_in_the_field_is_obeyed_and_an_absurd_one_clamped() -> None:
    seen, absurd = timedelta(seconds=317_100), timedelta(days=900)
    assert decide(failure=Failure(FailureKind.HTTP, "503", 503, seen)).at == NOW + seen
    assert decide(failure=Failure(FailureKind.HTTP, "503", 503, absurd)).at == NOW + LONGEST_RETRY_AFTER


def test_a_dead_feed_is_not_asked_more_often_because_its_server_says_when() -> None:
    soon = timedelta(minutes=1)
    gone = decide(failure=Failure(FailureKind.GONE, "410", 410, soon), failures=1.0)
    assert gone.at >= NOW + DAY
    missing = decide(failure=Failure(FailureKind.HTTP, "404", 404, soon), failures=6.0)
    assert missing.at == decide(failure=Failure(FailureKind.HTTP, "404", 404), failures=6.0).at
    later = decide(failure=Failure(FailureKind.HTTP, "404", 404, 5 * DAY), failures=1.0)
    assert later.at == NOW + 5 * DAY


def test_a_retry_after_that_has_passed_asks_for_nothing() -> None:
    passed, silent = (Failure(FailureKind.HTTP, "503", 503, wait) for wait in (timedelta(0), None))
    assert decide(failure=passed, failures=3.0) == decide(failure=silent, failures=3.0)


def test_after_a_failure_skipped_hours_are_skipped_as_well() -> None:
    hints = FeedHints(skip_hours=frozenset(range(9, 20)))
    found = decide(failure=Failure(FailureKind.TIMEOUT, "slow"), failures=0.25, hints=hints)
    assert found.at.hour == 20
    assert "skip" in found.reason


def test_a_429_without_a_time_slows_down_step_by_step_and_no_further_than_the_longest() -> None:
    refusal = Failure(FailureKind.RATE_LIMITED, "429", 429)
    interval, waits = HOUR, []
    for _ in range(6):
        interval = decide(failure=refusal, interval=interval).interval
        waits.append(interval / HOUR)
    assert waits == [2, 4, 8, 16, 24, 24]


def test_failures_back_off_and_do_not_spoil_the_learned_interval() -> None:
    dead = Failure(FailureKind.CONNECT, "refused")
    waits = [decide(failure=dead, failures=n).at for n in (1.0, 2.0, 3.0)]
    assert waits == sorted(waits)
    assert len(set(waits)) == 3
    assert decide(failure=dead, failures=9.0).interval == HOUR


def test_skipped_hours_and_days_push_the_poll_forward() -> None:
    hours = decide(hints=FeedHints(ttl=HOUR, skip_hours=frozenset({10, 11, 12})), rhythm=every(HOUR))
    assert hours.at.hour == 13
    days = decide(hints=FeedHints(skip_days=frozenset({3, 4})))
    assert days.at.weekday() == 5
    assert "skip" in days.reason


def test_a_feed_that_skips_every_hour_is_polled_all_the_same() -> None:
    assert decide(hints=FeedHints(skip_hours=frozenset(range(24)))).at < NOW + 2 * HOUR


def test_feeds_added_together_are_spread_and_later_jitter_is_small() -> None:
    times = {decide(dice=n / 50, interval=None).at for n in range(50)}
    assert len(times) == 50
    assert max(times) - min(times) > timedelta(minutes=25)
    learned = every(timedelta(days=2))
    assert decide(rhythm=learned, dice=0.99).at - decide(rhythm=learned).at < timedelta(minutes=5)


def test_every_rule_that_was_asked_is_told_in_order() -> None:
    hints = FeedHints(ttl=2 * HOUR, fresh_for=HOUR, skip_hours=frozenset({11, 12}))
    found = decide(hints=hints, rhythm=every(HOUR))
    assert [step.rule for step in found.steps] == [
        "rhythm",
        "Cache-Control or Expires",
        "ttl",
        "skipHours, skipDays",
        "jitter",
    ]
    assert [step.wait for step in found.steps[1:3]] == [HOUR, 2 * HOUR]
