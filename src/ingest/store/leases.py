"""Leases: the right to poll a feed for a while, given by one statement that many workers may run at once.

The statement walks the due feeds in the order of their time and stops when it has enough. It steps over a feed whose
host has its share of leases, was visited a moment ago or asked us to stay away, and takes no more of a host than it may
have: so a host with ten thousand due feeds takes its place in a batch, not all of it.

On PostgreSQL, `FOR UPDATE SKIP LOCKED` lets every worker step over the feeds another is just taking; on SQLite
SQLAlchemy leaves the clause out, and the write lock of the transaction does the same. Two claims that look at other
feeds of a host, or a claim and a turn there (store/hosts.py), do not see one another that way: so on PostgreSQL a claim
that keeps a pause takes its hosts' locks as well, looks once more, and gives back what another was quicker with.

A lease ends by release, or by lapsing. A worker that lost its lease cannot store: every write starts with `release` or
`held`, which need the feed's number and the lease's token. The feeds of one claim share a token: it names the claim,
and no two claims have the same, so a token that still stands at a feed was written by the claim that the lease came
from.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
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

from ingest.records import Lease
from ingest.store import hosts, standing
from ingest.store.bulk import Values, chunks, dialect_of, run, table_of
from ingest.store.models_feeds import Feed
from ingest.store.types import FeedOrigin, UtcDateTime

FREE: dict[str, Any] = {"lease_owner": None, "lease_token": None, "lease_until": None}
_FEEDS = table_of(Feed)
_LEASED = (
    *("id", "lease_token", "lease_until", "url", "label", "title", "origin", "policy", "language"),
    *("etag", "last_modified", "validated_url", "body_digest", "sent_digest"),
    *("interval_seconds", "failures", "last_success_at", "next_poll_at", "pages_due_at"),
    *standing.COLUMNS,
)
"""What a poll has to know of its feed: the rest, some of it JSON, is not read for it."""


def claim(
    connection: Connection,
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
    shape = _Shape(
        bool(gap), feed_ids is not None, due_only, bool(gap) and dialect_of(connection) == "postgresql"
    )
    bound = {
        "now": now,
        "most": limit,
        "per_host": per_host,
        "owner": owner,
        "token": secrets.token_hex(16),
        "until": now + lease_for,
    }
    bound |= {"since": now - gap, "begun": now - gap + lease_for} if gap else {"seen": 4 * limit + 100}
    if feed_ids is not None:
        bound["feed_ids"] = list(feed_ids)
    rows = connection.execute(_claiming(shape), bound).all()
    lost = _lost(connection, rows, shape, bound) if shape.guarded and rows else set()
    for row in rows:
        if row.id in lost:
            release(connection, _lease(row))
    ordered = sorted(rows, key=lambda row: (row.next_poll_at, row.id))
    return [_lease(row) for row in ordered if row.id not in lost]


def _lost(connection: Connection, rows: Sequence[Row[Any]], shape: _Shape, bound: Values) -> set[int]:
    """Feeds just claimed whose host another visits, or is just about to: he was quicker."""
    visited = connection.execute(_revisited(shape), {**bound, "ids": [row.id for row in rows]})
    return set(visited.scalars()) | {row.id for row in rows if row.host and not row.is_mine}


def waiting(
    connection: Connection, *, now: datetime, feed_ids: Sequence[int] | None = None, due_only: bool = True
) -> bool:
    """Whether a feed is there that only other visits to its host keep from being claimed: it can be had soon."""
    bound = {"now": now} | ({"feed_ids": list(feed_ids)} if feed_ids is not None else {})
    return connection.scalar(_waiting(_Shape(False, feed_ids is not None, due_only)), bound) is not None


def release(connection: Connection, lease: Lease) -> bool:
    """Give the lease back. False when it is not held any more: then nothing of it may be stored."""
    return run(connection, _settling(tuple(FREE)), [_row(lease, FREE)]) == 1


def held(connection: Connection, leases: Sequence[Lease]) -> list[bool]:
    """Of each lease whether its feed still has its token. Until the transaction ends nobody else changes that."""
    tokens: dict[int, str | None] = {}
    for ids in chunks(sorted({lease.feed_id for lease in leases})):
        tokens |= {row.id: row.lease_token for row in connection.execute(_TOKENS, {"ids": ids})}
    return [tokens.get(lease.feed_id) == lease.token for lease in leases]


def settle(connection: Connection, leases: Sequence[tuple[Lease, Values]]) -> None:
    """Give back leases that are held, and write these columns of their feeds: all that set the same ones at once."""
    by_columns: dict[tuple[str, ...], list[Values]] = {}
    for lease, values in leases:
        row = _row(lease, FREE | dict(values))
        by_columns.setdefault((*FREE, *values), []).append(row)
    for names, rows in by_columns.items():
        run(connection, _settling(names), rows)


def _row(lease: Lease, values: Values) -> Values:
    new = {f"new_{name}": value for name, value in values.items()}
    return {"feed": lease.feed_id, "held_token": lease.token, **new}


_TOKENS = (
    select(_FEEDS.c.id, _FEEDS.c.lease_token)
    .where(_FEEDS.c.id.in_(bindparam("ids", expanding=True)))
    .order_by(_FEEDS.c.id)
    .with_for_update(key_share=True)  # nobody who writes a row that names one of them need wait
)


@lru_cache(maxsize=256)
def _settling(names: tuple[str, ...]) -> Update:
    new: dict[str, Any] = {name: bindparam(f"new_{name}") for name in names}
    if "language" in names:
        new["language"] = func.coalesce(_FEEDS.c.language, new["language"])  # the operator's first
    if_held = _FEEDS.c.id == bindparam("feed"), _FEEDS.c.lease_token == bindparam("held_token")
    return update(_FEEDS).where(*if_held).values(new)


def _lease(feed: Row[Any]) -> Lease:
    return Lease(
        feed_id=feed.id,
        token=feed.lease_token,
        until=feed.lease_until,
        url=feed.url,
        title=feed.label or feed.title,
        etag=feed.etag,
        last_modified=feed.last_modified,
        validated_url=feed.validated_url,
        body_digest=feed.body_digest,
        sent_digest=feed.sent_digest,
        allow_file=feed.origin is FeedOrigin.CONFIG,
        policy=feed.policy,
        language=feed.language,
        interval=None if feed.interval_seconds is None else timedelta(seconds=feed.interval_seconds),
        failures=feed.failures,
        last_success_at=feed.last_success_at,
        pages_due_at=feed.pages_due_at,
        standing=standing.read(feed),
    )


# --------------------------------------------------------------------------- the statement


@dataclass(frozen=True, slots=True)
class _Shape:
    """What makes one statement differ from another. Making one costs ten times what running it does."""

    paced: bool
    listed: bool
    due_only: bool
    guarded: bool = False


@lru_cache
def _claiming(shape: _Shape) -> Update:
    feed = _FEEDS.alias("f")
    wanted = [
        _claimable(feed, shape),
        _its_turn(feed, shape) if shape.paced else feed.c.id.in_(_ranked(shape)),
    ]
    picked = (
        select(feed.c.id)
        .where(*wanted)
        .order_by(feed.c.next_poll_at, feed.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, key_share=True, of=feed)
        .cte("picked")
    )
    return (
        update(_FEEDS)
        .where(_FEEDS.c.id.in_(select(picked.c.id)))
        .values(
            lease_owner=bindparam("owner"), lease_token=bindparam("token"), lease_until=bindparam("until")
        )
        .returning(
            *(_FEEDS.c[name] for name in _LEASED),
            *((_FEEDS.c.host, hosts.is_mine(_FEEDS.c.host).label("is_mine")) if shape.guarded else ()),
        )
    )


@lru_cache
def _revisited(shape: _Shape) -> Select[Any]:
    """Of these feeds, those whose host others visit."""
    feed = _FEEDS.c
    ids = feed.id.in_(bindparam("ids", expanding=True))
    return select(feed.id).where(ids, feed.host != "", feed.host.in_(_visited(shape, by_others=True)))


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


def _may_be_visited(feed: FromClause, shape: _Shape) -> ColumnElement[bool]:
    """Neither another visit nor the host's own wish stands against this feed."""
    return and_(feed.c.host.not_in(_visited(shape)), ~hosts.kept_away(feed.c.host, _time("now")))


