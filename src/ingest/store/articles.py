"""Persisting polls: everything one brought, in one transaction, and only if its lease still holds.

Several polls may share the transaction: then each statement is one for all of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from sqlalchemy.orm import Session

from ingest.records import (
    Brought,
    Changes,
    FailureKind,
    Lease,
    Outcome,
    ParsedFeed,
    PollCounts,
    PollRecord,
)
from ingest.store import feeds, hosts, leases, sightings, standing, templates, versions, withdrawals
from ingest.store.bulk import insert_all
from ingest.store.models import Poll
from ingest.store.sightings import Sighted
from ingest.store.versions import Written
from ingest.urls import without_secrets

NOT_MODIFIED = 304
UNAVAILABLE = 503
IM_USED = 226  # RFC 3229: a difference to the document whose ETag was sent


class Persisted(NamedTuple):
    """What came of each poll, in their order, and the fingerprints of the articles they brought or changed."""

    counts: list[PollCounts]
    fingerprints: dict[int, Sequence[int]]


def persist(session: Session, polls: Sequence[Brought]) -> Persisted:
    """Store what polls brought: of each everything or, when its lease was lost, nothing (`refused`)."""
    holds = leases.held(session, [poll.lease for poll in polls])
    held = [poll for poll, is_held in zip(polls, holds, strict=True) if is_held]
    leases.settle(session, [(poll.lease, _feed_values(poll)) for poll in held])
    written = _store_documents(session, held)
    counts: dict[int, PollCounts] = {}
    rows = []
    for poll in held:
        feed_id = poll.lease.feed_id
        counts[feed_id], record = _concluded(session, poll, written.get(feed_id))
        rows.append(_poll_row(poll.lease, record, counts[feed_id]))
    insert_all(session, Poll, rows)
    return Persisted(
        [
            counts[poll.lease.feed_id] if is_held else PollCounts(refused=True)
            for poll, is_held in zip(polls, holds, strict=True)
        ],
        {key: some for one in written.values() for key, some in one.fingerprints.items()},
    )


# --------------------------------------------------------------------------- what stands in the documents


class _Document(NamedTuple):
    """A document that was read, and what it says of its entries."""

    poll: Brought
    parsed: ParsedFeed
    changes: Changes

    @property
    def is_partial(self) -> bool:
        """Cut, longer than we read, or a difference to the last: then it says nothing of what it lacks."""
        return self.parsed.truncated or self.parsed.over_cap > 0 or self.poll.record.status == IM_USED


def _store_documents(session: Session, polls: Sequence[Brought]) -> dict[int, Written]:
    """Store the articles, sightings and templates of polls that read a document; what was written, by feed."""
    documents = [
        _Document(poll, poll.parsed, poll.changes)
        for poll in polls
        if poll.parsed is not None and poll.changes is not None and poll.record.outcome is not Outcome.FAILED
    ]
    if not documents:
        return {}
    reads = [
        versions.Read(poll.lease.feed_id, poll.drafts, poll.record.finished_at, poll.catalogue_version)
        for poll, *_ in documents
    ]
    written = dict(zip((read.feed_id for read in reads), versions.write(session, reads), strict=True))
    sightings.note(session, [_sighted(document, written) for document in documents])
    withdrawals.unmark(session, written)
    for document in documents:
        lease, record = document.poll.lease, document.poll.record
        withdrawals.mark(
            session, lease.feed_id, document.parsed, partial=document.is_partial, now=record.finished_at
        )
    learned = [
        (poll.lease.feed_id, poll.learning, poll.record.finished_at)
        for poll, *_ in documents
        if poll.learning is not None
    ]
    templates.save(session, learned)
    return written


def _sighted(document: _Document, written: Mapping[int, Written]) -> Sighted:
    feed_id, changes = document.poll.lease.feed_id, document.changes
    unchanged = {same.article_id: same.item_digest for same in changes.unchanged}
    return Sighted(
        feed_id,
        items=unchanged | written[feed_id].items,
        articles={change.article_id for change in changes.changed},
        digests=frozenset(document.parsed.item_digests),
        partial=document.is_partial,
        at=document.poll.record.finished_at,
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


def _concluded(session: Session, poll: Brought, written: Written | None) -> tuple[PollCounts, PollRecord]:
    """The counts of a poll and its record with what storing it told; and what it means for its feed and host."""
    lease, record = poll.lease, poll.record
    counts = PollCounts(unchanged=len(poll.changes.unchanged) if poll.changes else 0)
    if written is not None:
        counts = replace(counts, new=len(written.new), edited=len(written.edited))
        record = replace(record, withheld=record.withheld + written.withheld)
    if record.retire is not None:
        feeds.retire(session, lease.feed_id, record.retire)
    if _is_told_to_wait(record):
        hosts.told_to_wait(
            session,
            lease.feed_id,
            lease.url,
            at=record.finished_at,
            until=record.next_poll.at,
            detail=record.detail or "",
        )
    return counts, _moved(session, lease, record)


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


def _feed_values(poll: Brought) -> dict[str, Any]:
    lease, record, parsed = poll.lease, poll.record, poll.parsed
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
