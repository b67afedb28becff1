"""Manners towards hosts that all workers share: who asked us to stay away, how far that reaches, until when.

A server that says 429, or 503 with Retry-After, may mean the one feed, its host, or a whole platform, and does not
tell which. So the wait begins with the feed (its schedule), and widens on evidence:

- to the host, when another feed of it is told to wait within an hour, or the host's last wait ended within an hour;
- to the registrable domain, when that happens to another host of it within an hour, by the same rule.

One overzealous route holds up nothing but itself; a platform with a thousand sub-domains is asked twice, not a
thousand times. A wait is the one the schedule chose for the feed, so it is clamped as that is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    String,
    and_,
    case,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)

from ingest import urls
from ingest.store.bulk import dialect_of, table_of, upsert
from ingest.store.models_feeds import Feed, Host
from ingest.store.types import HostScope, UtcDateTime

_HOSTS = table_of(Host)

EVIDENCE_LASTS = timedelta(hours=1)

BEING_POLLED = "a feed of its host is being polled"
"""Why there is no turn, but will be in a moment."""


class Wish(NamedTuple):
    """A server told a feed at this address to wait, or a page of the feed's articles."""

    feed_id: int
    url: str
    at: datetime
    until: datetime
    detail: str


def kept_away(host: ColumnElement[str], now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Condition on a column of host names: the host or its domain asked us to wait, and the wait is not over."""
    asked = _HOSTS.alias("asked").c
    limited = select(asked.host).where(asked.limited_until > now, asked.scope == HostScope.HOST)
    domains = select(asked.host).where(asked.limited_until > now, asked.scope == HostScope.DOMAIN)
    # Nearly always there is no such domain: then the comparison of names is not made for a single feed.
    inside = domains.where(or_(host == asked.host, host.like("%." + asked.host)))
    return or_(host.in_(limited), and_(domains.exists(), inside.exists()))


def visited_since(moment: ColumnElement[datetime]) -> Select[Any]:
    """The hosts with a visit that was no poll since then."""
    hosts = _HOSTS.c
    return select(hosts.host).where(hosts.visited_at > moment, hosts.scope == HostScope.HOST)


def visited(connection: Connection, addresses: Iterable[str], at: datetime) -> None:
    """Note visits that were no poll: the pause counts from them as from any other."""
    statement = upsert(connection, Host)
    ahead = case((_HOSTS.c.visited_at > at, _HOSTS.c.visited_at), else_=at)  # a turn that somebody has taken
    later = {"visited_at": ahead, "updated_at": at}
    statement = statement.on_conflict_do_update(index_elements=["host", "scope"], set_=later)
    for host in sorted({host for url in addresses if (host := urls.host(url))}):
        row = {"host": host, "scope": HostScope.HOST, "visited_at": at, "updated_at": at}
        connection.execute(statement, row)


def turn(
    connection: Connection,
    url: str,
    *,
    feed_id: int,
    earliest: datetime,
    latest: datetime,
    gap: timedelta,
    lease_for: timedelta,
) -> datetime | str:
    """When the host of `url` may be visited next by a poll of feed `feed_id`, and that turn taken; or why it may not.

    Turns of all workers are `gap` apart, and that long after any poll of the host's feeds. What is taken stands in
    `visited_at`, a moment ahead, so that polls keep their distance as well. With a gap there is no turn while another
    feed of the host is being polled: from its claim, `lease_for` before the end of its lease, until a visit at the host
    is noted, which is what a poll does that goes on to pages.
    """
    host = urls.host(url) or ""
    name, moment = literal(host, String()), literal(earliest, UtcDateTime())
    if connection.execute(select(kept_away(name, moment))).scalar_one():
        return "its host asked us to wait"
    if dialect_of(connection) == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(*_lock_of(name))))
    known = _held(connection, HostScope.HOST, host, earliest)
    begun = max(earliest, known.visited_at + lease_for) if known.visited_at else earliest
    feed = table_of(Feed).c
    leased = select(feed.id).where(feed.host == host, feed.lease_until > begun, feed.id != feed_id)
    if gap and connection.execute(leased.limit(1)).first():
        return BEING_POLLED
    last = select(func.max(feed.last_polled_at)).where(
        feed.host == host, feed.last_polled_at > earliest - gap
    )
    polled = connection.execute(last).scalar_one()
    at: datetime = max([earliest, *(visit + gap for visit in (known.visited_at, polled) if visit)])
    if at > latest:
        return "the queue for its host is too long"
    _write(connection, known, visited_at=at, updated_at=earliest)
    return at


def is_mine(host: ColumnElement[str]) -> ColumnElement[bool]:
    """On PostgreSQL: nobody else is just claiming a feed of this host, or taking a turn there, and until the
    transaction ends nobody will. What somebody did a moment ago is seen by the next statement."""
    return func.pg_try_advisory_xact_lock(*_lock_of(host))


def _lock_of(host: ColumnElement[str]) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """Of PostgreSQL's advisory locks the one that stands for a host; two hosts may share one, which costs a moment."""
    return literal_column("14702"), func.hashtext(host)


def told_to_wait(connection: Connection, wishes: Iterable[Wish]) -> None:
    """Note that feeds were told to wait, and how far that reaches now.

    Hosts by name, then domains by name: the order in which all lock their rows (docs/architecture.md). To forget is the
    last of it, because it locks whatever is old.
    """
    named = sorted((host, wish) for wish in wishes if (host := urls.host(wish.url)) and wish.until > wish.at)
    widened: list[tuple[str, str, Wish]] = []
    for host, wish in named:
        domain = urls.registrable_domain(host)
        if (
            _widens(connection, HostScope.HOST, host, str(wish.feed_id), wish, "several of its feeds")
            and domain
        ):
            widened.append((domain, host, wish))
    for domain, host, wish in sorted(widened):
        _widens(connection, HostScope.DOMAIN, domain, host, wish, "several of its hosts")
    if named:
        _forget(connection, max(wish.at for _, wish in named))


def _forget(connection: Connection, at: datetime) -> None:
    """Drop what is evidence of nothing any more, so that the table stays as small as the trouble of the last hour."""
    table, fresh = table_of(Host), at - EVIDENCE_LASTS
    times = (table.c.limited_until, table.c.witnessed_at, table.c.visited_at)
    stale = (
        select(table.c.id)
        .where(*(or_(time.is_(None), time < fresh) for time in times))
        .with_for_update(skip_locked=True)
    )
    connection.execute(delete(table).where(table.c.id.in_(stale)))


def _widens(
    connection: Connection,
    scope: HostScope,
    name: str,
    witness: str,
    wish: Wish,
    why: str,
) -> bool:
    """Hear a witness. True when the evidence is enough: then the wait of the whole host or domain is set."""
    known = _held(connection, scope, name, wish.at)
    fresh = wish.at - EVIDENCE_LASTS
    another = known.witness not in (None, witness) and known.witnessed_at >= fresh
    again = known.limited_until is not None and known.limited_until >= fresh
    heard: dict[str, Any] = {"witness": witness, "witnessed_at": wish.at, "updated_at": wish.at}
    if another or again:
        until = max(wish.until, known.limited_until or wish.until)
        heard |= {"limited_until": until, "limited_reason": f"{why}: {wish.detail}"}
    _write(connection, known, **heard)
    return another or again


def _held(connection: Connection, scope: HostScope, name: str, at: datetime) -> Row[Any]:
    """The row of a host or a domain, made if there is none; nobody else has it until the transaction ends.

    In one statement: between two another worker may forget the row.
    """
    statement = upsert(connection, Host).on_conflict_do_update(
        index_elements=["host", "scope"], set_={"updated_at": _HOSTS.c.updated_at}
    )
    row = {"host": name, "scope": scope, "updated_at": at}
    return connection.execute(statement.returning(_HOSTS), row).one()


def _write(connection: Connection, row: Row[Any], **values: Any) -> None:
    connection.execute(update(_HOSTS).where(_HOSTS.c.id == row.id).values(values))
