"""How often a feed publishes, learned from what arrives: pure. When in the week it does: feeds/profile.py.

The model is a Poisson process whose intensity is a *rate* times a *profile*. The rate is that of four memories which
fade over 3 hours, a day, a week and eight weeks. Each foretells every poll, and is trusted by how well it did (Bayes'
rule, with a little forgiveness so that none is ever ruled out: the fixed share of Herbster and Warmuth, 1998). In a
feed that publishes in bursts the short memory wins, in a steady one the long; a feed that dies or revives moves its
trust within a few polls. Silence is weighed when it is asked for, so a poll that brings nothing changes nothing here,
and nothing has to be stored.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ingest.feeds.profile import Profile, count
from ingest.records import Rhythm

HOUR = timedelta(hours=1)
MEMORIES = (3.0, 24.0, 168.0, 1344.0)
"""Hours over which each memory fades to 1/e."""

PROFILE_FADES = 1344.0
FORGIVENESS = 0.02
UNDATED = 24.0
"""Hours that a document without dates is taken to look back on."""

PRIOR = 0.3
"""Arrivals each memory starts from, so that a feed never seen to publish is still looked at."""

MOST_NEWS = 200
"""Arrivals counted of one poll: a feed that renumbers its whole archive did not publish it today."""

NEAR_MISS = 0.8
"""Share of the shown entries that were new: more than this, and the next clump may scroll out unseen."""

_NOTHING = (0.0,) * len(MEMORIES)
_MOMENT = 1 / 60  # hours; so long an arrival takes
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def learn(
    rhythm: Rhythm | None,
    *,
    since: datetime | None,
    now: datetime,
    news: Sequence[datetime | None],
    shown: int,
) -> Rhythm | None:
    """The rhythm after a poll at `now` that brought `news`: the time each new entry states, None where it states none.

    `since` is the last poll before (None at the first, whose document is history); `shown` the number of entries in
    the document. A stated time outside of (since, now] is not believed: the entry came between the two polls, and may
    have come at any time. Without news the rhythm stays as it was.
    """
    if not news:
        return rhythm
    end = hours(now)
    if rhythm is None or since is None:
        return _begin(end, now, [hours(at) for at in news if at is not None and at <= now], shown)
    rhythm = caught_up(rhythm, min(since, now))
    start = min(hours(since), end)
    arrivals = sorted(_placed(news[:MOST_NEWS], start, end))
    at = hours(rhythm.at)
    share = Profile(rhythm)
    rates = _rates(rhythm, at)
    quiet, busy = share.mean(at, start), share.mean(start, end)
    silent = [_expected(rate, fade, quiet, at, start, at) for rate, fade in zip(rates, MEMORIES, strict=True)]
    foretold = [
        _expected(rate, fade, busy, start, end, at) for rate, fade in zip(rates, MEMORIES, strict=True)
    ]
    trust = _weighed(rhythm.trust, silent, foretold, len(arrivals), rhythm.clumps)
    fade = math.exp((at - end) / PROFILE_FADES)
    by_hour, by_day, by_minute = (
        [n * fade for n in of] for of in (rhythm.hours, rhythm.days, rhythm.minutes)
    )
    for arrival in arrivals:
        count(by_hour, by_day, by_minute, arrival)
    return Rhythm(
        began=rhythm.began,
        at=now,
        sums=_summed(rhythm.sums, at, arrivals, end),
        trust=trust,
        hours=_short(by_hour),
        days=_short(by_day),
        minutes=_short(by_minute),
        clumps=_clumps(rhythm, trust, foretold, len(arrivals)),
        shown=shown or rhythm.shown,
    )


def _begin(end: float, now: datetime, dated: list[float], shown: int) -> Rhythm:
    """The first document is history: the newest entries of a feed, which says nothing of the time before them."""
    dated = sorted(at for at in dated if at > end - 2 * MEMORIES[-1])[-MOST_NEWS:]
    began = dated[0] if dated else end - UNDATED
    by_hour, by_day, by_minute = [0.0] * 24, [0.0] * 7, [0.0] * 12
    for arrival in dated:
        count(by_hour, by_day, by_minute, arrival, math.exp((arrival - end) / PROFILE_FADES))
    clumps = _clumped(dated)
    sums, trust = _relived(dated or [began], end, clumps)
    return Rhythm(
        began=EPOCH + HOUR * began,
        at=now,
        sums=sums,
        trust=trust,
        hours=_short(by_hour),
        days=_short(by_day),
        minutes=_short(by_minute),
        clumps=clumps,
        shown=shown,
    )


def _relived(dated: list[float], end: float, clumps: float) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Sums and trust after a history, as if each of its entries had been met when it came."""
    began = last = dated[0]  # it only marks where the look back begins
    sums, trust = (PRIOR,) * len(MEMORIES), (1 / len(MEMORIES),) * len(MEMORIES)
    for at in (*dated[1:], end):
        rates = _rates_of(sums, last - began, 0.0)
        silent = [
            _expected(rate, fade, 1.0, last, at, last) for rate, fade in zip(rates, MEMORIES, strict=True)
        ]
        sums = _summed(sums, last, (), at)
        here = _rates_of(sums, at - began, 0.0)
        came = at is not end
        trust = _weighed(
            trust, silent, [rate * _MOMENT for rate in here] if came else _NOTHING, int(came), clumps
        )
        sums, last = _summed(sums, at, (at,) if came else (), at), at
    return sums, trust


