"""When to come back to a feed, and why: pure. The one documented order:

1. **Retry-After** of a refusal (429, 503, any other), at least `shortest`, at most a week. Beside a failure that is
   meant (404, 410) it counts only where it is longer than what that asks for.
2. **A failure**: the interval doubles with each weighed failure, up to 30 days (feeds/failures.py). 429 weighs
   nothing: without a Retry-After the interval doubles, up to `longest`.
3. **The rhythm**: when enough entries are expected to have waited long enough (feeds/forecast.py), between `shortest`
   and `longest`. `usual` is about the interval of a feed with an entry in that time; a busier one is visited in
   proportion to its rate, a rarer one less often, by the root, so that it is not forgotten.
4. **The longest hint**: Cache-Control or Expires, ttl, sy: lengthen the wait, up to `LONGEST_HINT`, and
   never by so much that entries are expected to scroll out unseen.
5. **skipHours, skipDays** push the time on by whole hours to one that is not to be skipped; not after 429 or
   Retry-After, whose wait may be the host's.
6. **Jitter**, up to a tenth of the wait and five minutes: feeds of one server do not come in step. After the first
   visit up to half the wait and `usual`, for feeds are added together by thousands.

`NextPoll.reason` says in one line what won; `NextPoll.steps` what each rule was given and what it made of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from ingest.feeds import failures as failing
from ingest.feeds import hints as hinting
from ingest.feeds.forecast import Forecast, rate
from ingest.records import Failure, FailureKind, FeedHints, NextPoll, Rhythm, Step

__all__ = ["Bounds", "bounds", "next_poll", "words"]

ACQUAINTANCE = 20
"""A feed that was silent over its first weekend is not left alone until Monday night: the longest wait is this part of
the time its entries look back on."""

LONGEST_HINT = timedelta(hours=6)
"""A feed that says "yearly" is still looked at."""

MOST_JITTER = timedelta(minutes=5)
QUIET_FACTOR = 1.5  # for a feed that never showed an entry: nothing is known of its rhythm


@dataclass(frozen=True, slots=True)
class Bounds:
    """The operator's limits (settings.poll)."""

    shortest: timedelta
    usual: timedelta
    longest: timedelta


class PollSettings(Protocol):
    @property
    def min_interval(self) -> timedelta: ...
    @property
    def default_interval(self) -> timedelta: ...
    @property
    def max_interval(self) -> timedelta: ...


def bounds(settings: PollSettings) -> Bounds:
    """The limits that the settings set."""
    return Bounds(settings.min_interval, settings.default_interval, settings.max_interval)


def next_poll(
    *,
    now: datetime,
    bounds: Bounds,
    dice: float,
    rhythm: Rhythm | None = None,
    interval: timedelta | None = None,
    hints: FeedHints = FeedHints(),  # noqa: B008 - frozen
    failure: Failure | None = None,
    failures: float = 0.0,
) -> NextPoll:
    """The time of the next poll, the interval it rests on (without jitter) and why.

    `rhythm` and `hints` are what is known after this poll; `interval` is what the last decision chose, None for a new
    feed; `failures` the weighed count including this one; `dice` the caller's random number from [0, 1).
    """
    if failure is not None:
        return _after_failure(now, interval, bounds, dice, hints, failure, failures)
    forecast = Forecast(rhythm, now) if rhythm else None
    chosen, reason = _by_rhythm(forecast, interval, bounds)
    steps = [Step("rhythm", reason, chosen)]
    hint = _longest_hint(forecast, bounds, hints, steps)
    if hint is not None and hint[1] > chosen:
        chosen, reason = hint[1], f"every {words(hint[1])}: {hint[0]}"
    spread = min(chosen / 2, bounds.usual) if interval is None else min(chosen / 10, MOST_JITTER)
    return _at(now, chosen + spread * dice, spread, hints, NextPoll(now, chosen, reason, tuple(steps)))


def _at(now: datetime, wait: timedelta, spread: timedelta, hints: FeedHints, found: NextPoll) -> NextPoll:
    """`found` with its time: after `wait`, the jitter out of `spread` included, and at no hour to be skipped."""
    at, reason, steps = now + wait, found.reason, found.steps
    moved = hinting.allowed(at, hints)
    if moved != at:
        reason += ", moved by skipHours or skipDays"
        steps += (Step("skipHours, skipDays", hinting.skipped(hints), moved - now),)
    steps += (Step("jitter", f"up to {words(spread)}", moved - now),)
    return NextPoll(moved, found.interval, reason, steps)


def _by_rhythm(
    forecast: Forecast | None, interval: timedelta | None, bounds: Bounds
) -> tuple[timedelta, str]:
    if forecast is None:
        chosen = bounds.usual if interval is None else min(interval * QUIET_FACTOR, bounds.longest)
        return chosen, f"every {words(chosen)}: no entry seen yet"

    usual = bounds.usual / timedelta(hours=1)
    patience = usual * usual / 2 / max(forecast.an_hour * usual, 1.0)
    longest = min(max(forecast.known_for / ACQUAINTANCE, bounds.usual), bounds.longest)
    chosen = max(forecast.until(patience, longest), bounds.shortest)
    return chosen, f"in {words(chosen)}: about {rate(24 * forecast.an_hour)}"


def _longest_hint(
    forecast: Forecast | None, bounds: Bounds, hints: FeedHints, steps: list[Step]
) -> tuple[str, timedelta] | None:
    """The longest wait that is asked for, clamped, and who asks."""
    asked = hinting.floors(hints)
    if not asked:
        return None
    most = LONGEST_HINT
    if forecast is not None:
        most = max(forecast.overflow(most), bounds.shortest)
    clamped = [(name, min(wait, most)) for name, wait in asked]
    steps += [
        Step(name, f"asks {words(wait)}", granted)
        for (name, wait), (_, granted) in zip(asked, clamped, strict=True)
    ]
    return max(clamped, key=lambda hint: hint[1])


def _after_failure(
    now: datetime,
    interval: timedelta | None,
    bounds: Bounds,
    dice: float,
    hints: FeedHints,
    failure: Failure,
    failures: float,
) -> NextPoll:
    """The learned interval is kept through failures; only a 429 without a time lengthens it, step by step."""
    usual = interval or bounds.usual
    wait = failing.backoff(failure, failures, usual=min(usual, bounds.usual), shortest=bounds.shortest)
    rule, reason = "failures", f"backing off {words(wait)} after {failure.kind.value}"
    asked = failure.retry_after or timedelta(0)  # a moment that has passed asks for nothing
    granted = min(max(asked, bounds.shortest), failing.LONGEST_RETRY_AFTER)
    if asked and (granted > wait or failing.weight(failure) < 1):
        wait, hints = granted, FeedHints()
        rule, reason = "Retry-After", f"Retry-After {asked.total_seconds():.0f} s, waiting {words(wait)}"
    elif failure.kind is FailureKind.RATE_LIMITED:
        usual = wait = min(max(usual, bounds.usual) * 2, bounds.longest)
        hints = FeedHints()
        rule, reason = "429", f"too often for the server: slowing down to {words(wait)}"
    spread = min(wait / 10, timedelta(hours=1))
    found = NextPoll(now, usual, reason, (Step(rule, reason, wait),))
    return _at(now, wait + spread * dice, spread, hints, found)


def words(wait: timedelta) -> str:
    """A duration for a person: "12 min", "3.5 h", "2.0 d"."""
    minutes = wait.total_seconds() / 60
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.1f} h" if minutes < 48 * 60 else f"{minutes / 1440:.1f} d"
