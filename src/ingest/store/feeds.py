"""The list of feeds: adding, keeping in step with the configuration, finding, switching on and off."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import ColumnElement, delete, func, literal, or_, select, update
from sqlalchemy.orm import Session

from ingest import urls
from ingest.errors import UsageError
from ingest.store import hosts
from ingest.store.bulk import table_of, upsert
from ingest.store.models_feeds import Feed, FeedAlias
from ingest.store.types import FeedOrigin, FeedPolicy, FeedStatus, UtcDateTime

GONE_FROM_CONFIG = "not in the configuration any more"
SHOWN_CANDIDATES = 10

VALIDATORS = ("etag", "last_modified", "validated_url", "body_digest", "sent_digest")
"""Columns of feeds by which a document is known to be the one we have. Without them it is read whole."""


class ConfiguredFeed(Protocol):
    """What a list of feeds says of one; feeds.feedlist makes them."""

    @property
    def url(self) -> str: ...
    @property
    def title(self) -> str | None: ...
    @property
    def policy(self) -> str: ...
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
    session: Session,
    url: str,
    *,
    now: datetime,
    title: str | None = None,
    origin: FeedOrigin = FeedOrigin.ADDED,
    policy: str = FeedPolicy.FEED,
    language: str | None = None,
    tags: Sequence[str] = (),
) -> tuple[int, bool]:
    """The feed's id, and whether it is new. Due at once. One known by this or an earlier address is left as it is."""
    known = _id_of_address(session, url)
    if known is not None:
        return known, False
    row = {
        "url": url,
        "host": urls.host(url) or "",
        "label": title,
        "language": language,
        "tags": list(tags),
        "origin": origin,
        "policy": FeedPolicy(policy),
        "status": FeedStatus.ACTIVE,
        "created_at": now,
        "statements": [],
        "next_poll_at": now,
        "next_poll_reason": "new",
        "failures": 0.0,
    }
    statement = upsert(session, Feed).on_conflict_do_nothing(index_elements=["url"]).returning(Feed.id)
    created = session.scalar(statement, row)
    if created is not None:
        return created, True
    known = _id_of_address(session, url)  # another process was quicker
    assert known is not None
    return known, False


def sync_config(session: Session, items: Iterable[ConfiguredFeed], now: datetime) -> SyncCounts:
    """Make the feeds of origin `config` those of the file: add, update, retire what it names no more.

    A feed added by hand that the file names becomes the file's. What a person disabled, and what its source retired,
    stays so. A value the file leaves out is left as it is.
    """
    named: set[int] = set()
    added = updated = 0
    for item in items:
        feed_id, created = add_feed(
            session,
            item.url,
            now=now,
            title=item.title,
            origin=FeedOrigin.CONFIG,
            policy=item.policy,
            language=item.language,
            tags=item.tags,
        )
        named.add(feed_id)
        added += created
        updated += not created and _update(session, feed_id, item, now)
    stale = session.scalars(
        select(Feed).where(Feed.origin == FeedOrigin.CONFIG, Feed.status == FeedStatus.ACTIVE)
    )
    retired = [feed for feed in stale if feed.id not in named]
    for feed in retired:
        feed.status, feed.status_reason = FeedStatus.RETIRED, GONE_FROM_CONFIG
    session.flush()
    return SyncCounts(added, updated, len(retired))


def list_feeds(session: Session) -> list[FeedInfo]:
    """All feeds, in the order they were added."""
    return [_info(feed) for feed in session.scalars(select(Feed).order_by(Feed.id))]


def active(session: Session) -> list[int]:
    """The ids of the feeds that are polled at all, in the order they were added."""
    feed = table_of(Feed).c
    return list(session.scalars(select(feed.id).where(feed.status == FeedStatus.ACTIVE).order_by(feed.id)))


def count_active(session: Session, *, due_by: datetime | None = None) -> int:
    """How many feeds are polled at all, or are due by then and on no host that asked us to wait."""
    feed = table_of(Feed).c
    statement = select(func.count()).where(feed.status == FeedStatus.ACTIVE)
    if due_by is not None:
        kept_away = hosts.kept_away(feed.host, literal(due_by, UtcDateTime()))
        statement = statement.where(feed.next_poll_at <= due_by, ~kept_away)
    return session.scalar(statement) or 0


def first_due(session: Session) -> datetime | None:
    """When the next feed is due; None when none is polled."""
    feed = table_of(Feed).c
    earliest: datetime | None = session.scalar(
        select(func.min(feed.next_poll_at)).where(feed.status == FeedStatus.ACTIVE)
    )
    return earliest