def _rates(rhythm: Rhythm, moment: float) -> list[float]:
    return _rates_of(rhythm.sums, moment - hours(rhythm.began), moment - hours(rhythm.at))


def _rates_of(sums: Sequence[float], age: float, passed: float) -> list[float]:
    """Arrivals an hour by each memory: its sum, `passed` hours ago, over the time it can have seen in its `age`."""
    age = max(age, 1.0)
    return [
        total * math.exp(-passed / fade) / (fade * (1 - math.exp(-age / fade)))
        for total, fade in zip(sums, MEMORIES, strict=True)
    ]


def caught_up(rhythm: Rhythm, now: datetime) -> Rhythm:
    """A rhythm that stands for a moment to come was learned before the clock was set back; it stands for now."""
    return rhythm if rhythm.at <= now else replace(rhythm, at=now, began=min(rhythm.began, now))


def posterior(rhythm: Rhythm, share: Profile, moment: float) -> tuple[tuple[float, ...], list[float]]:
    """Trust and rates at `moment`, the silence since the last arrival weighed in."""
    at = hours(rhythm.at)
    rates, mean = _rates(rhythm, at), share.mean(at, moment)
    silent = [_expected(rate, fade, mean, at, moment, at) for rate, fade in zip(rates, MEMORIES, strict=True)]
    return _weighed(rhythm.trust, silent, _NOTHING, 0, rhythm.clumps), _rates(rhythm, moment)


def _expected(rate: float, fade: float, mean: float, start: float, end: float, at: float) -> float:
    """Arrivals from `start` to `end` as a memory foretells whose rate was `rate` at `at`; `mean` is the profile's."""
    return rate * fade * mean * (math.exp((at - start) / fade) - math.exp((at - end) / fade))


def _weighed(
    trust: Sequence[float], silent: Sequence[float], foretold: Sequence[float], news: int, clumps: float
) -> tuple[float, ...]:
    """Bayes' rule: trust times the Poisson likelihood of a silence, then of `news` arrivals.

    What comes in clumps is worth so many times less as evidence, and so is a silence between them.
    """
    logs = [
        math.log(w) + (news * math.log(max(mean, 1e-9)) - mean - quiet) / clumps
        for w, quiet, mean in zip(trust, silent, foretold, strict=True)
    ]
    best = max(logs)
    likely = [math.exp(max(log - best, -30.0)) for log in logs]
    total = sum(likely)
    even = FORGIVENESS / len(likely)
    return tuple(round((1 - FORGIVENESS) * one / total + even, 4) for one in likely)


def _clumps(rhythm: Rhythm, trust: Sequence[float], foretold: Sequence[float], news: int) -> float:
    """The variance over the mean of what polls bring beside what was foretold: quick to rise, slow to fall.

    A poll that found most of the document new was a near miss, and counts as a surprise whatever was foretold.
    """
    mean = max(sum(w * one for w, one in zip(trust, foretold, strict=True)), 0.5)
    surprise = (news - mean) ** 2 / mean
    if news > NEAR_MISS * rhythm.shown:
        surprise = max(surprise, 2 * rhythm.clumps)
    share = 0.3 if surprise > rhythm.clumps else 0.03
    return round(min(max(rhythm.clumps + share * (surprise - rhythm.clumps), 1.0), 50.0), 2)


def _clumped(dated: Sequence[float]) -> float:
    """The same of the first document, by what came within an hour and a half of one another."""
    bins: dict[int, int] = {}
    for at in dated:
        bins[int(at / 1.5)] = bins.get(int(at / 1.5), 0) + 1
    return round(max(sum(n * n for n in bins.values()) / len(dated), 1.0), 2) if dated else 2.0


def _summed(sums: Sequence[float], at: float, arrivals: Iterable[float], end: float) -> tuple[float, ...]:
    come = list(arrivals)
    return tuple(
        round(total * math.exp((at - end) / fade) + sum(math.exp((one - end) / fade) for one in come), 4)
        for total, fade in zip(sums, MEMORIES, strict=True)
    )


def _placed(news: Sequence[datetime | None], start: float, end: float) -> list[float]:
    """When each entry came: as it says, or evenly between the polls where that cannot be."""
    stated = [hours(at) if at is not None else start for at in news]
    return [
        at if start < at <= end else start + (end - start) * (n + 0.5) / len(stated)
        for n, at in enumerate(stated)
    ]


def _short(counts: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(count, 2) for count in counts)


def hours(moment: datetime) -> float:
    """Hours since the epoch."""
    return (moment - EPOCH) / HOUR