def _its_turn(feed: FromClause, shape: _Shape) -> ColumnElement[bool]:
    """With a pause: its host may be visited, and no other feed of the host goes before it."""
    other = _FEEDS.alias("g")
    goes_before = (
        select(other.c.id)
        .where(other.c.host == feed.c.host, other.c.next_poll_at <= feed.c.next_poll_at)
        .where(or_(other.c.next_poll_at < feed.c.next_poll_at, other.c.id < feed.c.id))
        .where(_claimable(other, shape))
        .correlate(feed)
        .exists()
    )
    return or_(feed.c.host == "", and_(_may_be_visited(feed, shape), ~goes_before))


def _ranked(shape: _Shape) -> Select[Any]:
    """Without a pause: as many feeds of each host as its live leases leave, among those due longest.

    PostgreSQL allows no lock beside a window function, hence the query within. It looks at a few batches only: a host
    that crowds them out is full after this claim, and the next one does not see it.
    """
    feed = _FEEDS.alias("r")
    first = (
        select(feed.c.id, feed.c.host, feed.c.next_poll_at)
        .where(_claimable(feed, shape), or_(feed.c.host == "", _may_be_visited(feed, shape)))
        .order_by(feed.c.next_poll_at, feed.c.id)
        .limit(bindparam("seen"))
        .subquery("first")
    )
    leased = _FEEDS.alias("l")
    busy = (
        select(leased.c.host, func.count().label("leases"))
        .where(leased.c.lease_until > _time("now"))
        .group_by(leased.c.host)
        .subquery("busy")
    )
    place = func.row_number().over(partition_by=first.c.host, order_by=(first.c.next_poll_at, first.c.id))
    ranked = select(first.c.id, first.c.host, place.label("place")).subquery("ranked")
    return (
        select(ranked.c.id)
        .outerjoin(busy, busy.c.host == ranked.c.host)
        .where(
            or_(
                ranked.c.host == "",
                ranked.c.place + func.coalesce(busy.c.leases, 0) <= bindparam("per_host"),
            )
        )
    )


def _visited(shape: _Shape, *, by_others: bool = False) -> Select[Any]:
    """The hosts that have all the leases they may have, or had a visit begin or end within the gap."""
    feeds = _FEEDS.c
    whose = feeds.lease_token != bindparam("token") if by_others else true()
    full = (
        select(feeds.host)
        .where(feeds.lease_until > _time("now"), whose)
        .group_by(feeds.host)
        .having(func.count() >= bindparam("per_host"))
    )
    if not shape.paced:
        return full
    begun = select(feeds.host).where(feeds.lease_until > _time("begun"), whose)
    ended = select(feeds.host).where(feeds.last_polled_at > _time("since"))
    every = union_all(full, begun, ended, hosts.visited_since(_time("since"))).subquery("visited")
    return select(every.c.host)


def _time(name: str) -> BindParameter[datetime]:
    return bindparam(name, type_=UtcDateTime())
