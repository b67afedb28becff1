"""Which entries of a feed over the cap are the newest, told from the raw items: reading all of them is the cost the
cap is there to avoid."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from ingest.feeds import dates

_DATE = re.compile(
    rb"<(?:[\w-]+:)?(?:pubDate|published|updated|date|issued|modified)(?:\s[^<>]*)?>\s*(?:<!\[CDATA\[)?([^<\]]{4,60})"
)
_RANKED = 20_000  # items up to which each one is dated
_SAMPLES = 500
_DATE_WITHIN = 20_000  # bytes of an item in which its date is looked for


def surplus(
    document: bytes, spans: Sequence[tuple[int, int]], fresh: Sequence[int], cap: int, now: datetime
) -> set[int]:
    """The indexes among `fresh` to leave out so that `cap` stay: the oldest, undated ones first.

    Feeds list the newest first, so between equals the earlier in the document stays.
    """
    if len(fresh) > _RANKED:
        # Dating each of a million items costs more than reading ten thousand. Feeds are in one order or the other.
        steps = [fresh[at] for at in range(0, len(fresh), len(fresh) // _SAMPLES)]
        moments = [moment for index in steps if (moment := _moment(document, spans[index], now))]
        if moments == sorted(moments, reverse=True):
            return set(fresh[cap:])
        if moments == sorted(moments):
            return set(fresh[:-cap])
    oldest = datetime.min.replace(tzinfo=now.tzinfo)

    def rank(index: int) -> tuple[datetime, int]:
        return _moment(document, spans[index], now) or oldest, -index

    return set(sorted(fresh, key=rank, reverse=True)[cap:])


def _moment(document: bytes, span: tuple[int, int], now: datetime) -> datetime | None:
    start, end = span
    found = _DATE.search(document, start, min(end, start + _DATE_WITHIN))
    return dates.parse(found[1].decode("utf-8", "replace"), now) if found else None
