"""The list of feeds: adding, keeping in step with the configuration, finding, switching on and off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    delete,
    func,
    literal,
    or_,
    select,
    update,
)

from ingest import urls
from ingest.errors import UsageError
from ingest.records import FeedPolicy
from ingest.store import hosts, leases
from ingest.store.bulk import Values, insert_all, table_of, update_all, upsert
from ingest.store.models_feeds import Feed, FeedAlias, Host
from ingest.store.types import FeedOrigin, FeedStatus, UtcDateTime

GONE_FROM_CONFIG = "not in the configuration any more"
SHOWN_CANDIDATES = 10

SLACK = timedelta(days=1)
"""What is put off by less comes soon enough."""

VALIDATORS = ("etag", "last_modified", "validated_url", "body_digest", "sent_digest")
"""Columns of feeds by which a document is known to be the one we have. Without them it is read whole."""


class ConfiguredFeed(Protocol):
    """What a list of feeds says of one; feeds.feedlist makes them."""

    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def policy(self) -> FeedPolicy: ...
    @property
    def language(self) -> str | None: ...
    @property
    def tags(self) -> Sequence[str]: ...


@dataclass(frozen=True, slots=True)
class FeedInfo:
    """A feed as the operator knows it; how polling it goes is in queries.feed_health."""

    id: int
    url: str
    title: str | None
    home_url: str | None
    origin: FeedOrigin
    policy: FeedPolicy
    status: FeedStatus
    status_reason: str | None
    language: str | None
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SyncCounts:
    added: int = 0
    updated: int = 0  # title, policy, language or tags were changed, or it came back
    retired: int = 0  # the file names them no more


def add_feed(
    connection: Connection,
    url: str,
    *,
    now: datetime,
    title: str | None = None,
    origin: FeedOrigin = FeedOrigin.ADDED,
    policy: FeedPolicy = FeedPolicy.DEFAULT,
    language: str | None = None,
    tags: Sequence[str] = (),
) -> tuple[int, bool]:
    """The feed's id, and whether it is new. Due at once. One known by this or an earlier address is left as it is."""
    known = _id_of_address(connection, url)
    if known is not None:
        return known, False
    row = {
        "url": url,
        "host": urls.host(url) or "",
        "label": title,
        "language": language,
        "tags": list(tags),
        "origin": origin,
        "policy": policy,
        "status": FeedStatus.ACTIVE,
        "created_at": now,
        "statements": [],
        "next_poll_at": now,
        "next_poll_reason": "new",
        "failures": 0.0,
    }
    statement = upsert(connection, Feed).on_conflict_do_nothing(index_elements=["url"]).returning(Feed.id)
    created = connection.scalar(statement, row)
    if created is not None:
        return created, True
    known = _id_of_address(connection, url)  # another process was quicker
    assert known is not None
    return known, False


def change(
    connection: Connection,
    feed_id: int,
    *,
    title: str | None = None,
    policy: FeedPolicy | None = None,
    language: str | None = None,
    tags: Sequence[str] = (),
) -> list[str]:
    """Give a feed what is given here; the names of what that changed. Raises UsageError for one of the feeds file."""
    feed = connection.execute(_row_of(feed_id)).one()
    given = {
        "label": title,
        "policy": policy,
        "language": language,
        "tags": list(tags),
    }
    new = {column: value for column, value in given.items() if value and getattr(feed, column) != value}
    changed = ["title" if column == "label" else column for column in new]
    if changed and feed.origin is FeedOrigin.CONFIG:
        raise UsageError(
            f"feed {feed_id} is kept in step with the feeds file: change its {' and '.join(changed)} there."
        )
    _set(connection, feed_id, new)
    return changed


def sync_config(connection: Connection, items: Iterable[ConfiguredFeed], now: datetime) -> SyncCounts:
    """Make the feeds of origin `config` those of the file: add, update, retire what it names no more.

    A feed added by hand that the file names becomes the file's. What a person disabled, and what its source retired,
    stays so. A value the file leaves out is left as it is.
    """
    named: dict[int, ConfiguredFeed] = {}
    added: set[int] = set()
    for item in items:
        feed_id, created = add_feed(
            connection,
            item.url,
            now=now,
            title=item.title,
            origin=FeedOrigin.CONFIG,
            policy=item.policy,
            language=item.language,
            tags=item.tags,
        )
        named[feed_id] = item
        if created:
            added.add(feed_id)
    changed = {
        feed_id: _changed(connection, feed_id, item, now)
        for feed_id, item in named.items()
        if feed_id not in added
    }
    listed = connection.scalars(
        select(Feed.id).where(Feed.origin == FeedOrigin.CONFIG, Feed.status == FeedStatus.ACTIVE)
    )
    retired = {"status": FeedStatus.RETIRED, "status_reason": GONE_FROM_CONFIG}
    stale = {feed_id: retired for feed_id in listed if feed_id not in named}
    for feed_id, values in sorted((changed | stale).items()):  # in the order in which polls lock them
        _set(connection, feed_id, values)
    return SyncCounts(len(added), sum(map(bool, changed.values())), len(stale))


