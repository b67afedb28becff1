"""Dates of feeds: RFC 822/2822 and W3CDTF/RFC 3339 as the formats ask for, and nothing invented.

A date outside 1990-01-01 .. now + 2 days is a fault of the feed (an unset clock, a placeholder year) and reads as
None; the caller keeps the raw text.
"""

from __future__ import annotations

import calendar
import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

RAW_CHARS = 200  # what is kept of a date that may be anything
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)
_WIDEST_OFFSET = timedelta(hours=15)

_W3CDTF = re.compile(
    r"([0-9]{4})-([0-9]{1,2})(?:-([0-9]{1,2}))?"
    r"(?:[Tt ]\s?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.,][0-9]{1,12})?)?"
    r"\s?(?:([Zz]|UTC|GMT)|([+-])([0-9]{2}):?([0-9]{2})?)?)?\s*"
)


def parse(raw: str | None, now: datetime, guess: time.struct_time | None = None) -> datetime | None:
    """The moment a feed's date names, in UTC, or None when it names none we believe.

    `guess` is another parser's reading (UTC) for the formats this one does not know; it is taken only when its
    year stands in the raw text. A missing time zone reads as UTC, 24:00 and a leap second as the next moment.
    """
    if not raw:
        return None
    raw = raw.strip()[:RAW_CHARS]
    if fields := _W3CDTF.fullmatch(raw):
        moment = _w3cdtf(fields)
    elif (parts := _rfc822_parts(raw)) is not None:
        moment = _rfc822(raw, parts)
    else:
        moment = _believed(guess, raw)
    return moment if moment is not None and _EARLIEST <= moment <= now + _AHEAD else None


def _w3cdtf(match: re.Match[str]) -> datetime | None:
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    sign, hours, minutes = match[8], int(match[9] or 0), int(match[10] or 0)
    offset = timedelta(hours=hours, minutes=minutes) * (-1 if sign == "-" else 1)
    return _moment(year, month, day or 1, (hour, minute, second), offset)


def _rfc822_parts(raw: str) -> tuple[int | None, ...] | None:
    try:
        return parsedate_tz(raw)
    except (ValueError, IndexError, TypeError, OverflowError):  # it was never written for hostile text
        return None


def _rfc822(raw: str, parts: tuple[int | None, ...]) -> datetime | None:
    year, month, day, hour, minute, second = (part or 0 for part in parts[:6])
    # parsedate_tz widens two-digit years and finds numbers anywhere: the year must stand there as one.
    if not re.search(rf"(?<![0-9:])(?:{year}|{year % 100:02d})(?![0-9:])", raw):
        return None
    return _moment(year, month, day, (hour, minute, second), timedelta(seconds=parts[9] or 0))


def _moment(
    year: int, month: int, day: int, clock: tuple[int, int, int], offset: timedelta
) -> datetime | None:
    hour, minute, second = clock
    if hour > 24 or minute > 59 or second > 60 or abs(offset) > _WIDEST_OFFSET:
        return None
    if hour == 24 and (minute or second):
        return None
    try:
        midnight = datetime(year, month, day, tzinfo=UTC)
        return midnight + timedelta(hours=hour, minutes=minute, seconds=second) - offset
    except (ValueError, OverflowError):
        return None


def _believed(guess: time.struct_time | None, raw: str) -> datetime | None:
    """Another parser's reading, if its year stands in the text, and its month as a number or some word."""
    if guess is None or not re.search(rf"(?<![0-9]){guess[0]:04d}(?![0-9])", raw):
        return None
    if not re.search(rf"(?<![0-9])0?{guess[1]}(?![0-9])|[^\W\d_]{{3,}}", raw):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(guess), UTC)
    except (ValueError, OverflowError, OSError):
        return None
