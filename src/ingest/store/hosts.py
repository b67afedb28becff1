"""Manners towards hosts that all workers share: who asked us to stay away, how far that reaches, until when.

A server that says 429, or 503 with Retry-After, may mean the one feed, its host, or a whole platform, and does not
tell which. So the wait begins with the feed (its schedule), and widens on evidence:

- to the host, when another feed of it is told to wait within an hour, or the host's last wait ended within an hour;
- to the registrable domain, when that happens to another host of it within an hour, by the same rule.

One overzealous route holds up nothing but itself; a platform with a thousand sub-domains is asked twice, not a
thousand times. A wait is the one the schedule chose for the feed, so it is clamped as that is.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    String,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from ingest import urls
from ingest.store.bulk import table_of, upsert
from ingest.store.models_feeds import Feed, Host
from ingest.store.types import HostScope, UtcDateTime

_HOSTS = table_of(Host)

EVIDENCE_LASTS = timedelta(hours=1)


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


def visited(connection: Connection, url: str, at: datetime) -> None:
    """Note a visit that was no poll: the pause counts from it as from any other."""
    host = urls.host(url)
    if not host:
        return
    statement = upsert(connection, Host)
    row = {"host": host, "scope": HostScope.HOST, "visited_at": at, "updated_at": at}
    later = {"visited_at": at, "updated_at": at}
    connection.execute(statement.on_conflict_do_update(index_elements=["host", "scope"], set_=later), row)


def turn(
    connection: Connection, url: str, *, earliest: datetime, latest: datetime, gap: timedelta
) -> datetime | str:
    """When the host of `url` may be visited next, and that turn taken; or why it may not.

    Turns of all workers are `gap` apart, and that long after any poll of the host's feeds. What is taken stands in
    `visited_at`, a moment ahead, so that polls keep their distance as well.
    """
    host = urls.host(url) or ""
    table = table_of(Host)
    name, moment = literal(host, String()), literal(earliest, UtcDateTime())
    if connection.execute(select(kept_away(name, moment))).scalar_one():
        return "its host asked us to wait"
    connection.execute(
        upsert(connection, Host).on_conflict_do_nothing(index_elements=["host", "scope"]),
        {"host": host, "scope": HostScope.HOST, "updated_at": earliest},
    )
    same = and_(table.c.host == host, table.c.scope == HostScope.HOST)
    last = connection.execute(select(table.c.visited_at).where(same).with_for_update()).scalar_one()
    polled = connection.execute(select(func.max(Feed.last_polled_at)).where(Feed.host == host)).scalar_one()
    at = max([earliest, *(visit + gap for visit in (last, polled) if visit)])
    if at > latest:
        return "the queue for its host is too long"
    connection.execute(update(table).where(same).values(visited_at=at, updated_at=earliest))
    return at


def told_to_wait(
    connection: Connection, feed_id: int, url: str, *, at: datetime, until: datetime, detail: str
) -> HostScope | None:
    """Note that a feed was told to wait, and how far that now reaches; None: no further than the feed."""
    host = urls.host(url)
    if not host or until <= at:
        return None
    _forget(connection, at)
    if not _widens(
        connection, HostScope.HOST, host, str(feed_id), at, until, f"several of its feeds: {detail}"
    ):
        return None
    domain = urls.registrable_domain(host)
    reason = f"several of its hosts: {detail}"
    if domain and _widens(connection, HostScope.DOMAIN, domain, host, at, until, reason):
        return HostScope.DOMAIN
    return HostScope.HOST


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
    at: datetime,
    until: datetime,
    reason: str,
) -> bool:
    """Hear a witness. True when the evidence is enough: then the wait of the whole host or domain is set."""
    table = table_of(Host)
    same = and_(table.c.host == name, table.c.scope == scope)
    connection.execute(
        upsert(connection, Host).on_conflict_do_nothing(index_elements=["host", "scope"]),
        {"host": name, "scope": scope, "updated_at": at},
    )
    known = connection.execute(select(table).where(same).with_for_update()).one()
    fresh = at - EVIDENCE_LASTS
    another = known.witness not in (None, witness) and known.witnessed_at >= fresh
    again = known.limited_until is not None and known.limited_until >= fresh
    heard: dict[str, Any] = {"witness": witness, "witnessed_at": at, "updated_at": at}
    if another or again:
        heard |= {"limited_until": max(until, known.limited_until or until), "limited_reason": reason}
    connection.execute(update(table).where(same).values(heard))
    return another or again
