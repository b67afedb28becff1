"""How often and when a feed publishes, learned from what arrives, and how long to wait by it: pure.

The model is a Poisson process whose intensity is a *rate* times a *profile*:

- The rate is that of four memories which fade over 3 hours, a day, a week and eight weeks. Each foretells every
  poll, and is trusted by how well it did (Bayes' rule, with a little forgiveness so that none is ever ruled out: the
  fixed share of Herbster and Warmuth, 1998). In a feed that publishes in bursts the short memory wins, in a steady one
  the long; a feed that dies or revives moves its trust within a few polls. Silence is weighed when it is asked for,
  so a poll that brings nothing changes nothing here, and nothing has to be stored.
- The profile is the share of the arrivals by hour of day times that by weekday, in UTC, fading over eight weeks, drawn
  towards "any time" while the evidence is thin.

The wait: come back when the *hours that entries are expected to have waited*, added up, reach a fixed patience. For a
constant rate that is an interval of sqrt(2·patience/rate), the allocation that makes the mean age least for a given
number of visits (Cho and Garcia-Molina, "Effective page refresh policies for web crawlers", 2003), and it carries
over to a rate that changes with the hour. It comes earlier when more entries are expected than the document shows.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from ingest.records import Rhythm

HOUR = timedelta(hours=1)
MEMORIES = (3.0, 24.0, 168.0, 1344.0)
"""Hours over which each memory fades to 1/e."""

PROFILE_FADES = 1344.0
FORGIVENESS = 0.02
DOUBT = 4.0
"""Arrivals of "any time" that the profile starts from."""

UNIFORM = 0.08
"""Share of the profile that stays "any time" for ever: feeds change their habits."""

PRIOR = 0.3
"""Arrivals each memory starts from, so that a feed never seen to publish is still looked at."""

MOST_NEWS = 200
"""Arrivals counted of one poll: a feed that renumbers its whole archive did not publish it today."""

SURE = 4.0
"""Standard deviations of what may come between two polls that the document has to have room for."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_ZERO = 3  # 1970-01-01 was a Thursday
_AN_HOUR_ON = tuple(math.exp(-1 / fade) for fade in MEMORIES)


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
    end = _hours(now)
    if rhythm is None or since is None:
        return _begin(end, now, [_hours(at) for at in news if at is not None and at <= now], shown)
    start = min(_hours(since), end)
    arrivals = sorted(_placed(news[:MOST_NEWS], start, end))
    at = _hours(rhythm.at)
    share = _Profile(rhythm)
    rates = _rates(rhythm, at)
    quiet, busy = share.mean(at, start), share.mean(start, end)
    silent = [_expected(rate, fade, quiet, at, start, at) for rate, fade in zip(rates, MEMORIES, strict=True)]
    foretold = [
        _expected(rate, fade, busy, start, end, at) for rate, fade in zip(rates, MEMORIES, strict=True)
    ]
    trust = _weighed(rhythm.trust, silent, foretold, len(arrivals))
    fade = math.exp((at - end) / PROFILE_FADES)
    hours, days, minutes = ([n * fade for n in of] for of in (rhythm.hours, rhythm.days, rhythm.minutes))
    for arrival in arrivals:
        _count(hours, days, minutes, arrival)
    return Rhythm(
        began=rhythm.began,
        at=now,
        sums=_summed(rhythm.sums, at, arrivals, end),
        trust=trust,
        hours=_short(hours),
        days=_short(days),
        minutes=_short(minutes),
        clumps=_clumps(rhythm.clumps, trust, foretold, len(arrivals)),
        shown=shown or rhythm.shown,
    )


