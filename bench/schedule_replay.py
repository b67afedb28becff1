"""How soon each scheduler finds new entries, at equal numbers of requests, on generated publishing traces.

    python -m bench.schedule_replay [--feeds N] [--days N] [--seed N]

From the checkout's root. The rules of the peers are written down from their documentation and settings (see `Peer`
classes); what a poll costs or fails is not simulated, only when it is made. A poll shows the newest entries; what
scrolled out before it was seen is missed, and its delay counts as endless.

Our rule runs with three settings of `poll.default_interval`; each peer's times are stretched or shrunk, all by one
factor, until it makes as many requests as we do. So both sides have the same number of requests, and the peers are
spared the defaults with which some lose a tenth of the entries.
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
    """commoncrawl/news-crawl: 12 h at first, times 1.5 after a poll without a change, times 0.8 after one with; from 90
    minutes to 90 days. It finds its own pace whatever its times are multiplied by, so the growth is what is scaled."""

    def __init__(self, scale: float, seed: str) -> None:
        self._growth = 1 + 0.5 * scale
        self._least, self._most = 1.5 * min(scale, 1.0), 90 * DAY * min(scale, 1.0)
        self._wait = 12.0

    def next(self, now: float, news: Sequence[float], shown: Sequence[float]) -> float:
        self._wait = min(max(self._wait * (0.8 if news else self._growth), self._least), self._most)
        return self._wait


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
    """A scale at which the scheduler makes no more than `requests`, and within two per cent of them where it can."""
    scale, found = 1.0, None
    for _ in range(9):
        score = replay(made, scheduler, scale, end)
        if score.requests <= requests and (found is None or score.requests > found[1].requests):
            found = scale, score
        if found and found[1].requests > 0.98 * requests:
            break
        scale *= score.requests / (0.99 * requests)
    assert found is not None, "no scale makes so few requests"
    return found


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    arguments.add_argument("--feeds", type=int, default=10, help="feeds of each family")
    arguments.add_argument("--days", type=int, default=42)
    arguments.add_argument("--seed", type=int, default=1)
    asked = arguments.parse_args()
    end = asked.days * DAY
    made = list(traces(asked.seed, asked.feeds, end))
    print(
        f"{len(made)} feeds, {asked.days} days, the same requests on both sides. Minutes to discovery, theirs : ours"
    )
    print("= ratio: the median over all entries, and the mean of the medians of the six families.")
    for usual in (0.5, 1.0, 2.0):
        ours = replay(made, Ours, usual, end)
        print(
            f"\ndefault_interval {usual:g} h: {ours.requests / len(made) / asked.days:.1f} requests a feed and day"
        )
        theirs = {name: matched(made, peer, ours.requests, end) for name, peer in PEERS.items()}
        for name, (scale, score) in theirs.items():
            _tell(name, score, ours, f"times {scale:.2f}")
        best = min(score.median() for _, score in theirs.values())
        even = min(score.even() for _, score in theirs.values())
        print(f"  to the best of them: {ours.median() / best:.2f}, goal {GOAL_DELAY}; families evenly:"
              f" {ours.even() / even:.2f}, goal {GOAL_DELAY}")  # fmt: skip
        print(f"  missed: {ours.missed / ours.entries:.3%}, goal {GOAL_MISSED:.1%}")
        print("  ours by family: " + ", ".join(f"{f} {60 * ours.median(f):.0f}" for f in FAMILIES))


def _tell(name: str, theirs: Score, ours: Score, how: str) -> None:
    print(
        f"  {name:26} {60 * theirs.median():6.1f} : {60 * ours.median():5.1f} = {ours.median() / theirs.median():.2f}"
        f"   {60 * theirs.even():6.1f} : {60 * ours.even():5.1f} = {ours.even() / theirs.even():.2f}"
        f"   missed {theirs.missed / theirs.entries:6.2%} : {ours.missed / ours.entries:6.3%}"
        f"   requests {ours.requests / theirs.requests:.2f}  ({how})"
    )


if __name__ == "__main__":
    main()
