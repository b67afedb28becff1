"""How soon each scheduler finds new entries, at equal numbers of requests, on generated publishing traces.

    python -m bench.schedule_replay [--feeds N] [--days N] [--seed N]

From the checkout's root. The rules of the peers are written down from their documentation and settings (see `Peer`
classes); what a poll costs or fails is not simulated, only when it is made. A poll shows the newest entries; what
scrolled out before it was seen is missed, and its delay counts as endless.

Two comparisons, each with the same requests on both sides:

1. each peer as it is configured by default, against our rule with the patience that makes as many requests;
2. our default, against each peer with all its times stretched until it makes as many requests.
"""

from __future__ import annotations

import argparse
import bisect
import statistics
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Protocol

from bench.publishing import FAMILIES, Trace, traces
from ingest.feeds import rhythm
from ingest.feeds.schedule import Bounds, next_poll
from ingest.records import Rhythm

GOAL_DELAY, GOAL_MISSED = 0.70, 0.001
MONDAY = datetime(2026, 6, 1, tzinfo=UTC)
MINUTE, DAY = 1 / 60, 24.0


class Scheduler(Protocol):
    def next(self, now: float, news: Sequence[float], shown: Sequence[float]) -> float:
        """Hours to wait after a poll at `now` that found `news` in a document of `shown` (times of appearance)."""
        ...


class Ours:
    """What the service does: the rhythm it stores, the decision it makes, its jitter."""

    def __init__(self, scale: float, seed: str) -> None:
        usual = timedelta(hours=scale)
        self._bounds = Bounds(min(usual, timedelta(minutes=10)), usual, max(usual, timedelta(days=1)))
        self._dice = Random(seed)
        self._rhythm: Rhythm | None = None
        self._since: datetime | None = None
        self._interval: timedelta | None = None

    def next(self, now: float, news: Sequence[float], shown: Sequence[float]) -> float:
        moment = MONDAY + timedelta(hours=now)
        dates = [MONDAY + timedelta(hours=at) for at in news]
        self._rhythm = rhythm.learn(self._rhythm, since=self._since, now=moment, news=dates, shown=len(shown))
        self._since = moment
        found = next_poll(
            now=moment,
            interval=self._interval,
            bounds=self._bounds,
            dice=self._dice.random(),
            rhythm=self._rhythm,
        )
        self._interval = found.interval
        return (found.at - moment) / timedelta(hours=1)


class RssFetcher:
    """mediacloud/rss-fetcher: the share of known entries decides, in steps of minutes, between 10 min and a day.

    12 h at first; from 67 % known on 10 minutes longer (an hour when nothing was new and nothing had been for 31 days);
    below 33 % an hour shorter, at once back to 12 h from above it.
    """

    def __init__(self, scale: float, seed: str) -> None:
        self._scale = scale
        self._wait = 12.0
        self._last = 0.0
        self._polls = 0

    def next(self, now: float, news: Sequence[float], shown: Sequence[float]) -> float:
        self._polls += 1
        known = 1 - len(news) / len(shown) if shown and news else 1.0
        self._last = now if news else self._last
        if self._polls > 1 and known >= 0.67:
            slow = not news and now - self._last > 31 * DAY
            self._wait = min(self._wait + (60 if slow else 10) * MINUTE, DAY)
        elif self._polls > 1 and known < 0.33:
            self._wait = 12.0 if self._wait > 12 else max(self._wait - 1, 10 * MINUTE)
        return self._scale * self._wait


class NewsCrawl:
    """commoncrawl/news-crawl: 12 h at first, times 1.5 after a poll without a change, times 0.8 after one with."""

    def __init__(self, scale: float, seed: str) -> None:
        self._scale = scale
        self._wait = 12.0

    def next(self, now: float, news: Sequence[float], shown: Sequence[float]) -> float:
        self._wait = min(max(self._wait * (0.8 if news else 1.5), 1.5), 90 * DAY)
        return self._scale * self._wait


class MinifluxFrequency:
    """miniflux, entry_frequency: a week over the entries of the last week, between 5 minutes and a day."""

    def __init__(self, scale: float, seed: str) -> None:
        self._scale = scale
        self._seen: list[float] = []

    def next(self, now: float, news: Sequence[float], shown: Sequence[float]) -> float:
        self._seen = [at for at in (*self._seen, *news) if at > now - 7 * DAY]
        wait = 7 * DAY / len(self._seen) if self._seen else DAY
        return self._scale * min(max(wait, 5 * MINUTE), DAY)


class MinifluxRound:
    """miniflux, round_robin: every feed once an hour."""

    def __init__(self, scale: float, seed: str) -> None:
        self._scale = scale

    def next(self, now: float, news: Sequence[float], shown: Sequence[float]) -> float:
        return self._scale