class Forecast:
    """The arrivals that are expected from `now` on, hour by hour, and inside an hour by twelfths."""

    def __init__(self, rhythm: Rhythm, now: datetime) -> None:
        self._start = _hours(now)
        self._share = _Profile(rhythm)
        self._room = _room(rhythm)
        trust, rates = _posterior(rhythm, self._share, self._start)
        self._parts = [w * rate for w, rate in zip(trust, rates, strict=True)]
        self._marks: list[
            tuple[float, float, float]
        ] = []  # hours from now, arrivals until then, intensity after
        self.an_hour = sum(self._parts)
        """Entries an hour, whatever the hour."""

    def until(self, patience: float, longest: timedelta) -> timedelta:
        """How long to wait: until the expected hours of waiting of expected entries reach `patience`.

        `patience` is in entry-hours. Earlier when the document might scroll on by more than there is room for, and
        when a visit right after a peak finds nearly the same entries sooner; at most `longest`.
        """
        end, waited = self._walk(patience, longest / HOUR)
        return HOUR * self._pulled_back(end, waited)

    def overflow(self, longest: timedelta) -> timedelta:
        """When entries might begin to scroll out of the document unseen; at most `longest`."""
        return HOUR * self._walk(math.inf, longest / HOUR)[0]

    def _walk(self, patience: float, longest: float) -> tuple[float, float]:
        """When patience or room is used up, in hours from now, and the entry-hours waited by then."""
        share, parts, room, self._marks = self._share, self._parts, self._room, []
        hour, first = divmod(self._start, 1.0)
        elapsed = came = waited = 0.0
        while elapsed < longest:
            intensity = sum(parts) * share.hour(int(hour))
            last = min(1.0, first + longest - elapsed)
            more, late = share.within(first, last)
            longer = waited + came * (last - first) + intensity * late
            self._marks.append((elapsed, came, intensity))
            if came + intensity * more >= room or longer >= patience:
                return self._inside(elapsed, came, waited, intensity, first, patience)
            waited, came = longer, came + intensity * more
            elapsed, hour, first = elapsed + last - first, hour + 1, 0.0
            parts = [part * fading for part, fading in zip(parts, _AN_HOUR_ON, strict=True)]
        self._marks.append((elapsed, came, 0.0))
        return longest, waited

    def _inside(
        self,
        elapsed: float,
        came: float,
        waited: float,
        intensity: float,
        first: float,
        patience: float,
    ) -> tuple[float, float]:
        """The same inside one hour: to a twelfth, where patience is used up to the moment."""
        for twelfth in range(int(first * 12), 12):
            part = max((twelfth + 1) / 12 - first, 0.0)
            more = intensity * self._share.minute(twelfth) * part
            longer = waited + (came + more / 2) * part
            if longer >= patience and came + more < self._room:
                part *= (patience - waited) / (longer - waited)
                longer = patience
            waited, elapsed, came, first = longer, elapsed + part, came + more, first + part
            if longer >= patience or came >= self._room:
                break
        self._marks.append((elapsed, came, 0.0))
        return elapsed, waited

    def _pulled_back(self, end: float, waited: float) -> float:
        """The best moment up to `end`: what has come by then is found so much sooner, what comes after it waits for
        one more round, and rounds get shorter."""
        if end <= 0:
            return 0.0
        total = self._marks[-1][1]
        price = waited / end

        def gain(at: float, came: float) -> float:
            return (end - at) * (came - price) - (total - came) * end

        best = max(range(len(self._marks)), key=lambda n: gain(*self._marks[n][:2]))
        found = {elapsed: gain(elapsed, came) for elapsed, came, _ in (self._marks[best], self._marks[-1])}
        for elapsed, came, intensity in self._marks[max(best - 1, 0) : best + 1]:
            first = (self._start + elapsed) % 1.0
            for twelfth in range(int(first * 12) + 1, 12):
                at = elapsed + twelfth / 12 - first
                if at < end:
                    found[at] = gain(at, came + intensity * self._share.part(first, twelfth))
        return max(found, key=lambda at: (found[at], at))


def _room(rhythm: Rhythm) -> float:
    """The mean that leaves room for three standard deviations: mean + 3·sqrt(clumps·mean) = shown."""
    spread = SURE * math.sqrt(rhythm.clumps)
    root = (math.sqrt(spread * spread + 4 * max(rhythm.shown, 1)) - spread) / 2
    return root * root


