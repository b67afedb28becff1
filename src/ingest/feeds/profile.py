"""When a feed publishes: the shares of the hours of the day, of the weekdays and of the twelfths of the hour. Pure.

Three small histograms in UTC, multiplied: twelve numbers for the scheduled jobs that publish at :00 or :30, 24 for the
office day, seven for the week. Each is drawn towards "any time" while the evidence is thin.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from ingest.records import Rhythm

DOUBT = 2.0
"""Arrivals of "any time" that each histogram starts from."""

UNIFORM = 0.08
"""Share of the profile that stays "any time" for ever: feeds change their habits."""

_DAY_ZERO = 3  # 1970-01-01, from which hours are counted, was a Thursday


class Profile:
    """How much more than usual is published at an hour of the week; its mean over a week is 1."""

    def __init__(self, rhythm: Rhythm) -> None:
        self.hours = factors(rhythm.hours, rhythm.clumps)
        self.days = factors(rhythm.days, rhythm.clumps)
        self._minutes = [
            UNIFORM + (1 - UNIFORM) * factor for factor in factors(rhythm.minutes, rhythm.clumps)
        ]
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


def factors(counts: Sequence[float], clumps: float) -> list[float]:
    """Counts as multiples of their mean, drawn towards 1 while there are few; ten that came together count as one."""
    doubt = DOUBT * clumps
    size, total = len(counts), sum(counts) + doubt
    return [(count + doubt / size) * size / total for count in counts]


def peaks(counts: Sequence[float], clumps: float, least: float) -> list[int]:
    """Where more than `least` times the mean is published."""
    return [place for place, factor in enumerate(factors(counts, clumps)) if factor >= least]


def count(
    hours: list[float], days: list[float], minutes: list[float], moment: float, weight: float = 1.0
) -> None:
    """Count an arrival in its hour and weekday, and in the two nearest twelfths: :04 and :06 are no strangers."""
    hours[int(moment) % 24] += weight
    days[(int(moment // 24) + _DAY_ZERO) % 7] += weight
    twelfth = moment * 12 - 0.5
    part = twelfth % 1.0
    minutes[int(twelfth) % 12] += weight * (1 - part)
    minutes[(int(twelfth) + 1) % 12] += weight * part
