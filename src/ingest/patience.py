"""How long a page that could not be had is waited for. Pure.

A page that was not asked for (the limits of a poll were reached, its host's turn did not come) is due at the next poll.
One that failed for a reason that passes is tried again after pauses that grow, and then given up. Where nothing will
change (the page is gone, closed to us, or no page at all) it is not asked for again until the feed changes the entry.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime, timedelta

from ingest.records import Awaited, Failure, FailureKind

PAUSES = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=3))
"""After the first failure, the second …; a page that fails once more is given up."""

_PASSING_KINDS = frozenset(
    {
        FailureKind.DNS,
        FailureKind.CONNECT,
        FailureKind.TLS,
        FailureKind.TIMEOUT,
        FailureKind.RATE_LIMITED,
        FailureKind.PROTOCOL,
        FailureKind.EMPTY,
    }
)
_PASSING_STATUS = frozenset((408, 425))  # Request Timeout, Too Early; and all of 5xx


class Missing(enum.Enum):
    """What stood between us and a page."""

    LEFT = enum.auto()  # it was not asked for: our limits, its host's turn
    FAILED = enum.auto()  # it was, or its host was, and that may pass
    FOR_GOOD = enum.auto()


@dataclass(frozen=True, slots=True)
class Missed:
    """Why there is no page."""

    why: str
    how: Missing
    wait: timedelta = timedelta(0)  # so long at least its host wants to be left alone
    asked: bool = False  # the page itself was; else another of its host, or none


def of_failure(answer: Failure, wait: timedelta = timedelta(0)) -> Missed:
    """What a failed visit to a page, or to its host, means for it."""
    passing = answer.kind in _PASSING_KINDS or (answer.status or 0) >= 500 or answer.status in _PASSING_STATUS
    return Missed(answer.detail, Missing.FAILED if passing else Missing.FOR_GOOD, wait, asked=True)


def after(missed: Missed, before: Awaited | None, now: datetime) -> Awaited | None:
    """How the page is waited for from now on; None: not any more. `before`: how it was until now, if it was."""
    if missed.how is Missing.FOR_GOOD:
        return None
    if missed.how is Missing.LEFT:
        return before or Awaited(missed.why, 0, now)
    tries = (before.tries if before else 0) + 1
    asked = (before.asked if before else 0) + missed.asked
    due_at = now + max(PAUSES[tries - 1], missed.wait) if tries <= len(PAUSES) else None
    return Awaited(missed.why, tries, due_at, asked)