# ------------------------------------------------------------------------------------------ the rate


def _begin(end: float, now: datetime, dated: list[float], shown: int) -> Rhythm:
    """The first document is history: the newest entries of a feed, which says nothing of the time before them."""
    dated = sorted(at for at in dated if at > end - 2 * MEMORIES[-1])[-MOST_NEWS:]
    began = dated[0] if dated else end
    hours, days, minutes = [0.0] * 24, [0.0] * 7, [0.0] * 12
    for arrival in dated:
        _count(hours, days, minutes, arrival, math.exp((arrival - end) / PROFILE_FADES))
    nothing = (PRIOR,) * len(MEMORIES)
    return Rhythm(
        began=_EPOCH + HOUR * began,
        at=now,
        sums=_summed(nothing, end, dated[1:], end),  # the first only marks where the look back begins
        trust=(1 / len(MEMORIES),) * len(MEMORIES),
        hours=_short(hours),
        days=_short(days),
        minutes=_short(minutes),
        clumps=_clumped(dated),
        shown=shown,
    )


def _rates(rhythm: Rhythm, moment: float) -> list[float]:
    """Arrivals an hour by each memory: its sum over the time it can have seen."""
    age = max(moment - _hours(rhythm.began), 1.0)
    passed = moment - _hours(rhythm.at)
    return [
        total * math.exp(-passed / fade) / (fade * (1 - math.exp(-age / fade)))
        for total, fade in zip(rhythm.sums, MEMORIES, strict=True)
    ]


def _posterior(rhythm: Rhythm, share: _Profile, moment: float) -> tuple[tuple[float, ...], list[float]]:
    """Trust and rates at `moment`, the silence since the last arrival weighed in."""
    at = _hours(rhythm.at)
    rates, mean = _rates(rhythm, at), share.mean(at, moment)
    silent = [_expected(rate, fade, mean, at, moment, at) for rate, fade in zip(rates, MEMORIES, strict=True)]
    return _weighed(rhythm.trust, silent, None, 0), _rates(rhythm, moment)


def _expected(rate: float, fade: float, mean: float, start: float, end: float, at: float) -> float:
    """Arrivals from `start` to `end` as a memory foretells whose rate was `rate` at `at`; `mean` is the profile's."""
    return rate * fade * mean * (math.exp((at - start) / fade) - math.exp((at - end) / fade))


def _weighed(
    trust: Sequence[float], silent: Sequence[float], foretold: Sequence[float] | None, news: int
) -> tuple[float, ...]:
    """Bayes' rule: trust times the Poisson likelihood of a silence, then of `news` arrivals."""
    logs = [math.log(w) - quiet for w, quiet in zip(trust, silent, strict=True)]
    if foretold is not None:
        logs = [
            log + news * math.log(max(mean, 1e-9)) - mean for log, mean in zip(logs, foretold, strict=True)
        ]
    best = max(logs)
    likely = [math.exp(max(log - best, -30.0)) for log in logs]
    total = sum(likely)
    even = FORGIVENESS / len(likely)
    return tuple(round((1 - FORGIVENESS) * one / total + even, 4) for one in likely)


def _clumps(before: float, trust: Sequence[float], foretold: Sequence[float], news: int) -> float:
    """The variance over the mean of what polls bring beside what was foretold: quick to rise, slow to fall."""
    mean = max(sum(w * one for w, one in zip(trust, foretold, strict=True)), 0.5)
    surprise = (news - mean) ** 2 / mean
    share = 0.3 if surprise > before else 0.05
    return round(min(max(before + share * (surprise - before), 1.0), 50.0), 2)


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
    stated = [_hours(at) if at is not None else start for at in news]
    return [
        at if start < at <= end else start + (end - start) * (n + 0.5) / len(stated)
        for n, at in enumerate(stated)
    ]