class CommaFeed:
    """CommaFeed, empirical: half the mean time between the entries shown, from 5 minutes to an hour; slower when the
    newest is a week (an hour), two (2 h) or a month old (4 h)."""

    def __init__(self, scale: float, seed: str) -> None:
        self._scale = scale

    def next(self, now: float, news: Sequence[float], shown: Sequence[float]) -> float:
        return self._scale * self._wait(now, shown)

    def _wait(self, now: float, shown: Sequence[float]) -> float:
        age = now - shown[-1] if shown else 30 * DAY
        for days, wait in ((30, 4.0), (14, 2.0), (7, 1.0)):
            if age >= days * DAY:
                return wait
        if len(shown) < 2:
            return 4.0
        return min(max((shown[-1] - shown[0]) / (len(shown) - 1) / 2, 5 * MINUTE), 1.0)


PEERS: dict[str, Callable[[float, str], Scheduler]] = {
    "rss-fetcher": RssFetcher,
    "news-crawl": NewsCrawl,
    "miniflux, entry frequency": MinifluxFrequency,
    "miniflux, round robin": MinifluxRound,
    "CommaFeed": CommaFeed,
}


@dataclass
class Score:
    requests: int = 0
    entries: int = 0
    missed: int = 0
    delays: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))

    def median(self, family: str | None = None) -> float:
        """Hours to discovery."""
        chosen = self.delays[family] if family else [d for one in self.delays.values() for d in one]
        return statistics.median(chosen) if chosen else 0.0

    def even(self) -> float:
        """The mean of the families' medians: no family counts more for having more entries."""
        return statistics.mean(self.median(family) for family in FAMILIES)


def replay(
    made: Sequence[Trace], scheduler: Callable[[float, str], Scheduler], scale: float, end: float
) -> Score:
    score = Score()
    for number, trace in enumerate(made):
        _visit(trace, scheduler(scale, f"{number}"), end, score)
    return score


def _visit(trace: Trace, scheduler: Scheduler, end: float, score: Score) -> None:
    times, seen, now = trace.times, 0, 0.0
    delays = score.delays[trace.family]
    first = bisect.bisect_right(times, 0.0)
    while now < end:
        score.requests += 1
        there = bisect.bisect_right(times, now)
        oldest = max(0, there - trace.window)
        if now:
            delays += [now - at for at in times[max(seen, oldest) : there]]
            lost = max(0, oldest - max(seen, first))
            delays += [float("inf")] * lost
            score.missed += lost
        news = times[max(seen, oldest) : there]
        seen = there
        now += max(scheduler.next(now, news, times[oldest:there]), MINUTE)
    score.entries += seen - first


def matched(
    made: Sequence[Trace], scheduler: Callable[[float, str], Scheduler], requests: int, end: float
) -> tuple[float, Score]:
    """The smallest scale at which the scheduler makes no more than `requests`, within one per cent."""
    low, high = 0.005, 200.0
    for _ in range(14):
        scale = (low * high) ** 0.5
        score = replay(made, scheduler, scale, end)
        if score.requests > requests:
            low = scale
        else:
            high = scale
            if score.requests > 0.99 * requests:
                break
    return high, replay(made, scheduler, high, end)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--feeds", type=int, default=8, help="feeds of each family")
    arguments.add_argument("--days", type=int, default=70)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    end = asked.days * DAY
    made = list(traces(asked.seed, asked.feeds, end))
    print(f"{len(made)} feeds, {asked.days} days; minutes to discovery, median over all entries (mean of the")
    print("families' medians); ratios are ours to theirs at equal requests")
    print("\n1. Peers by default, our patience set to make as many requests")
    for name, peer in PEERS.items():
        theirs = replay(made, peer, 1.0, end)
        scale, ours = matched(made, Ours, theirs.requests, end)
        _tell(name, theirs, ours, made, f"our usual interval {scale:.2f} h")
    default = replay(made, Ours, 1.0, end)
    print("\n2. Our default, the peers stretched to make as many requests")
    best, even = [], []
    for name, peer in PEERS.items():
        scale, theirs = matched(made, peer, default.requests, end)
        _tell(name, theirs, default, made, f"times {scale:.2f}")
        best.append(theirs.median())
        even.append(theirs.even())
    print(f"\nagainst the best of them: {default.median() / min(best):.2f}, goal {GOAL_DELAY}"
          f" (families evenly: {default.even() / min(even):.2f})")  # fmt: skip
    print(f"missed: {default.missed / default.entries:.3%}, goal {GOAL_MISSED:.1%}")
    print("by family, minutes: " + ", ".join(f"{f} {60 * default.median(f):.0f}" for f in FAMILIES))


def _tell(name: str, theirs: Score, ours: Score, made: Sequence[Trace], how: str) -> None:
    days = len(made)
    print(
        f"{name:26} requests {theirs.requests / days:6.0f} : {ours.requests / days:6.0f} a feed"
        f"  median {60 * theirs.median():6.1f} : {60 * ours.median():6.1f} = {ours.median() / theirs.median():.2f}"
        f"  even {60 * theirs.even():6.1f} : {60 * ours.even():6.1f} = {ours.even() / theirs.even():.2f}"
        f"  missed {theirs.missed / theirs.entries:7.3%} : {ours.missed / ours.entries:7.3%}  ({how})"
    )


if __name__ == "__main__":
    main()
