"""What headers and documents say about when to come back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ingest.feeds.hints import freshness, remembered
from ingest.records import FeedHints

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
        ({"cache-control": "no-cache, max-age=3600"}, None),
        ({"cache-control": "no-store"}, None),
        ({"expires": "Thu, 12 Nov 2026 11:00:00 GMT", "date": DATE}, 2 * HOUR),
        ({"expires": "Thu, 12 Nov 2026 08:00:00 GMT", "date": DATE}, timedelta(0)),
        ({"expires": "0", "date": DATE}, None),
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


KNOWN = FeedHints(ttl=2 * HOUR, skip_days=frozenset({6}), fresh_for=HOUR)


def test_a_304_without_headers_changes_nothing() -> None:
    assert remembered(KNOWN, None, {"etag": '"a"'}) == KNOWN


def test_a_304_with_headers_changes_the_freshness_alone() -> None:
    found = remembered(KNOWN, None, {"cache-control": "max-age=10800"})
    assert found == FeedHints(ttl=2 * HOUR, skip_days=frozenset({6}), fresh_for=3 * HOUR)


def test_a_new_document_replaces_all_hints_even_by_none() -> None:
    assert remembered(KNOWN, FeedHints(), {}) == FeedHints()
