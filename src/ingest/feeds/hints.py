"""What a feed and its server say about when to come back. Pure.

    Cache-Control, Expires   RFC 9111 §4.2.1, how long the answer stays fresh (read by fetch/headers.py)
    ttl                      RSS 2.0, minutes that the document may be cached
    skipHours, skipDays      RSS 2.0, in GMT: when not to read it
    sy:updatePeriod          RSS 1.0 module Syndication, how often it is updated

What an answer leaves out stays as it was: a 304 carries no document, and need not repeat the headers of the answer
that it freshens (RFC 9111 §4.3.4).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from ingest.records import FeedHints


def remembered(before: FeedHints, said: FeedHints | None, fresh_for: timedelta | None) -> FeedHints:
    """The hints after an answer: `said` by its document (None when none was read), `fresh_for` by its headers."""
    if said is None:
        return before if fresh_for is None else replace(before, fresh_for=fresh_for)
    return replace(said, fresh_for=fresh_for)


def floors(hints: FeedHints) -> list[tuple[str, timedelta]]:
    """The waits that are asked for, by the name of who asks, in the order they are told."""
    asked = (
        ("Cache-Control or Expires", hints.fresh_for),
        ("ttl", hints.ttl),
        ("sy:updatePeriod", hints.update_interval),
    )
    return [(name, wait) for name, wait in asked if wait]


def allowed(at: datetime, hints: FeedHints) -> datetime:
    """`at`, or so many whole hours later that its hour and day are not to be skipped.

    The minute stays, so that feeds which skip the same hours do not come all at once when they end. `at` itself when a
    week has no other hour.
    """
    if not hints.skip_hours and not hints.skip_days:
        return at
    moved = at
    for _ in range(24 * 7 + 1):
        if moved.hour not in hints.skip_hours and moved.weekday() not in hints.skip_days:
            return moved
        moved += timedelta(hours=1)
    return at


def skipped(hints: FeedHints) -> str:
    """What is to be skipped, for a person; empty where nothing is."""
    names = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    hours = ", ".join(f"{hour}:00" for hour in sorted(hints.skip_hours))
    days = ", ".join(names[day] for day in sorted(hints.skip_days))
    said = "; ".join(part for part in (hours, days) if part)
    return f"not at {said}" if said else ""
