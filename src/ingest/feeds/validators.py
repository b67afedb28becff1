"""Whether a feed's validators (ETag, Last-Modified) may be believed. Pure.

Some servers answer 304 for ever. Peers either never notice or have turned conditional requests off for everybody;
here a feed that has answered nothing but 304 for a week is asked once without validators. When the document then has
news under an unchanged validator, or the server still calls the old one current, its validators are sent no more.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from ingest.records import Fetched, Standing

AUDIT = timedelta(days=7)


def is_due(standing: Standing, now: datetime) -> bool:
    """Whether the next request should be an audit: unconditional, though there are validators."""
    return standing.whole_at is not None and now - standing.whole_at >= AUDIT


def unchanged(answer: Fetched, etag: str | None, last_modified: str | None) -> bool:
    """Whether the answer carries the validator it had before: the ETag, or where there is none the Last-Modified."""
    if etag is not None or answer.etag is not None:
        return etag == answer.etag
    return last_modified is not None and last_modified == answer.last_modified
