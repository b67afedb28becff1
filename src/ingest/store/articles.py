"""Persisting one poll: everything it brought, in one transaction, and only if the lease still holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from ingest.records import (
    Changes,
    Draft,
    FailureKind,
    FeedLearning,
    Lease,
    Outcome,
    ParsedFeed,
    PollCounts,
    PollRecord,
)
from ingest.store import feeds, hosts, standing, templates, versions, withdrawals
from ingest.store.bulk import chunks, dialect_of, insert_all, renewal, run, table_of, update_all
from ingest.store.known import known_articles, known_items
from ingest.store.leases import FREE, settle
from ingest.store.models import Feed, Poll, Sighting
from ingest.urls import without_secrets

__all__ = ["known_articles", "known_items", "persist", "persist_unchanged", "release_failed"]

_FEEDS = table_of(Feed)

NOT_MODIFIED = 304
UNAVAILABLE = 503
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
    if not settle(session, lease, _feed_values(lease, record, parsed)):
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
    if record.retire is not None:
        feeds.retire(session, lease.feed_id, record.retire)
    insert_all(session, Poll, [_poll_row(lease, _moved(session, lease, record), counts)])
    if _is_told_to_wait(record):
        hosts.told_to_wait(
            session,
            lease.feed_id,
            lease.url,
            at=record.finished_at,
            until=record.next_poll.at,
            detail=record.detail or "",
        )
    return counts


def persist_unchanged(session: Session, polls: Sequence[tuple[Lease, PollRecord]]) -> frozenset[int]:
    """Store polls that brought nothing new, many in one transaction: a 304, or the bytes we know.

    Returns the feeds whose lease was lost meanwhile; nothing is stored of those. A transaction for each poll would
    cost five times the CPU, and most polls of a day are of this kind.
    """
    table = _FEEDS
    tokens: dict[int, str | None] = {}
    for ids in chunks(sorted({lease.feed_id for lease, _ in polls})):
        locked = select(table.c.id, table.c.lease_token).where(table.c.id.in_(ids))
        rows = session.execute(locked.order_by(table.c.id).with_for_update())
        tokens |= {row.id: row.lease_token for row in rows}
    held = [(lease, record) for lease, record in polls if tokens.get(lease.feed_id) == lease.token]
    insert_all(session, Poll, [_poll_row(lease, record, PollCounts()) for lease, record in held])
    _update_feeds(
        session,
        [{"id": lease.feed_id, **FREE, **_feed_values(lease, record, None)} for lease, record in held],
    )
    return frozenset(tokens.keys() - {lease.feed_id for lease, _ in held})


def release_failed(session: Session, lease: Lease, record: PollRecord) -> PollCounts:
    """Record a poll that brought no document, and give the lease back."""
    return persist(session, lease, record, None, None, (), catalogue_version="")


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


# --------------------------------------------------------------------------- the feed and its poll


def _poll_row(lease: Lease, record: PollRecord, counts: PollCounts) -> dict[str, Any]:
    return {
        "feed_id": lease.feed_id,
        "started_at": record.started_at,
        "finished_at": record.finished_at,
        "outcome": record.outcome,
        "failure": record.failure,
        "detail": record.detail,
        "retry_after_seconds": record.retry_after.total_seconds() if record.retry_after else None,
        "status": record.status,
        "final_url": record.final_url if record.final_url != lease.url else None,
        "redirects": [{"status": hop.status, "url": hop.url} for hop in record.redirects],
        "body_bytes": record.body_bytes,
        "entries_seen": record.entries_seen,
        "new": counts.new,
        "edited": counts.edited,
        "unchanged": counts.unchanged,
        "withheld": record.withheld,
        "flapping": record.flapping,
        "warnings": list(record.warnings),
        "next_poll_at": record.next_poll.at,
        "next_poll_reason": record.next_poll.reason,
    }


def _moved(session: Session, lease: Lease, record: PollRecord) -> PollRecord:
    """Give the feed its new address; the record says when that could not be."""
    move = record.move
    if move is None:
        return record
    same = record.final_url == move.url  # then the validators just read are the new address's own
    if feeds.move(
        session, lease.feed_id, move.url, now=record.finished_at, reason=move.reason, keep_validators=same
    ):
        return record
    warning = f"{move.reason}, but {without_secrets(move.url)} is another feed's address: left where it was"
    return replace(record, warnings=(*record.warnings, warning))


def _feed_values(lease: Lease, record: PollRecord, parsed: ParsedFeed | None) -> dict[str, Any]:
    values: dict[str, Any] = {
        "next_poll_at": record.next_poll.at,
        "next_poll_reason": record.next_poll.reason,
        "interval_seconds": record.next_poll.interval.total_seconds(),
        "failures": record.failures,
        "last_polled_at": record.finished_at,
    }
    if record.outcome is not Outcome.FAILED:
        values |= {"last_success_at": record.finished_at, **_validators(record)}
        if parsed is not None:
            values |= _described(parsed)
    if record.outcome is Outcome.STORED:
        values["last_changed_at"] = record.finished_at
    if record.standing is not None:
        values |= standing.changed(lease.standing, record.standing)
    return values


def _update_feeds(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """One statement for all rows that set the same columns."""
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(row), []).append(row)
    for same in by_columns.values():
        update_all(session, Feed, same)


def _is_told_to_wait(record: PollRecord) -> bool:
    """429 says so by itself, 503 (down for maintenance) with a Retry-After."""
    return record.failure is FailureKind.RATE_LIMITED or (
        record.status == UNAVAILABLE and record.retry_after is not None
    )


def _validators(record: PollRecord) -> dict[str, Any]:
    """Those of the document just read. A 304 may leave out what has not changed (RFC 9110, 15.4.5)."""
    names = ("etag", "last_modified", "validated_url", "body_digest", "sent_digest")
    given = {name: getattr(record, name) for name in names}
    if record.status == NOT_MODIFIED:
        return {name: value for name, value in given.items() if value is not None}
    return given


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
