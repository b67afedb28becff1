"""What is remembered of the hints, from answer to answer."""

from __future__ import annotations

from datetime import timedelta

from ingest.feeds.hints import remembered
from ingest.records import FeedHints

HOUR = timedelta(hours=1)


KNOWN = FeedHints(ttl=2 * HOUR, skip_days=frozenset({6}), fresh_for=HOUR)


def test_a_304_without_headers_changes_nothing() -> None:
    assert remembered(KNOWN, None, None) == KNOWN


def test_a_304_with_headers_changes_the_freshness_alone() -> None:
    found = remembered(KNOWN, None, 3 * HOUR)
    assert found == FeedHints(ttl=2 * HOUR, skip_days=frozenset({6}), fresh_for=3 * HOUR)


def test_a_new_document_replaces_all_hints_even_by_none() -> None:
    assert remembered(KNOWN, FeedHints(), None) == FeedHints()