def list_feeds(connection: Connection) -> list[FeedInfo]:
    """All feeds, in the order they were added."""
    return [_info(feed) for feed in connection.execute(_FEEDS.select().order_by(Feed.id))]


def active(connection: Connection) -> list[int]:
    """The ids of the feeds that are polled at all, in the order they were added."""
    feed = table_of(Feed).c
    return list(connection.scalars(select(feed.id).where(feed.status == FeedStatus.ACTIVE).order_by(feed.id)))


def count_active(connection: Connection, *, due_by: datetime | None = None) -> int:
    """How many feeds are polled at all, or are due by then and on no host that asked us to wait."""
    feed = table_of(Feed).c
    statement = select(func.count()).where(feed.status == FeedStatus.ACTIVE)
    if due_by is not None:
        kept_away = hosts.kept_away(feed.host, literal(due_by, UtcDateTime()))
        statement = statement.where(feed.next_poll_at <= due_by, ~kept_away)
    return connection.scalar(statement) or 0


def first_due(connection: Connection) -> datetime | None:
    """When the next feed is due; None when none is polled."""
    feed = table_of(Feed).c
    earliest: datetime | None = connection.scalar(
        select(func.min(feed.next_poll_at)).where(feed.status == FeedStatus.ACTIVE)
    )
    return earliest


def resolve(connection: Connection, text: str) -> FeedInfo:
    """The one feed that `text` names: its id, its address now or before, or a part of address or title.

    Raises UsageError when none or several do; then it lists them.
    """
    if text.isdecimal():
        found = connection.execute(_row_of(int(text))).all() if int(text) < 2**63 else []
    else:
        exact = _id_of_address(connection, text)
        part = or_(
            *(column.icontains(text, autoescape=True) for column in (Feed.url, Feed.label, Feed.title))
        )
        condition: ColumnElement[bool] = Feed.id == exact if exact is not None else part
        some = _FEEDS.select().where(condition).order_by(Feed.id).limit(SHOWN_CANDIDATES + 1)
        found = connection.execute(some).all()
    if len(found) == 1:
        return _info(found[0])
    if not found:
        raise UsageError(f"no feed matches {text!r}: `ingest feeds` lists them.")
    lines = [f"  {feed.id}  {urls.without_secrets(feed.url)}" for feed in found[:SHOWN_CANDIDATES]]
    more = ["  …"] if len(found) > SHOWN_CANDIDATES else []
    raise UsageError("\n".join([f"{text!r} matches several feeds, name one by its number:", *lines, *more]))


def set_enabled(
    connection: Connection, feed_id: int, enabled: bool, *, now: datetime, reason: str | None = None
) -> None:
    """Switch polling on (due at once, failures forgotten) or off."""
    feed = connection.execute(_row_of(feed_id)).one()
    values: dict[str, Any] = {}
    if not enabled:
        values = {"status": FeedStatus.DISABLED, "status_reason": reason}
    elif feed.status is not FeedStatus.ACTIVE:
        values = {"status": FeedStatus.ACTIVE, "status_reason": None}
        values |= {"next_poll_at": now, "next_poll_reason": "switched on"}
        values |= {"failures": 0.0, "last_failure": None, "validators_distrusted": None}
        if feed.status_reason == GONE_FROM_CONFIG:
            values["origin"] = FeedOrigin.ADDED  # or the next look at the file would retire it again
    _set(connection, feed_id, values)


def retire(connection: Connection, feed_id: int, reason: str) -> None:
    """Stop polling a feed that its source ended."""
    values = {"status": FeedStatus.RETIRED, "status_reason": reason}
    connection.execute(
        update(Feed).where(Feed.id == feed_id, Feed.status == FeedStatus.ACTIVE).values(values)
    )


