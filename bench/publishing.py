"""Publishing traces of the six ways in which feeds live, generated from a seed: what bench.schedule_replay replays.

A trace is the times at which entries appear in one feed, in hours from a Monday 00:00 UTC, the first `HISTORY` of them
hours before the first visit; and how many entries its document shows. Every feed draws its own rate, its own zone and
its own window from its seed.

- steady:   round the clock, 2 to 60 a day; half of the feeds at any time (Poisson), half by the clock, as scheduled
            jobs do: every 30 minutes to 12 hours, within two minutes, one in twenty left out.
- bursty:   1 to 5 bursts a day, each of 2 to 10 entries over about an hour; nothing between them.
- office:   3 to 60 a weekday between 8 and 18 of its own zone, most before noon; a tenth of that at weekends.
- weekly:   one to three slots a week, within 20 minutes of a fixed time, one to three entries, one slot in ten missed.
- dying:    office or steady, halving every 9 days, silent from the middle of the time on.
- reviving: silent for the first half, then office or steady, coming back over five days.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from random import Random

HISTORY = 336.0
DAY, WEEK = 24.0, 168.0


@dataclass(frozen=True, slots=True)
class Trace:
    family: str
    times: tuple[float, ...]  # hours, ascending; those before 0 stand in the feed when it is first visited
    window: int  # entries the document shows


def steady(dice: Random, end: float) -> list[float]:
    if dice.random() < 0.5:
        return _poisson(dice, _rate(dice, 2, 60) / DAY, end)
    period, phase = dice.choice((0.5, 1, 1, 2, 3, 4, 6, 12)), dice.uniform(0, 12)
    slots = range(int((-HISTORY - phase) / period), int((end - phase) / period) + 1)
    return [phase + period * slot + dice.gauss(0, 1 / 60) for slot in slots if dice.random() < 0.95]


def bursty(dice: Random, end: float) -> list[float]:
    starts = _poisson(dice, _rate(dice, 1, 5) / DAY, end)
    return [start + dice.expovariate(1.0) for start in starts for _ in range(dice.randint(2, 10))]


def office(dice: Random, end: float) -> list[float]:
    entries, zone = _rate(dice, 3, 60), dice.choice((-8, -5, -3, 0, 1, 2, 5, 8, 9))
    times = []
    for day in range(int(-HISTORY // DAY), int(end // DAY) + 1):
        mean = entries if day % 7 < 5 else entries / 10
        for _ in range(_count(dice, mean)):
            times.append(DAY * day + dice.triangular(8, 18, 10.5) - zone)
    return times


def weekly(dice: Random, end: float) -> list[float]:
    slots = [dice.uniform(0, WEEK) for _ in range(dice.randint(1, 3))]
    times = []
    for week in range((-12), int(end // WEEK) + 1):
        for slot in slots:
            if dice.random() < 0.9:
                at = WEEK * week + slot + dice.gauss(0, 1 / 6)
                times += [at + dice.uniform(0, 0.1) for _ in range(dice.randint(1, 3))]
    return times


def dying(dice: Random, end: float) -> list[float]:
    alive = dice.choice((steady, office))(dice, end / 2)
    return [at for at in alive if at < 0 or dice.random() < 0.5 ** (at / (9 * DAY))]


def reviving(dice: Random, end: float) -> list[float]:
    alive = dice.choice((steady, office))(dice, end)
    return [at for at in alive if at < -HISTORY / 2 or dice.random() < (at - end / 2) / (5 * DAY)]


FAMILIES: dict[str, Callable[[Random, float], list[float]]] = {
    made.__name__: made for made in (steady, bursty, office, weekly, dying, reviving)
}


def traces(seed: int, feeds: int, end: float) -> Iterator[Trace]:
    """`feeds` of each family over `end` hours."""
    for family, make in FAMILIES.items():
        for number in range(feeds):
            dice = Random(f"{seed}/{family}/{number}")
            times = sorted(at for at in make(dice, end) if at < end)
            yield Trace(family, tuple(times), dice.choice((10, 15, 20, 20, 25, 30, 50)))


def _rate(dice: Random, low: float, high: float) -> float:
    """Rates of feeds spread over orders of magnitude: even in the logarithm."""
    return math.exp(dice.uniform(math.log(low), math.log(high)))


def _poisson(dice: Random, rate: float, end: float) -> list[float]:
    at, times = -HISTORY, []
    while (at := at + dice.expovariate(rate)) < end:
        times.append(at)
    return times


def _count(dice: Random, mean: float) -> int:
    """A Poisson number: arrivals of rate `mean` in one unit of time."""
    at, n = dice.expovariate(mean), 0
    while at < 1:
        at, n = at + dice.expovariate(mean), n + 1
    return n
