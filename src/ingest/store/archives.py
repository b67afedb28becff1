"""The history of a feed as far as it was walked: which document is next, and what the last one brought.

A walk goes from the feed's own document to ever older ones. Its place is the one row of archive_pages that was not
visited yet; it moves in the transaction that stores what the page brought, so a walk that is stopped anywhere goes on
where it was. Called again at its end, it begins anew at the feed's own document and ends at the first page it knows.

A page that is gone is no place to wait at: the next walk begins anew, too, and goes wherever the feed leads by then.
Only where that is no further than before does it ask for the page again. It is forgotten once a way ends at an oldest
page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, insert, select, update

from ingest import urls
from ingest.records import Draft, FeedLearning, Lease, ParsedFeed
from ingest.store import hosts, templates, unlinked, versions, withdrawals
from ingest.store.bulk import table_of, upsert
from ingest.store.leases import release
from ingest.store.models import ArchivePage, Sighting
from ingest.store.queries import feed_health
from ingest.store.withholding import wait_for_takedowns

_PAGES = table_of(ArchivePage)
_GONE = and_(_PAGES.c.visited_at.is_not(None), _PAGES.c.digest.is_(None))
FIRST = 1


@dataclass(frozen=True, slots=True)
class Page:
    """A document of the history."""

    id: int
    number: int
    url: str
    not_before: datetime | None = None  # its server asked us to wait


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a page. `next_url` is empty where the history ends, and `end` says why."""

    new: int
    next_url: str | None
    end: str | None
    fingerprints: Mapping[int, Sequence[int]] = field(
        default_factory=dict, compare=False
    )  # of what was stored
    unlinked: int | None = field(default=None, compare=False)  # the note that it is to be linked


def place(connection: Connection, lease: Lease) -> Page:
    """The page a walk has to read next: where the last one stopped, else the feed's own document."""
    row = connection.execute(
        select(_PAGES).where(_PAGES.c.feed_id == lease.feed_id, _PAGES.c.visited_at.is_(None))
    ).first()
    if row is None:
        first = {"feed_id": lease.feed_id, "number": FIRST, "url": lease.url, "entries": 0, "new": 0}
        statement = upsert(connection, ArchivePage)
        again = {"number": FIRST, "visited_at": None, "digest": None, "not_before": None, "detail": None}
        row = connection.execute(
            statement.on_conflict_do_update(index_elements=["feed_id", "url"], set_=again).returning(_PAGES),
            first,
        ).one()
    return Page(row.id, row.number, row.url, row.not_before)


def keep(
    connection: Connection,
    lease: Lease,
    page: Page,
    parsed: ParsedFeed,
    drafts: Sequence[Draft],
    *,
    next_url: str | None,
    digest: bytes,
    now: datetime,
    catalogue_version: str,
    learning: FeedLearning | None,
) -> Kept | None:
    """Store what a page brought and move the walk on; None, and nothing stored, when the lease was lost.

    `drafts` are new articles only. The feed itself is left as it is: its validators, its next poll, its time of last
    change. What stands in an archive does not stand in the feed, so its sighting begins and ends here.
    """
    wait_for_takedowns(connection)
    if not release(connection, lease):
        return None
    (written,) = versions.write(connection, [versions.Read(lease.feed_id, drafts, now, catalogue_version)])
    _sight(connection, lease.feed_id, written, now, stands=page.number == FIRST)
    withdrawals.bury(connection, lease.feed_id, parsed.tombstones, now=now)
    if learning is not None:
        templates.save(connection, [(lease.feed_id, learning, now)])
    end = _end(connection, lease, page, parsed, next_url, digest)
    if end is None and next_url is not None and not _append(connection, lease, next_url):
        end = "it leads to a page read before"
    if next_url is None:
        connection.execute(delete(_PAGES).where(_PAGES.c.feed_id == lease.feed_id, _GONE))
    elif end is not None and (gone := _stand_again(connection, lease)):
        end, next_url = None, gone
    read = len(parsed.item_digests or parsed.entries)
    _note(connection, page, visited_at=now, digest=digest, entries=read, new=len(written.new), detail=end)
    _visited(connection, lease, page, now)
    note = unlinked.note(connection, written.fingerprints, now) if written.fingerprints else None
    return Kept(len(written.new), next_url if end is None else None, end, written.fingerprints, note)


