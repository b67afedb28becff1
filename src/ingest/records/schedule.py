"""What polling has learned of a feed: its rhythm, its hints, where it moved to, whether its validators can be trusted.

A `Standing` comes with the lease, is changed by the pure deciders of `feeds/` and goes back with the poll's record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.records.words import FailureKind


@dataclass(frozen=True, slots=True)
class FeedHints:
    """What the document and its headers say about when to come back, unclamped."""

    ttl: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()  # 0..23, GMT
    skip_days: frozenset[int] = frozenset()  # Monday is 0
    update_interval: timedelta | None = None  # sy:updatePeriod / sy:updateFrequency
    fresh_for: timedelta | None = None  # Cache-Control max-age or Expires, of the last answer that said


NO_HINTS = FeedHints()


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often and when a feed publishes, in sums that fade (feeds/rhythm.py). Written only when something is new."""

    began: datetime  # the first arrival it looks back on
    at: datetime  # the moment the sums stand for: the last poll that brought something
    sums: tuple[float, ...]  # arrivals that each memory still holds
    trust: tuple[float, ...]  # how well each memory foretold this feed; their sum is 1
    hours: tuple[float, ...]  # arrivals by hour of day, UTC; 24
    days: tuple[float, ...]  # arrivals by weekday, UTC, Monday first; 7
    minutes: tuple[float, ...]  # arrivals by twelfth of the hour; 12
    clumps: float  # variance over mean of what polls bring: 1 where entries come singly, more where in bursts
    shown: int  # entries the document shows: what more than that scrolls out unseen


@dataclass(frozen=True, slots=True)
class Moved:
    """A permanent redirect seen on one poll after another, and not yet adopted."""

    url: str
    since: datetime  # first seen
    times: int  # polls that were sent there


@dataclass(frozen=True, slots=True)
class Move:
    """A new address that the feed is given now."""

    url: str
    reason: str  # one line, kept in feed_aliases


@dataclass(frozen=True, slots=True)
class Standing:
    """What goes from poll to poll; the columns of `feeds` that only polling writes."""

    rhythm: Rhythm | None = None
    hints: FeedHints = NO_HINTS
    moved: Moved | None = None
    last_failure: FailureKind | None = None  # of the last poll; None when it succeeded
    whole_at: datetime | None = None  # the last answer with a whole document; an audit is due a while later
    distrusted: str | None = None  # why the feed's validators are not sent any more