# ------------------------------------------------------------------------------------------ the profile


class _Profile:
    """How much more than usual is published at an hour of the week; its mean over a week is 1."""

    def __init__(self, rhythm: Rhythm) -> None:
        self.hours = _factors(rhythm.hours)
        self.days = _factors(rhythm.days)
        self._minutes = [UNIFORM + (1 - UNIFORM) * factor for factor in _factors(rhythm.minutes)]
        self._by_minute = [0.0, *accumulate(self._minutes)]
        self._late = sum(factor * (11.5 - n) for n, factor in enumerate(self._minutes)) / 144
        self._by_hour = [0.0, *accumulate(self.hours)]

    def hour(self, hour: int) -> float:
        """How much more than usual is published in this hour, counted from the epoch."""
        factor = self.hours[hour % 24] * self.days[(hour // 24 + _DAY_ZERO) % 7]
        return UNIFORM + (1 - UNIFORM) * factor

    def minute(self, twelfth: int) -> float:
        """How much more than usual is published in this twelfth of the hour."""
        return self._minutes[twelfth]

    def part(self, first: float, twelfth: int) -> float:
        """Of one arrival an hour: how many come between a part of the hour and the end of a twelfth."""
        whole = int(first * 12)
        before = self._by_minute[whole] + (first * 12 - whole) * self._minutes[whole]
        return max(self._by_minute[twelfth] - before, 0.0) / 12

    def within(self, first: float, last: float) -> tuple[float, float]:
        """The same between any two parts, and how long they have waited, together, at the end."""
        if first == 0.0 and last == 1.0:
            return 1.0, self._late
        came = waited = 0.0
        low, high = first * 12, last * 12
        for twelfth in range(int(low), min(math.ceil(high - 1e-9), 12)):
            start, end = max(low, twelfth), min(high, twelfth + 1)
            more = self._minutes[twelfth] * (end - start) / 12
            came += more
            waited += more * (high - (start + end) / 2) / 12
        return came, waited

    def mean(self, start: float, end: float) -> float:
        """The mean from `start` to `end`."""
        return self._held(start, end) / (end - start) if end > start else 1.0

    def _held(self, start: float, end: float) -> float:
        """The integral, in hours. Whole weeks are their own length."""
        weeks = int((end - start) // 168)
        start += 168 * weeks
        held, first, last = 0.0, int(start // 24), int(end // 24)
        for day in range(first, last + 1):
            low = self._of_day(start - 24 * day) if day == first else 0.0
            high = self._of_day(end - 24 * day) if day == last else 24.0
            held += (high - low) * self.days[(day + _DAY_ZERO) % 7]
        return 168 * weeks + UNIFORM * (end - start) + (1 - UNIFORM) * held

    def _of_day(self, hours: float) -> float:
        whole = min(int(hours), 23)
        return self._by_hour[whole] + (hours - whole) * self.hours[whole]


def _factors(counts: Sequence[float]) -> list[float]:
    """Counts as multiples of their mean, drawn towards 1 while there are few."""
    size, total = len(counts), sum(counts) + DOUBT
    return [(count + DOUBT / size) * size / total for count in counts]


def _count(
    hours: list[float], days: list[float], minutes: list[float], moment: float, weight: float = 1.0
) -> None:
    """Count an arrival in its two nearest hours and twelfths, so that 9:59 and 10:01 are not strangers."""
    for counts, at in ((hours, moment - 0.5), (minutes, moment * 12 - 0.5)):
        part = at % 1.0
        counts[int(at) % len(counts)] += weight * (1 - part)
        counts[(int(at) + 1) % len(counts)] += weight * part
    days[(int(moment // 24) + _DAY_ZERO) % 7] += weight


def _short(counts: Iterable[float]) -> tuple[float, ...]:
    return tuple(round(count, 2) for count in counts)


def _hours(moment: datetime) -> float:
    return (moment - _EPOCH) / HOUR