def fail(
    connection: Connection,
    lease: Lease,
    page: Page,
    detail: str,
    *,
    now: datetime,
    not_before: datetime | None,
    is_gone: bool = False,
) -> None:
    """Note why a page could not be read; unless it `is_gone` it stays the next. `not_before`: we were asked to wait."""
    if release(connection, lease):
        visited = now if is_gone else None
        _note(connection, page, detail=detail, not_before=not_before, visited_at=visited)
        _visited(connection, lease, page, now)
        if not_before:
            wish = hosts.Wish(lease.feed_id, page.url, at=now, until=not_before, detail=detail)
            hosts.told_to_wait(connection, [wish])


def obstacle(connection: Connection, feed_id: int, now: datetime) -> str | None:
    """What keeps us from a feed and will not pass in a moment."""
    (feed,) = feed_health(connection, feed_ids=[feed_id])
    if not feed["enabled"]:
        return (
            f"the feed is {feed['status']} ({feed['status_reason']}): `ingest feeds --enable` switches it on"
        )
    until = feed["host_limited_until"]
    if until and until > now:
        return f"{feed['host']} is left alone until {until:%Y-%m-%d %H:%M} UTC: {feed['host_limited_reason']}"
    return None


def _end(
    connection: Connection, lease: Lease, page: Page, parsed: ParsedFeed, next_url: str | None, digest: bytes
) -> str | None:
    if next_url is None:
        return "it names no older page"
    if not (parsed.item_digests or parsed.entries):
        return "it is empty"
    if problem := urls.too_long(next_url):
        return f"it names an older page, but {problem}"
    twin = select(_PAGES.c.number).where(
        _PAGES.c.feed_id == lease.feed_id, _PAGES.c.digest == digest, _PAGES.c.id != page.id
    )
    number = connection.scalar(twin)
    return None if number is None else f"it holds the same entries as page {number}"


def _append(connection: Connection, lease: Lease, url: str) -> bool:
    """Make `url` the next page. False when it is one the walk knows."""
    last = connection.scalar(select(func.max(_PAGES.c.number)).where(_PAGES.c.feed_id == lease.feed_id))
    row = {"feed_id": lease.feed_id, "number": (last or 0) + 1, "url": url, "entries": 0, "new": 0}
    statement = upsert(connection, ArchivePage).on_conflict_do_nothing(index_elements=["feed_id", "url"])
    return connection.scalar(statement.returning(_PAGES.c.id), row) is not None


def _stand_again(connection: Connection, lease: Lease) -> str | None:
    """Make the last page that was gone the next one; its address, None where there is none."""
    gone = (
        select(_PAGES.c.id).where(_PAGES.c.feed_id == lease.feed_id, _GONE).order_by(_PAGES.c.number.desc())
    )
    again = update(_PAGES).where(_PAGES.c.id == gone.limit(1).scalar_subquery()).values(visited_at=None)
    url: str | None = connection.scalar(again.returning(_PAGES.c.url))
    return url


def _note(connection: Connection, page: Page, **values: object) -> None:
    connection.execute(update(_PAGES).where(_PAGES.c.id == page.id).values(values))


def _visited(connection: Connection, lease: Lease, page: Page, now: datetime) -> None:
    """The pause counts for the feed's host, whose turn this was, and for the one that answered."""
    hosts.visited(connection, (lease.url, page.url), now)


def _sight(
    connection: Connection, feed_id: int, written: versions.Written, now: datetime, *, stands: bool
) -> None:
    rows = [
        {
            "feed_id": feed_id,
            "article_id": article_id,
            "item_digest": digest or None,
            "first_seen_at": now,
            "last_seen_at": now,
            "left_at": None if stands else now,
        }
        for article_id, digest in sorted(written.items.items())
    ]
    if rows:
        connection.execute(insert(table_of(Sighting)), rows)
