"""Persisting one poll: everything it brought, in one transaction, and only if the lease still holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from ingest.records import Changes, Draft, FeedLearning, Lease, Outcome, ParsedFeed, PollCounts, PollRecord
from ingest.store import polls, templates, versions, withdrawals
from ingest.store.bulk import dialect_of, renewal, run, table_of, update_all
from ingest.store.known import known_articles, known_items
from ingest.store.leases import settle
from ingest.store.models import Sighting

__all__ = ["known_articles", "known_items", "persist"]

IM_USED = 226  # RFC 3229: a difference to the document whose ETag was sent


def persist(
    session: Session,
    lease: Lease,
    record: PollRecord,
    parsed: ParsedFeed | None,
    changes: Changes | None,
    drafts: Sequence[Draft],
    *,
    catalogue_version: str,
    learning: FeedLearning | None = None,
) -> PollCounts:
    """Store what a poll brought; everything or, when the lease was lost, nothing (`refused`).

    `parsed` and `changes` are None when no document was read: a failure, a 304, identical bytes. Then only the feed
    and the poll record are written. `drafts` are the changes that came through the article stages, `learning` is
    what they taught of the feed's recurring blocks.
    """
    values = polls.feed_values(lease, record)
    if parsed is not None and record.outcome is not Outcome.FAILED:
        values |= _described(parsed)
    if not settle(session, lease, values):
        return PollCounts(refused=True)
    written = versions.Written(0, 0, {})
    if parsed is not None and changes is not None and record.outcome is not Outcome.FAILED:
        now = record.finished_at
        written = versions.write(session, lease.feed_id, drafts, now=now, catalogue_version=catalogue_version)
        # A document that is cut, longer than we read, or a difference to the last says nothing of what it lacks.
        partial = parsed.truncated or parsed.over_cap > 0 or record.status == IM_USED
        _sight(session, lease.feed_id, parsed, changes, written, partial, now)
        withdrawals.apply(session, lease.feed_id, parsed, partial=partial, now=now)
        if learning is not None:
            templates.save(session, lease.feed_id, learning, now=now)
        record = replace(record, withheld=record.withheld + written.withheld)
    unchanged = len(changes.unchanged) if changes else 0
    counts = PollCounts(written.new, written.edited, unchanged, written=written.read)
    polls.note(session, lease, record, counts)
    return counts


# --------------------------------------------------------------------------- sightings


def _sight(
    session: Session,
    feed_id: int,
    parsed: ParsedFeed,
    changes: Changes,
    written: versions.Written,
    partial: bool,
    now: datetime,
) -> None:
    """Note which articles stand in the feed now, and which left it."""
    items = {same.article_id: same.item_digest for same in changes.unchanged} | written.items
    rows = [
        {
            "feed_id": feed_id,
            "article_id": article_id,
            "item_digest": digest or None,
            "first_seen_at": now,
            "last_seen_at": now,
            "left_at": None,
        }
        for article_id, digest in sorted(items.items())
    ]
    if rows:
        key, names = ("feed_id", "article_id"), tuple(rows[0])
        run(session, renewal(dialect_of(session), Sighting, key, names, kept=("first_seen_at",)), rows)
    seen = items.keys() | {change.article_id for change in changes.changed}
    _renew(session, feed_id, set(parsed.item_digests), seen, partial, now)


def _renew(
    session: Session, feed_id: int, digests: set[bytes], seen: set[int | None], partial: bool, now: datetime
) -> None:
    """Move `last_seen_at` of what still stands there; end the sightings of what does not."""
    current = session.execute(_STANDING, {"feed": feed_id}).all()
    missed = [row.id for row in current if row.article_id not in seen and row.item_digest not in digests]
    if partial:
        present = sorted({row.id for row in current} - set(missed))
        update_all(session, Sighting, [{"id": number, "last_seen_at": now} for number in present])
        return
    update_all(session, Sighting, [{"id": number, "left_at": now} for number in missed])
    run(session, _SEEN_AGAIN, [{"feed": feed_id, "now": now}])


_SIGHTINGS = table_of(Sighting)
_STANDING = select(_SIGHTINGS.c.id, _SIGHTINGS.c.article_id, _SIGHTINGS.c.item_digest).where(
    _SIGHTINGS.c.feed_id == bindparam("feed"), _SIGHTINGS.c.left_at.is_(None)
)
_SEEN_AGAIN = (
    update(_SIGHTINGS)
    .where(_SIGHTINGS.c.feed_id == bindparam("feed"), _SIGHTINGS.c.left_at.is_(None))
    .values(last_seen_at=bindparam("now"))
)


def _described(parsed: ParsedFeed) -> dict[str, Any]:
    """What the document says of itself; what it does not say this time stays as it was."""
    said = {
        "title": parsed.title,
        "home_url": parsed.url,
        "format": parsed.format,
        "language": parsed.language,
    }
    described: dict[str, Any] = {name: value for name, value in said.items() if value}
    return described | {"statements": versions.statements_json(parsed.statements)}
