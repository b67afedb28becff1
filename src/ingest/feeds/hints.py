"""What a feed and its server say about when to come back. Pure.

    Cache-Control: max-age   RFC 9111 §5.2.2.1, less the Age the copy already has (§4.2.3)
    Expires                  RFC 9111 §5.3, against the answer's own Date; only where max-age is not given
    ttl                      RSS 2.0, minutes that the document may be cached
    skipHours, skipDays      RSS 2.0, in GMT: when not to read it
    sy:updatePeriod          RSS 1.0 module Syndication, how often it is updated

What an answer leaves out stays as it was: a 304 carries no document, and need not repeat the headers of the answer
that it freshens (RFC 9111 §4.3.4).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from ingest.records import FeedHints

_MAX_AGE = re.compile(r"(?:^|[,\s])max-age\s*=\s*\"?(\d{1,9})", re.I)
_UNCACHEABLE = re.compile(r"(?:^|[,\s])(?:no-cache|no-store)(?:[\s,;=]|$)", re.I)
ZERO = timedelta(0)


def remembered(before: FeedHints, said: FeedHints | None, headers: Mapping[str, str]) -> FeedHints:
    """The hints after an answer: `said` by its document (None when none was read), freshness by its headers."""
    document = before if said is None else said
    stated = "cache-control" in headers or "expires" in headers
    fresh_for = freshness(headers) if stated or said is not None else before.fresh_for
    return replace(document, fresh_for=fresh_for)


def freshness(headers: Mapping[str, str]) -> timedelta | None:
    """How long the answer says it stays fresh; None when it does not say, or says not at all."""
    control = headers.get("cache-control", "")
    if _UNCACHEABLE.search(control):
        return None
    if found := _MAX_AGE.search(control):
        age = headers.get("age", "")
        passed = int(age) if age.isdecimal() and len(age) < 10 else 0
        return timedelta(seconds=max(0, int(found[1]) - passed))
    expires, date = _date(headers.get("expires")), _date(headers.get("date"))
    return max(expires - date, ZERO) if expires and date else None


def floors(hints: FeedHints) -> list[tuple[str, timedelta]]:
    """The waits that are asked for, by the name of who asks, in the order they are told."""
    asked = (
        ("Cache-Control or Expires", hints.fresh_for),
        ("ttl", hints.ttl),
        ("sy:updatePeriod", hints.update_interval),
    )
    return [(name, wait) for name, wait in asked if wait]


def allowed(at: datetime, hints: FeedHints) -> datetime:
    """The first full hour from `at` on that is not to be skipped; `at` when none would be left in a week."""
    if not hints.skip_hours and not hints.skip_days:
        return at
    moved = at
    for _ in range(24 * 7 + 1):
        if moved.hour not in hints.skip_hours and moved.weekday() not in hints.skip_days:
            return moved
        moved = moved.replace(minute=at.minute, second=at.second, microsecond=0) + timedelta(hours=1)
    return at


def skipped(hints: FeedHints) -> str:
    """What is to be skipped, for a person; empty where nothing is."""
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    hours = ", ".join(f"{hour}:00" for hour in sorted(hints.skip_hours))
    days = ", ".join(names[day] for day in sorted(hints.skip_days))
    said = "; ".join(part for part in (hours, days) if part)
    return f"not at {said}" if said else ""


def _date(value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
