"""Leases: the right to poll a feed for a while, given by one statement that many workers may run at once.

On PostgreSQL, `FOR UPDATE SKIP LOCKED` lets every worker step over the feeds another is just taking. It may not stand
beside a window function, so an inner query ranks the due feeds of each host and an outer one locks. On SQLite
SQLAlchemy leaves the locking clause out; there the write lock of the transaction does the same.

A lease ends by release, or by lapsing. A worker that lost its lease cannot store: every write starts with `release`,
which needs the lease's token.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, func, or_, select, true, update
from sqlalchemy.orm import Session

from ingest.records import Lease
from ingest.store import standing
from ingest.store.models import Feed
from ingest.store.types import FeedOrigin, FeedStatus

FREE = {"lease_owner": None, "lease_token": None, "lease_until": None}


def claim(
    session: Session,
    *,
    now: datetime,
    owner: str,
    limit: int,
    lease_for: timedelta,
    per_host: int = 2,
    feed_ids: Sequence[int] | None = None,
    due_only: bool = True,
) -> list[Lease]:
    """Lease up to `limit` feeds to `owner` until `now + lease_for`, those due longest first.

    No host has more than `per_host` leases at a time, counting live ones, so a host with many feeds cannot fill the
    batch. Only active feeds without a live lease are given out; of `feed_ids` when given; due or not when `due_only`
    is false. `now` is the database's clock (Store.now).
    """
    picked = _picked(_claimable(now, feed_ids, due_only=due_only), now, limit, per_host).cte("picked")
    token = secrets.token_hex(16)
    statement = (
        update(Feed)
        .where(Feed.id.in_(select(picked.c.id)))
        .values(lease_owner=owner, lease_token=token, lease_until=now + lease_for)
        .returning(*Feed.__table__.columns)
        .execution_options(synchronize_session=False)
    )
    rows = session.execute(statement).all()
    return [_lease(row) for row in sorted(rows, key=lambda row: (row.next_poll_at, row.id))]


def release(session: Session, lease: Lease) -> bool:
    """Give the lease back. False when it is not held any more: then nothing of it may be stored."""
    return _if_held(session, lease, FREE)


def extend(session: Session, lease: Lease, until: datetime) -> Lease | None:
    """The lease, longer; None when it is not held any more."""
    return replace(lease, until=until) if _if_held(session, lease, {"lease_until": until}) else None


def _claimable(now: datetime, feed_ids: Sequence[int] | None, *, due_only: bool) -> ColumnElement[bool]:
    return and_(
        Feed.status == FeedStatus.ACTIVE,
        or_(Feed.lease_until.is_(None), Feed.lease_until <= now),
        Feed.next_poll_at <= now if due_only else true(),
        Feed.id.in_(feed_ids) if feed_ids is not None else true(),
    )


def _picked(claimable: ColumnElement[bool], now: datetime, limit: int, per_host: int) -> Any:
    """The ids to lease, locked. `claimable` stands in both queries: what another worker took between is seen there."""
    busy = (
        select(Feed.host, func.count().label("leases"))
        .where(Feed.lease_until > now)
        .group_by(Feed.host)
        .subquery("busy")
    )
    place = func.row_number().over(partition_by=Feed.host, order_by=(Feed.next_poll_at, Feed.id))
    ranked = select(Feed.id, Feed.host, place.label("place")).where(claimable).subquery("ranked")
    fair = (
        select(ranked.c.id)
        .outerjoin(busy, busy.c.host == ranked.c.host)
        .where(ranked.c.place + func.coalesce(busy.c.leases, 0) <= per_host)
    )
    return (
        select(Feed.id)
        .where(Feed.id.in_(fair), claimable)
        .order_by(Feed.next_poll_at, Feed.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )


def _if_held(session: Session, lease: Lease, values: dict[str, Any]) -> bool:
    statement = (
        update(Feed)
        .where(Feed.id == lease.feed_id, Feed.lease_token == lease.token)
        .values(values)
        .returning(Feed.id)
        .execution_options(synchronize_session=False)
    )
    return session.execute(statement).one_or_none() is not None


def _lease(feed: Row[Any]) -> Lease:
    return Lease(
        feed_id=feed.id,
        token=feed.lease_token,
        until=feed.lease_until,
        url=feed.url,
        title=feed.label or feed.title,
        etag=feed.etag,
        last_modified=feed.last_modified,
        body_digest=feed.body_digest,
        allow_file=feed.origin is FeedOrigin.CONFIG,
        policy=feed.policy.value,
        language=feed.language,
        interval=None if feed.interval_seconds is None else timedelta(seconds=feed.interval_seconds),
        failures=feed.failures,
        last_success_at=feed.last_success_at,
        standing=standing.read(feed),
    )
