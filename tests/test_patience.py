"""How long a page that could not be had is waited for: the rule itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ingest.patience import PAUSES, Missed, Missing, after, of_failure
from ingest.records import Awaited, Failure, FailureKind

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_pauses_grow_until_the_page_is_given_up() -> None:
    failed = Missed("no answer", Missing.FAILED)
    awaited: Awaited | None = None
    due = []
    for _ in range(5):
        awaited = after(failed, awaited, NOW)
        assert awaited is not None
        due.append(awaited.due_at and awaited.due_at - NOW)
    assert due == [HOUR, 6 * HOUR, 24 * HOUR, 72 * HOUR, None]
    assert awaited == Awaited("no answer", 5, None, asked=0)


def test_a_host_that_asks_for_more_time_has_it() -> None:
    awaited = after(Missed("429", Missing.FAILED, 9 * HOUR), Awaited("429", 1, NOW), NOW)
    assert awaited == Awaited("429", 2, NOW + 9 * HOUR)
    assert after(Missed("429", Missing.FAILED, HOUR / 2), None, NOW) == Awaited("429", 1, NOW + PAUSES[0])


def test_what_was_not_asked_for_is_due_at_the_next_poll_and_no_try_of_it_is_lost_or_counted() -> None:
    left = Missed("over the limit", Missing.LEFT)
    assert after(left, None, NOW) == Awaited("over the limit", 0, NOW)
    before = Awaited("no answer", 3, NOW - HOUR)
    assert after(left, before, NOW) is before


def test_what_will_not_change_is_not_awaited() -> None:
    assert after(Missed("gone", Missing.FOR_GOOD), Awaited("no answer", 1, NOW), NOW) is None


@pytest.mark.parametrize(
    ("kind", "status", "how"),
    [
        (FailureKind.HTTP, 500, Missing.FAILED),
        (FailureKind.HTTP, 503, Missing.FAILED),
        (FailureKind.HTTP, 408, Missing.FAILED),
        (FailureKind.RATE_LIMITED, 429, Missing.FAILED),
        (FailureKind.TIMEOUT, None, Missing.FAILED),
        (FailureKind.TIMEOUT, 200, Missing.FAILED),
        (FailureKind.DNS, None, Missing.FAILED),
        (FailureKind.TLS, None, Missing.FAILED),
        (FailureKind.PROTOCOL, 200, Missing.FAILED),
        (FailureKind.HTTP, 404, Missing.FOR_GOOD),
        (FailureKind.GONE, 410, Missing.FOR_GOOD),
        (FailureKind.HTTP, 401, Missing.FOR_GOOD),
        (FailureKind.HTTP, 403, Missing.FOR_GOOD),
        (FailureKind.HTTP, 451, Missing.FOR_GOOD),
        (FailureKind.TOO_BIG, 200, Missing.FOR_GOOD),
        (FailureKind.BLOCKED, None, Missing.FOR_GOOD),
        (FailureKind.REDIRECTS, 302, Missing.FOR_GOOD),
    ],
)
def test_a_failure_that_passes_is_told_from_one_that_stays(
    kind: FailureKind, status: int | None, how: Missing
) -> None:
    assert of_failure(Failure(kind, "post.example: no", status)).how is how


def test_visits_to_the_page_itself_are_counted_apart_from_those_that_its_host_failed() -> None:
    asked = of_failure(Failure(FailureKind.HTTP, "post.example: HTTP 503", 503))
    awaited = after(asked, None, NOW)
    assert awaited is not None
    assert (awaited.tries, awaited.asked) == (1, 1)
    again = after(Missed("post.example: HTTP 503", Missing.FAILED), awaited, NOW)
    assert again is not None
    assert (again.tries, again.asked) == (2, 1)
