"""What a failed visit costs a feed: its weight, and how long to stay away. Pure.

Nothing is ever given up: the wait doubles with each failure that weighs 1 and ends at `PROBE`, so an address that is
dead for good is asked once in 30 days and comes back by itself. The weights are those of mediacloud/rss-fetcher: a
refusal that is meant (404, not a feed) weighs 1, what may be somebody's passing mistake (name service, certificate)
a half, what is likely to pass (timeouts, 5xx) a quarter, so that a daily outage of an hour costs no news.
"""

from __future__ import annotations

from datetime import timedelta

from ingest.records import Failure, FailureKind

PROBE = timedelta(days=30)
"""The longest wait after failures, however many."""

LONGEST_RETRY_AFTER = timedelta(days=7)
"""317,100 s (three and a half days) was seen in the field and is obeyed; a year is a mistake."""

SURE = timedelta(days=1)
"""Between the first 410 and the second, which retires the feed."""

_WEIGHT = {
    FailureKind.TIMEOUT: 0.25,
    FailureKind.DNS: 0.5,
    FailureKind.CONNECT: 0.5,
    FailureKind.PROTOCOL: 0.5,
    FailureKind.EMPTY: 0.5,
    FailureKind.TLS: 0.5,
    FailureKind.PARSE_TIMEOUT: 0.5,
    FailureKind.INTERNAL: 0.25,
    FailureKind.RATE_LIMITED: 0.0,  # the feed is fine; we came too often
}


def weight(failure: Failure) -> float:
    """How much one failure counts: 1 hard, ½ soft, ¼ temporary, 0 not the feed's fault."""
    if failure.kind is FailureKind.HTTP and failure.status is not None and failure.status >= 500:
        return 0.25
    return _WEIGHT.get(failure.kind, 1.0)


def is_over(failure: Failure, before: FailureKind | None) -> bool:
    """Whether the source has ended the feed: 410 on two polls running (RFC 9110 §15.5.11), a day or more apart."""
    return failure.kind is FailureKind.GONE and before is FailureKind.GONE


def asked_wait(failure: Failure, *, usual: timedelta, longest: timedelta) -> timedelta:
    """How long a server asks to be left alone by 429, or by Retry-After with another status; zero when it does not."""
    if failure.kind is not FailureKind.RATE_LIMITED and not failure.retry_after:
        return timedelta(0)
    return min(failure.retry_after or usual, longest)


def backoff(failure: Failure, failures: float, *, usual: timedelta, shortest: timedelta) -> timedelta:
    """How long to stay away after a failure that asks for no time itself; `failures` weighs this one in."""
    wait = min(PROBE, max(shortest, usual) * 2 ** min(failures, 20.0))
    return max(wait, SURE) if failure.kind is FailureKind.GONE else wait
