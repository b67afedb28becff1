from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ingest.feeds.schedule import Bounds, failure_weight, next_poll
from ingest.records import Failure, FailureKind, FeedHints, NextPoll

NOW = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)  # a Thursday
HOUR = timedelta(hours=1)
BOUNDS = Bounds(shortest=timedelta(minutes=10), usual=HOUR, longest=timedelta(days=1))


def decide(**given: Any) -> NextPoll:
    return next_poll(**({"now": NOW, "interval": HOUR, "bounds": BOUNDS, "dice": 0.7} | given))


def test_a_new_feed_gets_the_usual_interval() -> None:
    assert decide(interval=None).interval == HOUR


def test_news_shortens_and_quiet_lengthens_the_interval() -> None:
    assert decide(news=3).interval < HOUR < decide(news=0).interval


def test_the_interval_stays_inside_the_bounds() -> None:
    assert decide(news=1, interval=timedelta(minutes=10)).interval == BOUNDS.shortest
    assert decide(interval=BOUNDS.longest).interval == BOUNDS.longest


@pytest.mark.parametrize(
    ("hints", "headers"),
    [
        (FeedHints(ttl=3 * HOUR), {}),
        (FeedHints(update_interval=3 * HOUR), {}),
        (FeedHints(), {"cache-control": "public, max-age=10800"}),
    ],
)
def test_a_feed_is_not_polled_sooner_than_it_asks(hints: FeedHints, headers: dict[str, str]) -> None:
    found = decide(hints=hints, headers=headers)
    assert found.interval == 3 * HOUR
    assert found.at >= NOW + 3 * HOUR


def test_the_age_of_a_cached_copy_counts() -> None:
    found = decide(headers={"cache-control": "max-age=10800", "age": "3600"})
    assert found.interval == 2 * HOUR


def test_our_patience_bounds_what_a_feed_may_ask() -> None:
    assert decide(hints=FeedHints(ttl=timedelta(days=365))).interval == BOUNDS.patience


def test_retry_after_is_waited_out_and_named() -> None:
    failure = Failure(FailureKind.RATE_LIMITED, "429", 429, retry_after=2 * HOUR)
    found = decide(failure=failure)
    assert NOW + 2 * HOUR <= found.at <= NOW + 2.2 * HOUR
    assert "Retry-After 7200 s" in found.reason


def test_an_absurd_retry_after_is_clamped() -> None:
    failure = Failure(FailureKind.HTTP, "503", 503, retry_after=timedelta(days=900))
    assert decide(failure=failure).at <= NOW + 1.1 * BOUNDS.longest


def test_failures_back_off_and_do_not_spoil_the_learned_interval() -> None:
    dead = Failure(FailureKind.CONNECT, "refused")
    waits = [decide(failure=dead, failures=n).at for n in (1.0, 2.0, 3.0)]
    assert waits == sorted(waits)
    assert len(set(waits)) == 3
    assert decide(failure=dead, failures=60.0).at <= NOW + 1.1 * BOUNDS.longest
    assert decide(failure=dead, failures=9.0).interval == HOUR


def test_a_timeout_weighs_less_than_a_refusal_and_a_429_nothing() -> None:
    def weight(kind: FailureKind, status: int | None = None) -> float:
        return failure_weight(Failure(kind, "", status))

    assert weight(FailureKind.RATE_LIMITED, 429) == 0
    assert weight(FailureKind.TIMEOUT) < weight(FailureKind.DNS) < weight(FailureKind.NOT_A_FEED)
    assert weight(FailureKind.HTTP, 503) < weight(FailureKind.HTTP, 404)


def test_skipped_hours_and_days_push_the_poll_forward() -> None:
    hours = decide(hints=FeedHints(skip_hours=frozenset({10, 11, 12})))
    assert hours.at.hour == 13
    days = decide(hints=FeedHints(skip_days=frozenset({3, 4})))
    assert days.at.weekday() == 5
    assert "skip" in days.reason


def test_a_feed_that_skips_every_hour_is_polled_all_the_same() -> None:
    assert decide(hints=FeedHints(skip_hours=frozenset(range(24)))).at < NOW + 2 * HOUR


def test_feeds_added_together_are_spread() -> None:
    times = {decide(dice=n / 50, interval=None).at for n in range(50)}
    assert len(times) == 50
    assert min(times) == NOW + HOUR
