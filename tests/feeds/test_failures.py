"""What failures cost, over months of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ingest.feeds.failures import PROBE, asked_wait, backoff, is_over, weight
from ingest.records import Failure, FailureKind

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MISSING = Failure(FailureKind.HTTP, "404", 404)
GONE = Failure(FailureKind.GONE, "410", 410)


def test_a_timeout_weighs_less_than_a_refusal_and_a_429_nothing() -> None:
    def weighed(kind: FailureKind, status: int | None = None) -> float:
        return weight(Failure(kind, "", status))

    assert weighed(FailureKind.RATE_LIMITED, 429) == 0
    assert weighed(FailureKind.TIMEOUT) < weighed(FailureKind.DNS) < weighed(FailureKind.NOT_A_FEED)
    assert weighed(FailureKind.HTTP, 503) < weighed(FailureKind.HTTP, 404)


def year_of(failure: Failure) -> list[timedelta]:
    """The waits of a feed that answers nothing else for a year."""
    waits: list[timedelta] = []
    failures = 0.0
    while sum(waits, timedelta(0)) < timedelta(days=365):
        failures += weight(failure)
        waits.append(backoff(failure, failures, usual=HOUR, shortest=HOUR / 6))
    return waits


@pytest.mark.parametrize(
    "failure",
    [MISSING, Failure(FailureKind.DNS, "no such host"), Failure(FailureKind.CONNECT, "refused")],
    ids=["404", "dns", "refused"],
)
def test_a_dead_feed_is_asked_ever_less_in_the_end_once_in_thirty_days_and_for_ever(failure: Failure) -> None:
    waits = year_of(failure)
    assert waits == sorted(waits)
    assert waits[-1] == waits[-2] == PROBE
    assert len(waits) < 35


def test_a_server_that_is_down_for_a_day_is_asked_again_within_hours() -> None:
    waits = year_of(Failure(FailureKind.HTTP, "503", 503))
    passed = timedelta(0)
    while passed < DAY:
        passed += waits.pop(0)
    assert passed < DAY + 8 * HOUR


@pytest.mark.parametrize(
    ("failure", "wait"),
    [
        (Failure(FailureKind.RATE_LIMITED, "429", 429), HOUR),
        (Failure(FailureKind.RATE_LIMITED, "429", 429, 2 * HOUR), 2 * HOUR),
        (Failure(FailureKind.HTTP, "503", 503, 9 * DAY), DAY),
        (Failure(FailureKind.HTTP, "503", 503), 0 * HOUR),
    ],
)
def test_who_asks_to_be_left_alone_is_so_long_and_no_longer_than_we_ever_wait(
    failure: Failure, wait: timedelta
) -> None:
    assert asked_wait(failure, usual=HOUR, longest=DAY) == wait


def test_410_is_believed_the_second_time_running_and_not_before_a_day_has_passed() -> None:
    assert backoff(GONE, 1.0, usual=HOUR, shortest=HOUR) >= DAY
    assert not is_over(GONE, None)
    assert not is_over(GONE, FailureKind.HTTP)
    assert not is_over(MISSING, FailureKind.GONE)
    assert is_over(GONE, FailureKind.GONE)
