"""Leases: the right to poll a feed for a while, given by one statement that many workers may run at once.

The statement walks the due feeds in the order of their time and stops when it has enough. It steps over a feed whose
host has its share of leases, was visited a moment ago or asked us to stay away, and over one that another feed of its
host goes before: so a host with ten thousand due feeds takes one place of a batch, not all.

On PostgreSQL, `FOR UPDATE SKIP LOCKED` lets every worker step over the feeds another is just taking; on SQLite
SQLAlchemy leaves the clause out, and the write lock of the transaction does the same.

A lease ends by release, or by lapsing. A worker that lost its lease cannot store: every write starts with `release`,
which needs the feed's number and the lease's token. The feeds of one claim share a token: it names the claim, and no
two claims have the same, so a token that still stands at a feed was written by the claim that the lease came from.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    FromClause,
    Row,
    Select,
    Update,
    and_,
    bindparam,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
    update,
)
from sqlalchemy.orm import Session

from ingest.records import Lease
from ingest.store import hosts
from ingest.store.bulk import table_of
from ingest.store.models import Feed
from ingest.store.types import FeedOrigin, UtcDateTime

_FREE = {"lease_owner": None, "lease_token": None, "lease_until": None}
_FEEDS = table_of(Feed)


def claim(
    session: Session,
    *,
    now: datetime,
    owner: str,
    limit: int,
    lease_for: timedelta,
    per_host: int = 2,
    gap: timedelta = timedelta(0),
    feed_ids: Sequence[int] | None = None,
    due_only: bool = True,
) -> list[Lease]:
    """Lease up to `limit` feeds to `owner` until `now + lease_for`, those due longest first.

    No host has more than `per_host` leases at a time, counting live ones. With a `gap` none is visited sooner than
    that after a visit to it began or ended, and a claim takes one feed of each. Files have no host and wait for none.

    Only active feeds without a live lease are given out; of `feed_ids` when given (some hundreds at most: they stand
    in the statement); due or not when `due_only` is false. `now` is the database's clock (Store.now).
    """
    statement = _claiming(_Shape(bool(gap), feed_ids is not None, due_only))
    bound = {
        "now": now,
        "most": limit,
        "per_host": per_host,
        "owner": owner,
        "token": secrets.token_hex(16),
        "until": now + lease_for,
    }
    if gap:
        bound |= {"since": now - gap, "begun": now - gap + lease_for}
    if feed_ids is not None:
        bound["feed_ids"] = list(feed_ids)
    rows = session.execute(statement, bound).all()
    return [_lease(row) for row in sorted(rows, key=lambda row: (row.next_poll_at, row.id))]


def waiting(
    session: Session, *, now: datetime, feed_ids: Sequence[int] | None = None, due_only: bool = True
) -> bool:
    """Whether a feed is there that only other visits to its host keep from being claimed: it can be had soon."""
    bound = {"now": now} | ({"feed_ids": list(feed_ids)} if feed_ids is not None else {})
    return session.scalar(_waiting(_Shape(False, feed_ids is not None, due_only)), bound) is not None


def release(session: Session, lease: Lease) -> bool:
    """Give the lease back. False when it is not held any more: then nothing of it may be stored."""
    return _if_held(session, lease, _FREE)


def extend(session: Session, lease: Lease, until: datetime) -> Lease | None:
    """The lease, longer; None when it is not held any more."""
    return replace(lease, until=until) if _if_held(session, lease, {"lease_until": until}) else None


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
    )


# --------------------------------------------------------------------------- the statement


@dataclass(frozen=True, slots=True)
class _Shape:
    """What makes one statement differ from another. Making one costs ten times what running it does."""

    paced: bool
    listed: bool
    due_only: bool


@lru_cache
def _claiming(shape: _Shape) -> Update:
    feed = _FEEDS.alias("f")
    picked = (
        select(feed.c.id)
        .where(_claimable(feed, shape), or_(feed.c.host == "", _is_its_turn(feed, shape)))
        .order_by(feed.c.next_poll_at, feed.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=feed)
        .cte("picked")
    )
    return (
        update(_FEEDS)
        .where(_FEEDS.c.id.in_(select(picked.c.id)))
        .values(
            lease_owner=bindparam("owner"), lease_token=bindparam("token"), lease_until=bindparam("until")
        )
        .returning(*_FEEDS.c)
    )


@lru_cache
def _waiting(shape: _Shape) -> Select[Any]:
    feed = _FEEDS.alias("f")
    return (
        select(feed.c.id).where(_claimable(feed, shape), ~hosts.kept_away(feed.c.host, _time("now"))).limit(1)
    )


def _claimable(feed: FromClause, shape: _Shape) -> ColumnElement[bool]:
    return and_(
        # Written out, because a partial index serves only a statement in which its condition stands.
        feed.c.status == literal_column("'active'"),
        or_(feed.c.lease_until.is_(None), feed.c.lease_until <= _time("now")),
        feed.c.next_poll_at <= _time("now") if shape.due_only else true(),
        feed.c.id.in_(bindparam("feed_ids", expanding=True)) if shape.listed else true(),
    )


def _is_its_turn(feed: FromClause, shape: _Shape) -> ColumnElement[bool]:
    """Neither another visit nor the host's own wish stands against this feed, and it is the first of its host."""
    return and_(
        feed.c.host.not_in(_visited(shape)),
        ~hosts.kept_away(feed.c.host, _time("now")),
        _before(feed, shape) < (1 if shape.paced else bindparam("per_host")),
    )


def _visited(shape: _Shape) -> Select[Any]:
    """The hosts that have all the leases they may have, or had a visit begin or end within the gap."""
    feeds = _FEEDS.c
    full = (
        select(feeds.host)
        .where(feeds.lease_until > _time("now"))
        .group_by(feeds.host)
        .having(func.count() >= bindparam("per_host"))
    )
    if not shape.paced:
        return full
    begun = select(feeds.host).where(feeds.lease_until > _time("begun"))
    ended = select(feeds.host).where(feeds.last_polled_at > _time("since"))
    every = union_all(full, begun, ended, hosts.visited_since(_time("since"))).subquery("visited")
    return select(every.c.host)


def _before(feed: FromClause, shape: _Shape) -> ColumnElement[int]:
    """How many of its host's places are taken before this feed, counted no further than there are places.

    With a gap there is one place in a claim; without, as many as there may be visits at the same time.
    """
    other = _FEEDS.alias("g")
    earlier = (
        select(other.c.id)
        .where(other.c.host == feed.c.host, other.c.next_poll_at <= feed.c.next_poll_at)
        .where(or_(other.c.next_poll_at < feed.c.next_poll_at, other.c.id < feed.c.id))
        .where(_claimable(other, shape))
        .limit(literal_column("1") if shape.paced else bindparam("per_host"))
        .correlate(feed)
        .subquery("earlier")
    )
    before = select(func.count()).select_from(earlier).scalar_subquery()
    if shape.paced:
        return before
    leased = _FEEDS.alias("l")
    busy = select(func.count()).where(leased.c.host == feed.c.host, leased.c.lease_until > _time("now"))
    return before + busy.correlate(feed).scalar_subquery()


def _time(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcDateTime())
