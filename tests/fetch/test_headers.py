"""How long an answer stays fresh, by its headers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ingest.fetch.headers import freshness

HOUR = timedelta(hours=1)
DATE = "Thu, 12 Nov 2026 09:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "fresh_for"),
    [
        ({"cache-control": "public, max-age=10800"}, 3 * HOUR),
        ({"cache-control": 'max-age="3600"'}, HOUR),
        ({"cache-control": "s-maxage=7200, max-age=3600"}, HOUR),
        ({"cache-control": "s-maxage=7200"}, None),
        ({"cache-control": "max-age=10800", "age": "3600"}, 2 * HOUR),
        ({"cache-control": "max-age=60", "age": "3600"}, timedelta(0)),
        ({"cache-control": "no-cache, max-age=3600"}, timedelta(0)),
        ({"cache-control": "no-store"}, timedelta(0)),
        ({"expires": "Thu, 12 Nov 2026 11:00:00 GMT", "date": DATE}, 2 * HOUR),
        ({"expires": "Thu, 12 Nov 2026 08:00:00 GMT", "date": DATE}, timedelta(0)),
        ({"expires": "0", "date": DATE}, timedelta(0)),
        ({"expires": "-1"}, timedelta(0)),
        ({"expires": "Thu, 12 Nov 2026 11:00:00 GMT", "date": DATE, "age": "3600"}, HOUR),
        ({"expires": "Thu, 12 Nov 2026 11:00:00 GMT", "date": DATE, "age": "86400"}, timedelta(0)),
        ({"expires": "Thu, 12 Nov 2026 11:00:00 GMT"}, None),
        (
            {"cache-control": "max-age=60", "expires": "Thu, 12 Nov 2026 11:00:00 GMT", "date": DATE},
            timedelta(minutes=1),
        ),
        ({}, None),
    ],
)
def test_freshness_is_read_as_rfc_9111_says(headers: dict[str, str], fresh_for: timedelta | None) -> None:
    assert freshness(headers) == fresh_for
