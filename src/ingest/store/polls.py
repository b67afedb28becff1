"""Persisting polls: everything one brought, in one transaction, and only if its lease still holds.

Several polls may share the transaction: then each statement is one for all of them. What stands in documents is stored
by `articles`; here is the poll itself, and what it leaves at its feed and its host.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, delete, select

from ingest.records import Brought, FailureKind, Lease, Outcome, PollCounts, PollRecord
from ingest.store import feeds, hosts, leases, standing, unlinked
from ingest.store.bulk import insert_all, table_of
from ingest.store.models_feeds import Poll
from ingest.urls import without_secrets

if TYPE_CHECKING:
    from ingest.records import ParsedFeed
    from ingest.store.versions import Written

NOT_MODIFIED = 304
UNAVAILABLE = 503

AFTER_A_FAULT = timedelta(days=1)
"""Until then no awaited page is asked for: one that we fail at may cost a feed a poll, and not its news."""

ALWAYS_KEPT = 10
"""Polls of each feed that are never forgotten: `feed_health` tells how they ended."""

FORGOTTEN_AT_ONCE = 5_000
"""Polls that one transaction looks through, so that no other writer waits long."""


class Persisted(NamedTuple):
    """What came of each poll, in their order, and the fingerprints of the articles they brought or changed.

    `unlinked`: the number of the note that these are to be linked, if there are any.
    """

    counts: list[PollCounts]
    fingerprints: dict[int, Sequence[int]]
    unlinked: int | None = None


def persist(connection: Connection, polls: Sequence[Brought], linked: Collection[int] = ()) -> Persisted:
    """Store what polls brought: of each everything or, when its lease was lost, nothing (`refused`).

    `linked`: notes of what was stored before and is linked by now.
    """
    if any(map(_may_name_things, polls)):
        from ingest.store.withholding import wait_for_takedowns

        wait_for_takedowns(connection)
    holds = leases.held(connection, [poll.lease for poll in polls])
    held = [poll for poll, is_held in zip(polls, holds, strict=True) if is_held]
    leases.settle(connection, [(poll.lease, _feed_values(poll)) for poll in held])
    written: dict[int, Written] = {}
    if read := [poll for poll in held if poll.has_read]:
        from ingest.store import articles  # and with it all tables of articles, which most polls do without

        written = articles.store(connection, read)
    counts: dict[int, PollCounts] = {}
    rows = []
    for poll in held:
        feed_id = poll.lease.feed_id
        counts[feed_id], record = _concluded(connection, poll, written.get(feed_id))
        rows.append(_poll_row(poll.lease, record, counts[feed_id]))
    insert_all(connection, Poll, rows)
    hosts.told_to_wait(connection, [_wish(poll) for poll in held if _is_told_to_wait(poll.record)])
    if linked:
        unlinked.done(connection, linked)
    fingerprints: dict[int, Sequence[int]] = {
        key: some for one in written.values() for key, some in one.fingerprints.items()
    }
    return Persisted(
        [
            counts[poll.lease.feed_id] if is_held else PollCounts(refused=True)
            for poll, is_held in zip(polls, holds, strict=True)
        ],
        fingerprints,
        unlinked.note(connection, fingerprints, max(poll.record.finished_at for poll in held))
        if fingerprints
        else None,
    )


def forget(connection: Connection, before: datetime, after: int = 0) -> int | None:
    """Delete polls that ended before that time, of each feed all but its last ten; only some of them at once.

    `after`: the number of the poll up to which they were looked through. The next such number, None at the end.
    """
    poll, newer = table_of(Poll), table_of(Poll).alias()
    some = select(poll.c.id, poll.c.finished_at).where(poll.c.id > after).order_by(poll.c.id)
    old = [
        row.id
        for row in connection.execute(some.limit(FORGOTTEN_AT_ONCE))
        if row.finished_at < before  # numbers grow with time, but for polls that took long
    ]
    if not old:
        return None
    kept_by = select(newer.c.id).where(newer.c.feed_id == poll.c.feed_id, newer.c.id > poll.c.id)
    has_enough = kept_by.order_by(newer.c.id).offset(ALWAYS_KEPT - 1).limit(1).exists()
    ended = poll.c.finished_at < before
    connection.execute(delete(poll).where(poll.c.id > after, poll.c.id <= old[-1], ended, has_enough))
    return int(old[-1])


# --------------------------------------------------------------------------- the feed and its poll


def _may_name_things(poll: Brought) -> bool:
    """Whether storing it may leave what a takedown names: most polls say that all is as it was."""
    return poll.has_read or bool(poll.record.warnings) or poll.record.move is not None


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


def _concluded(
    connection: Connection, poll: Brought, written: Written | None
) -> tuple[PollCounts, PollRecord]:
    """The counts of a poll and its record with what storing it told; and what it means for its feed."""
    lease, record = poll.lease, poll.record
    counts = PollCounts(unchanged=len(poll.changes.unchanged) if poll.changes else 0)
    if written is not None:
        counts = replace(counts, new=len(written.new), edited=len(written.edited))
        record = replace(record, withheld=record.withheld + written.withheld)
    if record.retire is not None:
        feeds.retire(connection, lease.feed_id, record.retire)
    record = _moved(connection, lease, record)
    if record.warnings:
        from ingest.store import mentions  # most polls warn of nothing

        record = replace(record, warnings=mentions.allowed(connection, lease.feed_id, record.warnings))
    return counts, record


def _moved(connection: Connection, lease: Lease, record: PollRecord) -> PollRecord:
    """Give the feed its new address; the record says when that could not be."""
    move = record.move
    if move is None:
        return record
    same = record.final_url == move.url  # then the validators just read are the new address's own
    if feeds.move(
        connection, lease.feed_id, move.url, now=record.finished_at, reason=move.reason, keep_validators=same
    ):
        return record
    feeds.stay(connection, lease.feed_id)
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
    if record.failure is FailureKind.INTERNAL and lease.pages_due_at is not None:
        values["pages_due_at"] = max(lease.pages_due_at, record.finished_at + AFTER_A_FAULT)
    if record.standing is not None:
        values |= standing.changed(lease.standing, record.standing)
    return values


def _is_told_to_wait(record: PollRecord) -> bool:
    """429 says so by itself, 503 (down for maintenance) with a Retry-After."""
    return record.failure is FailureKind.RATE_LIMITED or (
        record.status == UNAVAILABLE and bool(record.retry_after)
    )


def _wish(poll: Brought) -> hosts.Wish:
    lease, record = poll.lease, poll.record
    return hosts.Wish(
        lease.feed_id,
        record.final_url or lease.url,
        at=record.finished_at,
        until=record.next_poll.at,
        detail=record.detail or "",
    )


def _validators(record: PollRecord) -> dict[str, Any]:
    """Those of the document just read. A 304 may leave out what has not changed (RFC 9110, 15.4.5)."""
    given = {name: getattr(record, name) for name in feeds.VALIDATORS}
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
    return described | {"statements": parsed.statements}