def resolve(session: Session, text: str) -> FeedInfo:
    """The one feed that `text` names: its id, its address now or before, or a part of address or title.

    Raises UsageError when none or several do; then it lists them.
    """
    if text.isdecimal():
        by_id = session.get(Feed, int(text)) if int(text) < 2**63 else None
        found = [by_id] if by_id else []
    else:
        exact = _id_of_address(session, text)
        part = or_(
            *(column.icontains(text, autoescape=True) for column in (Feed.url, Feed.label, Feed.title))
        )
        condition: ColumnElement[bool] = Feed.id == exact if exact is not None else part
        found = list(
            session.scalars(select(Feed).where(condition).order_by(Feed.id).limit(SHOWN_CANDIDATES + 1))
        )
    if len(found) == 1:
        return _info(found[0])
    if not found:
        raise UsageError(f"no feed matches {text!r}: `ingest feeds` lists them.")
    lines = [f"  {feed.id}  {urls.without_secrets(feed.url)}" for feed in found[:SHOWN_CANDIDATES]]
    more = ["  …"] if len(found) > SHOWN_CANDIDATES else []
    raise UsageError("\n".join([f"{text!r} matches several feeds, name one by its number:", *lines, *more]))


def set_enabled(
    session: Session, feed_id: int, enabled: bool, *, now: datetime, reason: str | None = None
) -> None:
    """Switch polling on (due at once, failures forgotten) or off."""
    feed = session.get_one(Feed, feed_id)
    if not enabled:
        feed.status, feed.status_reason = FeedStatus.DISABLED, reason
    elif feed.status is not FeedStatus.ACTIVE:
        if feed.status_reason == GONE_FROM_CONFIG:
            feed.origin = FeedOrigin.ADDED  # or the next look at the file would retire it again
        feed.status, feed.status_reason = FeedStatus.ACTIVE, None
        feed.next_poll_at, feed.next_poll_reason = now, "switched on"
        feed.failures, feed.last_failure, feed.validators_distrusted = 0.0, None, None
    session.flush()


def retire(session: Session, feed_id: int, reason: str) -> None:
    """Stop polling a feed that its source ended."""
    values = {"status": FeedStatus.RETIRED, "status_reason": reason}
    session.execute(update(Feed).where(Feed.id == feed_id, Feed.status == FeedStatus.ACTIVE).values(values))


def move(
    session: Session, feed_id: int, url: str, *, now: datetime, reason: str, keep_validators: bool = False
) -> bool:
    """Give a feed a new address and remember the old one. False when another feed has or had it.

    Validators belong to an address: sent to another, they could get a 304 for a document we never read. They are kept
    only when the caller knows that they came from the new one.
    """
    feed = session.get_one(Feed, feed_id)
    owner = _id_of_address(session, url)
    if owner not in (None, feed_id):
        return False
    if url == feed.url:
        return True
    session.execute(delete(FeedAlias).where(FeedAlias.url == url))  # it moved back
    session.add(FeedAlias(feed_id=feed_id, url=feed.url, since=now, reason=reason))
    feed.url, feed.host = url, urls.host(url) or ""
    if not keep_validators:
        for name in VALIDATORS:
            setattr(feed, name, None)
        feed.last_whole_at = feed.validators_distrusted = None
    feed.moved_to = feed.moved_since = feed.moved_times = None
    session.flush()
    return True


def _id_of_address(session: Session, url: str) -> int | None:
    return session.scalar(select(Feed.id).where(Feed.url == url)) or session.scalar(
        select(FeedAlias.feed_id).where(FeedAlias.url == url)
    )


def _update(session: Session, feed_id: int, item: ConfiguredFeed, now: datetime) -> bool:
    feed = session.get_one(Feed, feed_id)
    wanted: dict[str, Any] = {
        "origin": FeedOrigin.CONFIG,
        "policy": FeedPolicy(item.policy),
        "tags": list(item.tags),
    }
    wanted |= {"label": item.title} if item.title else {}
    wanted |= {"language": item.language} if item.language else {}
    if feed.status is FeedStatus.RETIRED and feed.status_reason == GONE_FROM_CONFIG:
        wanted |= {"status": FeedStatus.ACTIVE, "status_reason": None, "next_poll_at": now}
    changed = {name: value for name, value in wanted.items() if getattr(feed, name) != value}
    for name, value in changed.items():
        setattr(feed, name, value)
    return bool(changed)


def _info(feed: Feed) -> FeedInfo:
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
