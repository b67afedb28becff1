"""What the documents of polls bring: articles, sightings, templates, in the transaction of their polls (`polls`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from ingest.records import IM_USED, Brought, Changes, Outcome, ParsedFeed
from ingest.store import awaited, sightings, templates, versions, withdrawals
from ingest.store.sightings import Sighted
from ingest.store.versions import Written


class _Document(NamedTuple):
    """A document that was read, and what it says of its entries."""

    poll: Brought
    parsed: ParsedFeed
    changes: Changes

    @property
    def is_partial(self) -> bool:
        """Cut, longer than we read, or a difference to the last: then it says nothing of what it lacks."""
        return self.parsed.truncated or self.parsed.over_cap > 0 or self.poll.record.status == IM_USED


def store(connection: Connection, polls: Sequence[Brought]) -> dict[int, Written]:
    """Store the articles, sightings and templates of polls that read documents or pages; what was written, by feed."""
    polls = [poll for poll in polls if poll.record.outcome is not Outcome.FAILED]
    if not polls:
        return {}
    documents = [
        _Document(poll, poll.parsed, poll.changes)
        for poll in polls
        if poll.parsed is not None and poll.changes is not None
    ]
    reads = [
        versions.Read(poll.lease.feed_id, poll.drafts, poll.record.finished_at, poll.catalogue_version)
        for poll in polls
    ]
    written = dict(zip((read.feed_id for read in reads), versions.write(connection, reads), strict=True))
    awaited.note(connection, [(poll, written[poll.lease.feed_id]) for poll in polls])
    sightings.note(connection, [_sighted(document, written) for document in documents])
    withdrawals.unmark(connection, [document.poll.lease.feed_id for document in documents])
    for document in documents:
        lease, record = document.poll.lease, document.poll.record
        withdrawals.mark(
            connection, lease.feed_id, document.parsed, partial=document.is_partial, now=record.finished_at
        )
    learned = [
        (poll.lease.feed_id, poll.learning, poll.record.finished_at)
        for poll in polls
        if poll.learning is not None
    ]
    templates.save(connection, learned)
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