def set_right(connection: Connection, now: datetime, lease_for: timedelta) -> int:
    """Make due what a clock that was ahead has put off; how many feeds. After it was set back they would rest until
    it gets there again, with their hosts, since a visit that is yet to come keeps others away.

    What was polled, or added, at a time to come tells of it: a time that is only far away may be a person's wish.
    """
    feed, host = table_of(Feed).c, table_of(Host).c
    late = now + SLACK
    put_off = or_(feed.last_polled_at > late, and_(feed.created_at > late, feed.next_poll_at > late))
    due = {
        "next_poll_at": now,
        "next_poll_reason": "the database's clock was set back",
        "last_polled_at": now,
    }
    hold(connection, or_(put_off, feed.lease_until > late + lease_for))
    count = connection.execute(update(Feed).where(put_off).values(due)).rowcount
    connection.execute(update(Feed).where(feed.lease_until > late + lease_for).values(leases.FREE))
    connection.execute(delete(Host).where(host.updated_at > late))
    return count


def hold(connection: Connection, which: ColumnElement[bool]) -> None:
    """Lock feeds until the transaction ends, by number: the order in which everybody locks several."""
    statement = select(_FEEDS.c.id).where(which).order_by(_FEEDS.c.id)
    connection.execute(statement.with_for_update(key_share=True)).all()


def move(
    connection: Connection,
    feed_id: int,
    url: str,
    *,
    now: datetime,
    reason: str,
    keep_validators: bool = False,
) -> bool:
    """Give a feed a new address and remember the old one. False when another feed has or had it.

    Validators belong to an address: sent to another, they could get a 304 for a document we never read. They are kept
    only when the caller knows that they came from the new one.
    """
    before = connection.execute(select(Feed.url).where(Feed.id == feed_id)).scalar_one()
    owner = _id_of_address(connection, url)
    if owner not in (None, feed_id):
        return False
    if url == before:
        return True
    connection.execute(delete(FeedAlias).where(FeedAlias.url == url))  # it moved back
    insert_all(connection, FeedAlias, [{"feed_id": feed_id, "url": before, "since": now, "reason": reason}])
    values: dict[str, Any] = {"url": url, "host": urls.host(url) or ""}
    if not keep_validators:
        values |= dict.fromkeys((*VALIDATORS, "last_whole_at", "validators_distrusted"))
    values |= _NOT_MOVING
    _set(connection, feed_id, values)
    return True


def stay(connection: Connection, feed_id: int) -> None:
    """Forget where a redirect pointed: an address that cannot be had is no way out when the feed's own one fails."""
    _set(connection, feed_id, _NOT_MOVING)


_FEEDS = table_of(Feed)
_NOT_MOVING: Values = dict.fromkeys(("moved_to", "moved_since", "moved_times"))


def _row_of(feed_id: int) -> Select[Any]:
    return _FEEDS.select().where(Feed.id == feed_id)


def _set(connection: Connection, feed_id: int, values: Values) -> None:
    update_all(connection, Feed, [{"id": feed_id, **values}] if values else [])


def _id_of_address(connection: Connection, url: str) -> int | None:
    return connection.scalar(select(Feed.id).where(Feed.url == url)) or connection.scalar(
        select(FeedAlias.feed_id).where(FeedAlias.url == url)
    )


def _changed(connection: Connection, feed_id: int, item: ConfiguredFeed, now: datetime) -> Values:
    """The columns of a feed that the file says differently."""
    feed = connection.execute(_row_of(feed_id)).one()
    wanted: dict[str, Any] = {
        "origin": FeedOrigin.CONFIG,
        "policy": item.policy,
        "tags": list(item.tags),
    }
    wanted |= {"label": item.title} if item.title else {}
    wanted |= {"language": item.language} if item.language else {}
    if feed.status is FeedStatus.RETIRED and feed.status_reason == GONE_FROM_CONFIG:
        wanted |= {"status": FeedStatus.ACTIVE, "status_reason": None, "next_poll_at": now}
    return {name: value for name, value in wanted.items() if getattr(feed, name) != value}


def _info(feed: Row[Any]) -> FeedInfo:
    return FeedInfo(
        id=feed.id,
        url=feed.url,
        title=feed.label or feed.title,
        home_url=feed.home_url,
        origin=feed.origin,
        policy=feed.policy,
        status=feed.status,
        status_reason=feed.status_reason,
        language=feed.language,
        tags=tuple(feed.tags),
    )
