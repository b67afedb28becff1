"""Tables about feeds: the feeds themselves with their leases, the addresses they had, every poll, host manners."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Index, UniqueConstraint

from ingest.records import FailureKind, FeedPolicy, Outcome
from ingest.store.base import Base, column, partial_index, refers, row_id
from ingest.store.types import FeedOrigin, FeedStatus, HostScope, enum_of


class Feed(Base):
    __tablename__ = "feeds"
    __table_args__ = (
        # The order in which a claim looks at them, over all hosts and inside one. With the host at hand, one that may
        # not be visited now is stepped over without reading the row.
        partial_index("ix_feeds_due", "next_poll_at", "id", "host", where="status = 'active'"),
        partial_index("ix_feeds_queue", "host", "next_poll_at", "id", where="status = 'active'"),
        # Which hosts were visited a moment ago.
        Index(None, "last_polled_at", "host"),
        # Counting the leases a host has must not read every feed.
        partial_index("ix_feeds_leased", "host", "lease_until", where="lease_until IS NOT NULL"),
        {"comment": "One row a feed: its address, what polling learned of it, and who may poll it now."},
    )

    id: ColumnElement[int] = row_id()
    url: ColumnElement[str] = column(unique=True, comment="Address polled; older ones are in feed_aliases.")
    host: ColumnElement[str] = column(comment="Host of the address, lower case; empty for a file.")
    label: ColumnElement[str | None] = column(
        comment="Title the operator gave; shown in place of the feed's own."
    )
    title: ColumnElement[str | None] = column(comment="Title the feed gives itself, as last read.")
    home_url: ColumnElement[str | None] = column(comment="Home page the feed names.")
    format: ColumnElement[str | None] = column(comment="rss, atom, rdf, json or cdf, as last read.")
    language: ColumnElement[str | None] = column(comment="Language given or stated, BCP 47.")
    tags: ColumnElement[list[str]] = column(comment="The operator's tags, a JSON list.")
    origin: ColumnElement[FeedOrigin] = column(enum_of(FeedOrigin), comment="How it came to be here.")
    policy: ColumnElement[FeedPolicy] = column(
        enum_of(FeedPolicy),
        comment="Where bodies are taken from: feed, page, auto, or default (poll.policy).",
    )
    status: ColumnElement[FeedStatus] = column(
        enum_of(FeedStatus), comment="active is polled; disabled by a person; retired by the service."
    )
    status_reason: ColumnElement[str | None] = column(comment="Why it is not active, one line.")
    created_at: ColumnElement[datetime] = column(comment="When it was added here (UTC).")
    statements: ColumnElement[list[dict[str, Any]]] = column(
        comment="What the feed states about all its entries: JSON list of property, value, place, quote."
    )

    etag: ColumnElement[str | None] = column(comment="ETag of the last stored document, sent back verbatim.")
    last_modified: ColumnElement[str | None] = column(
        comment="Last-Modified of the same, sent back verbatim."
    )
    validated_url: ColumnElement[str | None] = column(
        comment="Where these were given, if a redirect led there; they are sent to no other address."
    )
    body_digest: ColumnElement[bytes | None] = column(comment="Digest of the last document's bytes.")
    sent_digest: ColumnElement[bytes | None] = column(
        comment="Digest of the same as it was sent: sent again, it is not even unpacked."
    )

    last_whole_at: ColumnElement[datetime | None] = column(
        comment="Last answer with a whole document (UTC); validators are audited a week after it."
    )
    validators_distrusted: ColumnElement[str | None] = column(
        comment="Why its validators are not sent any more, one line."
    )

    hints: ColumnElement[dict[str, Any] | None] = column(
        comment="When it asks to be polled, JSON: ttl, update_interval, fresh_for (s), skip_hours, skip_days."
    )
    rhythm: ColumnElement[dict[str, Any] | None] = column(
        comment="How often and when it publishes, JSON: sums that fade; feeds/rhythm.py explains them."
    )
    moved_to: ColumnElement[str | None] = column(
        comment="Where a permanent redirect points, not yet adopted."
    )
    moved_since: ColumnElement[datetime | None] = column(comment="When that redirect was first seen (UTC).")
    moved_times: ColumnElement[int | None] = column(comment="Polls that were sent there.")

    next_poll_at: ColumnElement[datetime] = column(comment="When it is due (UTC).")
    next_poll_reason: ColumnElement[str | None] = column(comment="Why then, one line.")
    interval_seconds: ColumnElement[float | None] = column(comment="Interval the last decision chose.")
    failures: ColumnElement[float] = column(comment="Failures since the last success; soft ones count less.")
    last_failure: ColumnElement[FailureKind | None] = column(
        enum_of(FailureKind), comment="Kind of failure of the last poll; null when it succeeded."
    )
    last_polled_at: ColumnElement[datetime | None] = column(comment="End of the last poll (UTC).")
    last_success_at: ColumnElement[datetime | None] = column(comment="Last poll that did not fail (UTC).")
    last_changed_at: ColumnElement[datetime | None] = column(comment="Last poll that stored something (UTC).")

    pages_due_at: ColumnElement[datetime | None] = column(
        comment="When the first of its awaited_pages may be asked for (UTC); empty: none is."
    )

    lease_owner: ColumnElement[str | None] = column(comment="Worker that holds the right to poll it.")
    lease_token: ColumnElement[str | None] = column(comment="Secret of that lease; a result needs it.")
    lease_until: ColumnElement[datetime | None] = column(comment="When the lease lapses (UTC).")


class FeedAlias(Base):
    __tablename__ = "feed_aliases"
    __table_args__ = ({"comment": "Addresses a feed had before, so that it is not added twice."},)

    id: ColumnElement[int] = row_id()
    feed_id: ColumnElement[int] = refers("feeds.id", "The feed.", ondelete="CASCADE")
    url: ColumnElement[str] = column(unique=True, comment="Address it had.")
    since: ColumnElement[datetime] = column(comment="When it stopped being the feed's address (UTC).")
    reason: ColumnElement[str] = column(comment="Why it moved, one line.")


class Poll(Base):
    __tablename__ = "polls"
    __table_args__ = (
        Index(None, "feed_id", "id"),
        {"comment": "One row a visit to a feed: what came of it and when the next one is."},
    )

    id: ColumnElement[int] = row_id()
    feed_id: ColumnElement[int] = refers("feeds.id", "The feed visited.", ondelete="CASCADE", index=False)
    started_at: ColumnElement[datetime] = column(comment="Start (UTC).")
    finished_at: ColumnElement[datetime] = column(comment="End (UTC).")
    outcome: ColumnElement[Outcome] = column(enum_of(Outcome), comment="How it ended.")
    failure: ColumnElement[FailureKind | None] = column(enum_of(FailureKind), comment="Kind of failure.")
    detail: ColumnElement[str | None] = column(comment="One line for a person: the cause.")
    retry_after_seconds: ColumnElement[float | None] = column(comment="Retry-After it was given, unclamped.")
    status: ColumnElement[int | None] = column(comment="HTTP status of the final response.")
    final_url: ColumnElement[str | None] = column(comment="Address after redirects, if another.")
    redirects: ColumnElement[list[dict[str, Any]]] = column(comment="JSON list of status and url, in order.")
    body_bytes: ColumnElement[int] = column(
        comment="Size of the decoded document; 0 where the bytes sent were known."
    )
    entries_seen: ColumnElement[int] = column(comment="Entries in the document.")
    new: ColumnElement[int] = column(comment="Articles stored for the first time.")
    edited: ColumnElement[int] = column(comment="Articles that got another version.")
    unchanged: ColumnElement[int] = column(comment="Entries read again without a difference.")
    withheld: ColumnElement[int] = column(comment="Entries dropped because a takedown names them.")
    flapping: ColumnElement[int] = column(comment="Edits not stored: the article is over the rewrite cap.")
    warnings: ColumnElement[list[str]] = column(comment="What was odd about the document, a JSON list.")
    next_poll_at: ColumnElement[datetime] = column(comment="When the next poll was set for (UTC).")
    next_poll_reason: ColumnElement[str] = column(comment="Why then, one line.")


class ArchivePage(Base):
    __tablename__ = "archive_pages"
    __table_args__ = (
        UniqueConstraint("feed_id", "url"),
        {"comment": "Documents of a feed's history that a backfill read or is to read next."},
    )

    id: ColumnElement[int] = row_id()
    feed_id: ColumnElement[int] = refers("feeds.id", "The feed.", ondelete="CASCADE", index=False)
    number: ColumnElement[int] = column(comment="Order of the walk; 1 is the feed's own document.")
    url: ColumnElement[str] = column(comment="Address of the document.")
    visited_at: ColumnElement[datetime | None] = column(
        comment="When it was read and stored, or found to be gone (UTC); empty: it is next."
    )
    not_before: ColumnElement[datetime | None] = column(comment="When it may be tried again (UTC).")
    digest: ColumnElement[bytes | None] = column(
        comment="Digest of which entries it holds; empty: it was not read."
    )
    entries: ColumnElement[int] = column(comment="Entries in the document.")
    new: ColumnElement[int] = column(comment="Articles stored for the first time.")
    detail: ColumnElement[str | None] = column(
        comment="Why it could not be read yet, or why the walk ended with it; one line."
    )


class Host(Base):
    __tablename__ = "hosts"
    __table_args__ = (
        UniqueConstraint("host", "scope"),
        partial_index("ix_hosts_limited", "limited_until", where="limited_until IS NOT NULL"),
        partial_index("ix_hosts_visited", "visited_at", where="visited_at IS NOT NULL"),
        {"comment": "Hosts and domains that asked for manners, which all workers keep."},
    )

    id: ColumnElement[int] = row_id()
    host: ColumnElement[str] = column(comment="Host name, or registrable domain; lower case.")
    scope: ColumnElement[HostScope] = column(
        enum_of(HostScope), comment="Whether the row speaks of the host alone or of all hosts of the domain."
    )
    visited_at: ColumnElement[datetime | None] = column(
        comment="Last visit that was no poll, such as a page of an archive, or the turn taken for the next (UTC)."
    )
    limited_until: ColumnElement[datetime | None] = column(comment="No visit before this (UTC).")
    limited_reason: ColumnElement[str | None] = column(comment="Why, one line.")
    witness: ColumnElement[str | None] = column(
        comment="Who was last told to wait there: number of a feed, or name of a host of the domain."
    )
    witnessed_at: ColumnElement[datetime | None] = column(comment="When that was (UTC).")
    updated_at: ColumnElement[datetime] = column(comment="When this row was last written (UTC).")
