"""Tables about feeds: the feeds themselves with their leases, the addresses they had, every poll, host manners."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ingest.records import FailureKind, Outcome
from ingest.store.base import Base, RowId, Words, partial_index, refers
from ingest.store.types import FeedOrigin, FeedPolicy, FeedStatus, HostScope, enum_of


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

    id: Mapped[RowId]
    url: Mapped[str] = mapped_column(unique=True, comment="Address polled; older ones are in feed_aliases.")
    host: Mapped[str] = mapped_column(comment="Host of the address, lower case; empty for a file.")
    label: Mapped[str | None] = mapped_column(
        comment="Title the operator gave; shown in place of the feed's own."
    )
    title: Mapped[str | None] = mapped_column(comment="Title the feed gives itself, as last read.")
    home_url: Mapped[str | None] = mapped_column(comment="Home page the feed names.")
    format: Mapped[str | None] = mapped_column(comment="rss, atom, rdf, json or cdf, as last read.")
    language: Mapped[str | None] = mapped_column(comment="Language given or stated, BCP 47.")
    tags: Mapped[Words] = mapped_column(comment="The operator's tags, a JSON list.")
    origin: Mapped[FeedOrigin] = mapped_column(enum_of(FeedOrigin), comment="How it came to be here.")
    policy: Mapped[FeedPolicy] = mapped_column(
        enum_of(FeedPolicy),
        comment="Where bodies are taken from: feed, page, auto, or default (poll.policy).",
    )
    status: Mapped[FeedStatus] = mapped_column(
        enum_of(FeedStatus), comment="active is polled; disabled by a person; retired by the service."
    )
    status_reason: Mapped[str | None] = mapped_column(comment="Why it is not active, one line.")
    created_at: Mapped[datetime] = mapped_column(comment="When it was added here (UTC).")
    statements: Mapped[list[dict[str, Any]]] = mapped_column(
        comment="What the feed states about all its entries: JSON list of property, value, place, quote."
    )

    etag: Mapped[str | None] = mapped_column(comment="ETag of the last stored document, sent back verbatim.")
    last_modified: Mapped[str | None] = mapped_column(
        comment="Last-Modified of the same, sent back verbatim."
    )
    validated_url: Mapped[str | None] = mapped_column(
        comment="Where these were given, if a redirect led there; they are sent to no other address."
    )
    body_digest: Mapped[bytes | None] = mapped_column(comment="Digest of the last document's bytes.")
    sent_digest: Mapped[bytes | None] = mapped_column(
        comment="Digest of the same as it was sent: sent again, it is not even unpacked."
    )

    last_whole_at: Mapped[datetime | None] = mapped_column(
        comment="Last answer with a whole document (UTC); validators are audited a week after it."
    )
    validators_distrusted: Mapped[str | None] = mapped_column(
        comment="Why its validators are not sent any more, one line."
    )

    hints: Mapped[dict[str, Any] | None] = mapped_column(
        comment="When it asks to be polled, JSON: ttl, update_interval, fresh_for (s), skip_hours, skip_days."
    )
    rhythm: Mapped[dict[str, Any] | None] = mapped_column(
        comment="How often and when it publishes, JSON: sums that fade; feeds/rhythm.py explains them."
    )
    moved_to: Mapped[str | None] = mapped_column(
        comment="Where a permanent redirect points, not yet adopted."
    )
    moved_since: Mapped[datetime | None] = mapped_column(comment="When that redirect was first seen (UTC).")
    moved_times: Mapped[int | None] = mapped_column(comment="Polls that were sent there.")

    next_poll_at: Mapped[datetime] = mapped_column(comment="When it is due (UTC).")
    next_poll_reason: Mapped[str | None] = mapped_column(comment="Why then, one line.")
    interval_seconds: Mapped[float | None] = mapped_column(comment="Interval the last decision chose.")
    failures: Mapped[float] = mapped_column(comment="Failures since the last success; soft ones count less.")
    last_failure: Mapped[FailureKind | None] = mapped_column(
        enum_of(FailureKind), comment="Kind of failure of the last poll; null when it succeeded."
    )
    last_polled_at: Mapped[datetime | None] = mapped_column(comment="End of the last poll (UTC).")
    last_success_at: Mapped[datetime | None] = mapped_column(comment="Last poll that did not fail (UTC).")
    last_changed_at: Mapped[datetime | None] = mapped_column(comment="Last poll that stored something (UTC).")

    pages_due_at: Mapped[datetime | None] = mapped_column(
        comment="When the first of its awaited_pages may be asked for (UTC); empty: none is."
    )

    lease_owner: Mapped[str | None] = mapped_column(comment="Worker that holds the right to poll it.")
    lease_token: Mapped[str | None] = mapped_column(comment="Secret of that lease; a result needs it.")
    lease_until: Mapped[datetime | None] = mapped_column(comment="When the lease lapses (UTC).")


class FeedAlias(Base):
    __tablename__ = "feed_aliases"
    __table_args__ = ({"comment": "Addresses a feed had before, so that it is not added twice."},)

    id: Mapped[RowId]
    feed_id: Mapped[int] = refers("feeds.id", "The feed.", ondelete="CASCADE")
    url: Mapped[str] = mapped_column(unique=True, comment="Address it had.")
    since: Mapped[datetime] = mapped_column(comment="When it stopped being the feed's address (UTC).")
    reason: Mapped[str] = mapped_column(comment="Why it moved, one line.")


class Poll(Base):
    __tablename__ = "polls"
    __table_args__ = (
        Index(None, "feed_id", "id"),
        {"comment": "One row a visit to a feed: what came of it and when the next one is."},
    )

    id: Mapped[RowId]
    feed_id: Mapped[int] = refers("feeds.id", "The feed visited.", ondelete="CASCADE", index=False)
    started_at: Mapped[datetime] = mapped_column(comment="Start (UTC).")
    finished_at: Mapped[datetime] = mapped_column(comment="End (UTC).")
    outcome: Mapped[Outcome] = mapped_column(enum_of(Outcome), comment="How it ended.")
    failure: Mapped[FailureKind | None] = mapped_column(enum_of(FailureKind), comment="Kind of failure.")
    detail: Mapped[str | None] = mapped_column(comment="One line for a person: the cause.")
    retry_after_seconds: Mapped[float | None] = mapped_column(comment="Retry-After it was given, unclamped.")
    status: Mapped[int | None] = mapped_column(comment="HTTP status of the final response.")
    final_url: Mapped[str | None] = mapped_column(comment="Address after redirects, if another.")
    redirects: Mapped[list[dict[str, Any]]] = mapped_column(comment="JSON list of status and url, in order.")
    body_bytes: Mapped[int] = mapped_column(
        comment="Size of the decoded document; 0 where the bytes sent were known."
    )
    entries_seen: Mapped[int] = mapped_column(comment="Entries in the document.")
    new: Mapped[int] = mapped_column(comment="Articles stored for the first time.")
    edited: Mapped[int] = mapped_column(comment="Articles that got another version.")
    unchanged: Mapped[int] = mapped_column(comment="Entries read again without a difference.")
    withheld: Mapped[int] = mapped_column(comment="Entries dropped because a takedown names them.")
    flapping: Mapped[int] = mapped_column(comment="Edits not stored: the article is over the rewrite cap.")
    warnings: Mapped[Words] = mapped_column(comment="What was odd about the document, a JSON list.")
    next_poll_at: Mapped[datetime] = mapped_column(comment="When the next poll was set for (UTC).")
    next_poll_reason: Mapped[str] = mapped_column(comment="Why then, one line.")


class ArchivePage(Base):
    __tablename__ = "archive_pages"
    __table_args__ = (
        UniqueConstraint("feed_id", "url"),
        {"comment": "Documents of a feed's history that a backfill read or is to read next."},
    )

    id: Mapped[RowId]
    feed_id: Mapped[int] = refers("feeds.id", "The feed.", ondelete="CASCADE", index=False)
    number: Mapped[int] = mapped_column(comment="Order of the walk; 1 is the feed's own document.")
    url: Mapped[str] = mapped_column(comment="Address of the document.")
    visited_at: Mapped[datetime | None] = mapped_column(
        comment="When it was read and stored (UTC); empty: it is next."
    )
    not_before: Mapped[datetime | None] = mapped_column(comment="When it may be tried again (UTC).")
    digest: Mapped[bytes | None] = mapped_column(comment="Digest of which entries it holds.")
    entries: Mapped[int] = mapped_column(comment="Entries in the document.")
    new: Mapped[int] = mapped_column(comment="Articles stored for the first time.")
    detail: Mapped[str | None] = mapped_column(
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

    id: Mapped[RowId]
    host: Mapped[str] = mapped_column(comment="Host name, or registrable domain; lower case.")
    scope: Mapped[HostScope] = mapped_column(
        enum_of(HostScope), comment="Whether the row speaks of the host alone or of all hosts of the domain."
    )
    visited_at: Mapped[datetime | None] = mapped_column(
        comment="End of the last visit that was no poll, such as a page of an archive (UTC)."
    )
    limited_until: Mapped[datetime | None] = mapped_column(comment="No visit before this (UTC).")
    limited_reason: Mapped[str | None] = mapped_column(comment="Why, one line.")
    witness: Mapped[str | None] = mapped_column(
        comment="Who was last told to wait there: number of a feed, or name of a host of the domain."
    )
    witnessed_at: Mapped[datetime | None] = mapped_column(comment="When that was (UTC).")
    updated_at: Mapped[datetime] = mapped_column(comment="When this row was last written (UTC).")
