from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest

from ingest.feeds import dates
from tests.feeds.feed_samples import NOW


@pytest.mark.parametrize(
    ("raw", "moment"),
    [
        ("Mon, 06 Sep 2021 10:00:00 GMT", (2021, 9, 6, 10)),
        ("Mon, 06 Sep 2021 10:00:00 +0200", (2021, 9, 6, 8)),
        ("Mon, 06 Sep 21 10:00 EST", (2021, 9, 6, 15)),
        ("6 Sep 2021 10:00:00", (2021, 9, 6, 10)),
        ("2021-09-06T10:00:00Z", (2021, 9, 6, 10)),
        ("2021-09-06T10:00:00.123456789+01:30", (2021, 9, 6, 8, 30)),
        ("2021-09-06 10:00", (2021, 9, 6, 10)),
        ("2021-09-06", (2021, 9, 6)),
        ("2021-09", (2021, 9, 1)),
        ("Mon, 06 Sep 2021 24:00:00 GMT", (2021, 9, 7)),
        ("2021-06-30T23:59:60Z", (2021, 7, 1)),
        ("2021-09-06T10:00:00" + " " * 100_000 + "Z", (2021, 9, 6, 10)),
    ],
)
def test_dates_as_feeds_write_them(raw: str, moment: tuple[int, ...]) -> None:
    assert dates.parse(raw, NOW) == datetime(*moment, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    "raw",
    [
        None,
        "",
        "Mon, 01 Jan 0000 00:00:00 GMT",
        "0000-00-00T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "10000-01-01T00:00:00Z",
        "Thu, 32 Foo 2021 99:99:99 XYZ",
        "Mon, 06 Sep 2021 10:00:00 +9999",
        "2021-02-30T00:00:00Z",
        "2021-W01-1T00:00:00Z",
        "99999999999999999999",
        "-1",
        "٢٠٢١-٠٩-٠٦",
        "0001-01-01T00:00:00+14:00",
        "1 " * 100_000,
        "1" * 1_000_000,
        "1989-12-31T23:59:59Z",
        "1970-01-01T00:00:00Z",
        "2026-11-23T00:00:00Z",
    ],
)
def test_what_names_no_believable_moment_is_none(raw: str | None) -> None:
    assert dates.parse(raw, NOW) is None


def test_another_parsers_reading_is_taken_only_when_its_year_and_month_stand_there() -> None:
    guess = time.struct_time((2010, 5, 14, 8, 30, 0, 4, 134, 0))
    assert dates.parse("2010년 05월 14일 오후 5:30", NOW, guess) == datetime(2010, 5, 14, 8, 30, tzinfo=UTC)
    assert dates.parse("10000年 9月", NOW, guess) is None


def test_a_feed_a_day_ahead_is_believed_and_three_days_is_not() -> None:
    assert dates.parse("2026-11-22T00:00:00Z", NOW) is not None
    assert dates.parse("2026-11-23T00:00:00Z", NOW) is None
