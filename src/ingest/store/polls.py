"""The record of a poll: its row in `polls`, and what it leaves at its feed and its host.

Polls without a document, most of all polls, need no more than this; what a document brings is `articles`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from ingest.records import FailureKind, Lease, Outcome, PollCounts, PollRecord
from ingest.store import feeds, hosts, standing
from ingest.store.bulk import chunks, insert_all, table_of, update_all
from ingest.store.leases import FREE, settle
from ingest.store.models_feeds import Feed, Poll
from ingest.urls import without_secrets

_FEEDS = table_of(Feed)

NOT_MODIFIED = 304
UNAVAILABLE = 503


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
    insert_all(session, Poll, [_row(lease, record, PollCounts()) for lease, record in held])
    _update_feeds(
        session,
        [{"id": lease.feed_id, **FREE, **feed_values(lease, record)} for lease, record in held],
    )
    return frozenset(tokens.keys() - {lease.feed_id for lease, _ in held})


def persist_bare(session: Session, lease: Lease, record: PollRecord) -> PollCounts:
    """Store a poll that brought no document: its feed and its row; nothing (`refused`) when the lease was lost."""
    if not settle(session, lease, feed_values(lease, record)):
        return PollCounts(refused=True)
    note(session, lease, record, PollCounts())
    return PollCounts()


def note(session: Session, lease: Lease, record: PollRecord, counts: PollCounts) -> None:
    """The row of a poll, and what else its record says: that the feed moves or ends, that its host wants peace."""
    if record.retire is not None:
        feeds.retire(session, lease.feed_id, record.retire)
    insert_all(session, Poll, [_row(lease, _moved(session, lease, record), counts)])
    if _is_told_to_wait(record):
        hosts.told_to_wait(
            session,
            lease.feed_id,
            lease.url,
            at=record.finished_at,
            until=record.next_poll.at,
            detail=record.detail or "",
        )


def _row(lease: Lease, record: PollRecord, counts: PollCounts) -> dict[str, Any]:
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


def feed_values(lease: Lease, record: PollRecord) -> dict[str, Any]:
    """The columns of its feed that a poll sets, whatever it brought."""
    values: dict[str, Any] = {
        "next_poll_at": record.next_poll.at,
        "next_poll_reason": record.next_poll.reason,
        "interval_seconds": record.next_poll.interval.total_seconds(),
        "failures": record.failures,
        "last_polled_at": record.finished_at,
    }
    if record.outcome is not Outcome.FAILED:
        values |= {"last_success_at": record.finished_at, **_validators(record)}
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


def _validators(record: PollRecord) -> dict[str, Any]:
    """Those of the document just read. A 304 may leave out what has not changed (RFC 9110, 15.4.5)."""
    names = ("etag", "last_modified", "validated_url", "body_digest", "sent_digest")
    given = {name: getattr(record, name) for name in names}
    if record.status == NOT_MODIFIED:
        return {name: value for name, value in given.items() if value is not None}
    return given


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


def _is_told_to_wait(record: PollRecord) -> bool:
    """429 says so by itself, 503 (down for maintenance) with a Retry-After."""
    return record.failure is FailureKind.RATE_LIMITED or (
        record.status == UNAVAILABLE and record.retry_after is not None
    )
