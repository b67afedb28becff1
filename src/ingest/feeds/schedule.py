"""When to come back to a feed, and why: pure.

Order, first that applies:

1. a server's Retry-After (429, 503), clamped to `longest`;
2. a failure: the interval doubles with each weighed failure, up to `longest` (hard failures weigh 1, soft ½,
   temporary ¼: mediacloud/rss-fetcher);
3. the adaptive interval: shorter after something new, longer after nothing new; never sooner than the feed's own
   hints (Cache-Control max-age, ttl, sy:) allow, themselves clamped to `patience`, so that a feed that says
   "yearly" is still looked at.

Then skipHours and skipDays push the time forward, and a jitter of up to a tenth spreads feeds that were added together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.records import Failure, FailureKind, FeedHints, NextPoll


@dataclass(frozen=True, slots=True)
class Bounds:
    """The operator's limits (settings.poll)."""

    shortest: timedelta = timedelta(minutes=15)
    usual: timedelta = timedelta(hours=1)
    longest: timedelta = timedelta(days=1)
    patience: timedelta = timedelta(hours=6)


NEWS_FACTOR = 0.8  # commoncrawl/news-crawl: ×0.8 after a change, ×1.5 after none
QUIET_FACTOR = 1.5

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


def failure_weight(failure: Failure) -> float:
    """How much one failure counts: 1 hard, ½ soft, ¼ temporary, 0 not the feed's fault."""
    if failure.kind is FailureKind.HTTP and failure.status is not None and failure.status >= 500:
        return 0.25
    return _WEIGHT.get(failure.kind, 1.0)


def next_poll(
    *,
    now: datetime,
    interval: timedelta | None,
    bounds: Bounds,
    dice: float,
    news: int = 0,
    failure: Failure | None = None,
    failures: float = 0.0,
    hints: FeedHints = FeedHints(),  # noqa: B008 - frozen
    headers: Mapping[str, str] | None = None,
) -> NextPoll:
    """The time of the next poll, the interval it rests on (without jitter) and the reason in one line.

    `interval` is what the last decision chose, None for a new feed; `news` the new and edited entries of this
    poll; `failures` the weighed count including this one; `dice` the caller's random number from [0, 1).
    """
    if failure is not None:
        return _after_failure(now, interval, bounds, dice, failure, failures)
    chosen, reason = _adapted(interval, bounds, news)
    hinted = _hinted(hints, headers or {}, bounds)
    if hinted is not None and hinted[0] > chosen:
        chosen, reason = hinted[0], f"every {_words(hinted[0])}: {hinted[1]}"
    at = now + chosen + _jitter(chosen, dice)
    allowed = _skip(at, hints)
    if allowed != at:
        reason += ", moved by skipHours or skipDays"
    return NextPoll(allowed, chosen, reason)


def _after_failure(
    now: datetime,
    interval: timedelta | None,
    bounds: Bounds,
    dice: float,
    failure: Failure,
    failures: float,
) -> NextPoll:
    usual = interval or bounds.usual
    if failure.retry_after is not None:
        wait = min(max(failure.retry_after, bounds.shortest), max(bounds.longest, bounds.patience))
        return NextPoll(
            now + wait + _jitter(wait, dice),
            usual,
            f"Retry-After {failure.retry_after.total_seconds():.0f} s, waiting {_words(wait)}",
        )
    wait = min(bounds.longest, max(bounds.shortest, usual) * 2 ** min(failures, 10.0))
    return NextPoll(
        now + wait + _jitter(wait, dice), usual, f"backing off {_words(wait)} after {failure.kind.value}"
    )


def _adapted(interval: timedelta | None, bounds: Bounds, news: int) -> tuple[timedelta, str]:
    if interval is None:
        return bounds.usual, f"every {_words(bounds.usual)}: first poll"
    chosen = interval * (NEWS_FACTOR if news else QUIET_FACTOR)
    chosen = min(max(chosen, bounds.shortest), bounds.longest)
    return chosen, f"every {_words(chosen)}: {news or 'nothing'} new"


def _hinted(hints: FeedHints, headers: Mapping[str, str], bounds: Bounds) -> tuple[timedelta, str] | None:
    """The longest wait the feed or server asks for, clamped to our patience, and who asks."""
    asked = [(hints.ttl, "ttl"), (hints.update_interval, "sy:updatePeriod"), (_max_age(headers), "max-age")]
    waits = [(min(wait, bounds.patience), name) for wait, name in asked if wait is not None]
    return max(waits, default=None)


def _max_age(headers: Mapping[str, str]) -> timedelta | None:
    """RFC 9111 §5.2.2.1, less the Age the copy already has."""
    found = re.search(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", headers.get("cache-control", ""), re.I)
    if not found:
        return None
    age = headers.get("age", "")
    return timedelta(seconds=max(0, int(found[1]) - (int(age) if age.isdigit() and len(age) < 10 else 0)))


def _skip(at: datetime, hints: FeedHints) -> datetime:
    """The first full hour from `at` on that is not to be skipped; `at` when none would be left in a week."""
    if not hints.skip_hours and not hints.skip_days:
        return at
    moved = at
    for _ in range(24 * 7 + 1):
        if moved.hour not in hints.skip_hours and moved.weekday() not in hints.skip_days:
            return moved
        moved = moved.replace(minute=at.minute, second=0, microsecond=0) + timedelta(hours=1)
    return at


def _jitter(wait: timedelta, dice: float) -> timedelta:
    return wait * (dice / 10)


def _words(wait: timedelta) -> str:
    minutes = wait.total_seconds() / 60
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} d"
