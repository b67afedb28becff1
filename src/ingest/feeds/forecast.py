"""How long to wait by a feed's rhythm: pure.

Come back when the *hours that entries are expected to have waited*, added up, reach a fixed patience. For a constant
rate that is an interval of sqrt(2·patience/rate), the allocation that makes the mean age least for a given number of
visits (Cho and Garcia-Molina, "Effective page refresh policies for web crawlers", 2003), and it carries over to a rate
that changes with the hour. Two things bring the visit forward: more entries may come than the document shows, and
right after a peak nearly the same entries are found sooner.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from ingest.feeds.profile import Profile, peaks
from ingest.feeds.rhythm import HOUR, MEMORIES, caught_up, hours, posterior
from ingest.records import Rhythm

SURE = 3.5
"""Standard deviations of what may come between two polls that the document has to have room for."""

LEAST_SHOWN = 10
"""A document with fewer entries is that of a young feed, not a narrow one."""

ENOUGH = 8
"""Arrivals, or clumps of them, before a person is told of hours and weekdays."""

_DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_AN_HOUR_ON = tuple(math.exp(-1 / fade) for fade in MEMORIES)


class Forecast:
    """The arrivals that are expected from `now` on, hour by hour, and inside an hour by twelfths."""

    def __init__(self, rhythm: Rhythm, now: datetime) -> None:
        rhythm = caught_up(rhythm, now)
        self._start = hours(now)
        self._share = Profile(rhythm)
        self._room = _room(rhythm)
        trust, rates = posterior(rhythm, self._share, self._start)
        self._parts = [w * rate for w, rate in zip(trust, rates, strict=True)]
        # Hours from now, arrivals until then, intensity after.
        self._marks: list[tuple[float, float, float]] = []
        self.known_for = now - rhythm.began
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
    """The mean that leaves room for SURE standard deviations: mean + SURE·sqrt(clumps·mean) = shown."""
    spread = SURE * math.sqrt(rhythm.clumps)
    root = (math.sqrt(spread * spread + 4 * max(rhythm.shown, LEAST_SHOWN)) - spread) / 2
    return root * root


def told(rhythm: Rhythm, now: datetime) -> str:
    """The rhythm for a person: "about 12 entries a day, most Mon Tue Wed at 8 9 10 h UTC, around :05"."""
    said = [f"about {rate(24 * Forecast(rhythm, now).an_hour)}"]
    if sum(rhythm.days) < ENOUGH * rhythm.clumps:
        return said[0]
    if days := peaks(rhythm.days, rhythm.clumps, 1.3):
        said.append("most " + " ".join(_DAY_NAMES[day] for day in days))
    if hours := peaks(rhythm.hours, rhythm.clumps, 1.5):
        said.append(("at " if days else "most at ") + " ".join(str(hour) for hour in hours) + " h UTC")
    if minutes := peaks(rhythm.minutes, rhythm.clumps, 3.0):
        said.append("around " + " ".join(f":{5 * twelfth:02}" for twelfth in minutes))
    return ", ".join(said)


def rate(a_day: float) -> str:
    if a_day >= 1.5:
        return f"{a_day:.0f} entries a day"
    a_week = 7 * a_day
    return f"{a_week:.0f} entries a week" if a_week >= 1.5 else "an entry a week or less"
