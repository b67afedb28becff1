"""Takedowns: what was asked to be removed is found, wiped from every table, and withheld from then on.

What stays of an article is a tombstone: its row with its address and digests, and when it was seen in which feed.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Engine,
    RowMapping,
    Select,
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Session

from ingest import urls
from ingest.errors import UsageError
from ingest.records import Withheld
from ingest.store.bulk import chunks, dialect_of, insert_all, table_of
from ingest.store.models import (
    Article,
    ArticleVersion,
    Base,
    BylineRow,
    Feed,
    HopRow,
    Person,
    Poll,
    Takedown,
    WithheldKey,
)
from ingest.store.types import ArticleStatus, TakedownScope, WithheldBy
from ingest.store.withholding import is_page, passages
from ingest.text import digest

_ARTICLES, _VERSIONS, _HOPS = table_of(Article), table_of(ArticleVersion), table_of(HopRow)
_KEYS, _TAKEDOWNS, _FEEDS = table_of(WithheldKey), table_of(Takedown), table_of(Feed)

_STAY = frozenset(("articles", "sightings", "withheld"))
"""Tables that keep rows of an article taken down: they hold digests, addresses and times. All others are emptied of
it, whatever they are called: those that refer to an article or to a version."""

_PLAIN = re.compile(r"(?<!%)[A-Za-z0-9-]+")


@dataclass(frozen=True, slots=True)
class Target:
    """What was asked to be removed: `name` is an article's number, an address, a guid, a host, or a feed's address."""

    scope: TakedownScope
    name: str
    feed_id: int | None = None  # of a guid or a whole feed


@dataclass(frozen=True, slots=True)
class Found:
    """Rows have article_id, url, title, feed_title, feed_url. `copies` stand beside what was asked for."""

    articles: Sequence[Mapping[str, Any]]
    copies: Sequence[Mapping[str, Any]]
    in_force: int | None  # number of a takedown that asks the same already


@dataclass(frozen=True, slots=True)
class Lifted:
    takedown_id: int
    articles: int  # tombstones removed: these come back when their feeds still carry them
    still_withheld: int  # articles that another takedown names as well
    feeds: Sequence[str]  # addresses of the feeds that are read whole at their next poll


# --------------------------------------------------------------------------- what it would remove


def find(session: Session, target: Target) -> Found:
    """The articles that a takedown would remove, and copies of them that it would leave. Changes nothing.

    Raises UsageError when the article named does not exist or is taken down already.
    """
    ids = set(_matching(session, target))
    if target.scope is TakedownScope.ARTICLE and not ids:
        raise UsageError(_no_such_article(session, int(target.name)))
    copies = set(_copies(session, ids)) - ids
    same = select(_TAKEDOWNS.c.id).where(
        _TAKEDOWNS.c.scope == target.scope,
        _TAKEDOWNS.c.target == target.name,
        _TAKEDOWNS.c.feed_id.is_not_distinct_from(target.feed_id),
        _TAKEDOWNS.c.lifted_at.is_(None),
    )
    return Found(_described(session, ids), _described(session, copies), session.scalar(same.limit(1)))


def _matching(session: Session, target: Target) -> Iterable[int]:
    match target.scope:
        case TakedownScope.ARTICLE:
            chosen: ColumnElement[bool] = _ARTICLES.c.id == int(target.name)
        case TakedownScope.GUID:
            same = _ARTICLES.c.guid_digest == digest(target.name)
            chosen = and_(same, _ARTICLES.c.feed_id == target.feed_id)
        case TakedownScope.FEED:
            chosen = _ARTICLES.c.feed_id == target.feed_id
        case TakedownScope.URL:
            return _at_address(session, target.name)
        case TakedownScope.HOST:
            return _at_host(session, target.name)
    return session.scalars(_standing(_ARTICLES.c.id).where(chosen))


def _standing(*columns: Any) -> Select[Any]:
    return select(*columns).where(_ARTICLES.c.status != ArticleStatus.TOMBSTONED)


def _at_address(session: Session, url: str) -> Iterator[int]:
    """Articles whose link this is, and those that name it as where they appeared before."""
    key = urls.normalise(url)
    yield from session.scalars(_standing(_ARTICLES.c.id).where(_ARTICLES.c.url_key == digest(key)))
    part = max(_PLAIN.findall(key), key=len)  # what any spelling of the address has in it
    for article_id, named in _naming(session, part, (_VERSIONS.c.original_url, _HOPS.c.url)):
        if urls.normalise(named) == key:
            yield article_id


def _at_host(session: Session, host: str) -> Iterator[int]:
    """Articles that stand at the host or below it, or came from there by any hand."""
    withheld = Withheld(hosts=frozenset([host]))
    stated = (_VERSIONS.c.original_url, _VERSIONS.c.original_publisher_url, _VERSIONS.c.publisher_url)
    for article_id, named in _naming(session, host, (_ARTICLES.c.url, *stated, _HOPS.c.url)):
        if withheld.hosts_at(named):
            yield article_id


def _naming(session: Session, part: str, columns: Sequence[Column[str]]) -> Iterator[tuple[int, str]]:
    """Articles with an address that has `part` in it, whatever version states it, and that address."""
    for column in columns:
        statement = _standing(_ARTICLES.c.id, column).select_from(_ARTICLES)
        if column.table is not _ARTICLES:
            statement = statement.join(_VERSIONS, _VERSIONS.c.article_id == _ARTICLES.c.id)
        if column.table is _HOPS:
            statement = statement.join(_HOPS, _HOPS.c.version_id == _VERSIONS.c.id)
        found = session.execute(statement.where(column.icontains(part, autoescape=True)))
        yield from ((row[0], row[1]) for row in found)


def _copies(session: Session, ids: Collection[int]) -> Iterator[int]:
    """What stands in the same story, or has the same title and body."""
    for chunk in chunks(sorted(ids)):
        chosen = _ARTICLES.c.id.in_(chunk)
        same_story = _ARTICLES.c.story_id.in_(select(_ARTICLES.c.story_id).where(chosen))
        same_text = _ARTICLES.c.content_digest.in_(select(_ARTICLES.c.content_digest).where(chosen))
        yield from session.scalars(_standing(_ARTICLES.c.id).where(or_(same_story, same_text)))


def _described(session: Session, ids: Collection[int]) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for chunk in chunks(sorted(ids)):
        statement = (
            select(
                _ARTICLES.c.id.label("article_id"),
                _ARTICLES.c.url,
                _VERSIONS.c.title,
                func.coalesce(_FEEDS.c.label, _FEEDS.c.title).label("feed_title"),
                _FEEDS.c.url.label("feed_url"),
            )
            .join(_FEEDS, _FEEDS.c.id == _ARTICLES.c.feed_id)
            .outerjoin(_VERSIONS, _VERSIONS.c.id == _ARTICLES.c.current_version_id)
            .where(_ARTICLES.c.id.in_(chunk))
            .order_by(_ARTICLES.c.id)
        )
        rows += map(dict, session.execute(statement).mappings())
    return rows


def _no_such_article(session: Session, article_id: int) -> str:
    for takedown in of_article(session, article_id):
        since = f"{takedown['requested_at']:%Y-%m-%d %H:%M}"
        return f"article {article_id} is taken down since {since}, by takedown {takedown['id']}."
    return f"there is no article {article_id}: `ingest list` shows those there are."


# --------------------------------------------------------------------------- removing


def take_down(
    session: Session,
    target: Target,
    *,
    copies: bool,
    requester: str,
    reason: str,
    now: datetime,
) -> tuple[int, int]:
    """Remove what `find` finds, and withhold it from now on: the takedown's number, and how many articles went.

    All in the transaction of the session. On SQLite the bytes are overwritten; see `scrub`.
    """
    if dialect_of(session) == "sqlite":
        session.execute(text("PRAGMA secure_delete = ON"))
    found = find(session, target)
    takedown_id = session.scalar(
        insert(_TAKEDOWNS).returning(_TAKEDOWNS.c.id),
        {
            "scope": target.scope,
            "target": target.name,
            "feed_id": target.feed_id,
            "requester": requester,
            "reason": reason,
            "requested_at": now,
        },
    )
    assert takedown_id is not None
    insert_all(session, WithheldKey, [{"takedown_id": takedown_id, **row} for row in _asked(target)])
    gone = sorted(row["article_id"] for row in (*found.articles, *(found.copies if copies else ())))
    for chunk in chunks(gone):
        _hold(session, takedown_id, chunk, originals=copies)
        _bury(session, chunk)
    return takedown_id, len(gone)


def _asked(target: Target) -> Iterator[Mapping[str, Any]]:
    """What is withheld by the request itself, whether an article had it or not."""
    if target.scope is TakedownScope.URL:
        yield _key(WithheldBy.URL, digest(urls.normalise(target.name)))
    elif target.scope is TakedownScope.GUID:
        yield _key(WithheldBy.GUID, digest(target.name), feed_id=target.feed_id)


def _key(
    kind: WithheldBy, value: bytes, *, article_id: int | None = None, feed_id: int | None = None
) -> dict[str, Any]:
    return {"kind": kind, "digest": value, "article_id": article_id, "feed_id": feed_id}


def _hold(session: Session, takedown_id: int, ids: Sequence[int], *, originals: bool) -> None:
    """Note by what each article is known again; with `originals`, also by where it says it appeared first."""
    rows = [
        {"takedown_id": takedown_id, **key}
        for article in session.execute(select(_ARTICLES).where(_ARTICLES.c.id.in_(ids)))
        for key in _identity(article)
    ]
    read = select(_VERSIONS.c.article_id, _VERSIONS.c.text, _VERSIONS.c.original_url)
    keys: set[tuple[int, WithheldBy, bytes]] = set()
    for version in session.execute(read.where(_VERSIONS.c.article_id.in_(ids))):
        keys.update((version.article_id, WithheldBy.PASSAGE, key) for key in passages(version.text))
        if originals and is_page(version.original_url):
            keys.add((version.article_id, WithheldBy.URL, digest(urls.normalise(version.original_url))))
    rows += [
        {"takedown_id": takedown_id, **_key(kind, value, article_id=article_id)}
        for article_id, kind, value in sorted(keys)
    ]
    insert_all(session, WithheldKey, rows)


def _identity(article: Any) -> Iterator[dict[str, Any]]:
    if article.guid_digest:
        yield _key(WithheldBy.GUID, article.guid_digest, article_id=article.id, feed_id=article.feed_id)
    if article.url_key and is_page(article.url):  # a home page stands on many entries of a lazy feed
        yield _key(WithheldBy.URL, article.url_key, article_id=article.id)
    if article.content_digest:
        yield _key(WithheldBy.CONTENT, article.content_digest, article_id=article.id)


def _bury(session: Session, ids: Sequence[int]) -> None:
    """Make tombstones of these articles, and wipe what any table says of them."""
    session.execute(
        update(_ARTICLES)
        .where(_ARTICLES.c.id.in_(ids))
        .values(
            status=ArticleStatus.TOMBSTONED, current_version_id=None, guid=None, withdrawn_reason=None,
            story_id=None, is_original=None,
        )
    )  # fmt: skip
    versions = select(_VERSIONS.c.id).where(_VERSIONS.c.article_id.in_(ids))
    bylines = table_of(BylineRow)
    people = set(session.scalars(select(bylines.c.person_id).where(bylines.c.version_id.in_(versions))))
    for table in reversed(Base.metadata.sorted_tables):  # what refers to others comes before them
        if table.name in _STAY:
            continue
        for column in _referring(table, _VERSIONS):
            session.execute(delete(table).where(column.in_(versions)))
        for column in _referring(table, _ARTICLES):
            session.execute(delete(table).where(column.in_(ids)))
    _forget_names(session, people)


def _referring(table: Table, other: Table) -> list[Column[Any]]:
    return [
        column for column in table.columns if any(key.column.table is other for key in column.foreign_keys)
    ]


def _forget_names(session: Session, ids: Collection[int]) -> None:
    """People whose name stands nowhere any more are removed with the article that named them."""
    people = table_of(Person)
    named = [
        exists().where(column == people.c.id)
        for table in Base.metadata.sorted_tables
        for column in _referring(table, people)
    ]
    for chunk in chunks(sorted(ids)):
        session.execute(delete(people).where(people.c.id.in_(chunk), ~or_(*named)))


def scrub(engine: Engine) -> None:
    """After the transaction: take what was removed out of SQLite's log as well.

    PostgreSQL drops it when it vacuums; docs/takedowns.md tells operators what else holds copies.
    """
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


# --------------------------------------------------------------------------- afterwards


def listed(session: Session, *, lifted: bool = True) -> Sequence[RowMapping]:
    """All takedowns, oldest first, with `articles`: how many each keeps away now."""
    statement = (
        select(_TAKEDOWNS, func.count(_KEYS.c.article_id.distinct()).label("articles"))
        .outerjoin(_KEYS, _KEYS.c.takedown_id == _TAKEDOWNS.c.id)
        .group_by(_TAKEDOWNS.c.id)
        .order_by(_TAKEDOWNS.c.id)
    )
    if not lifted:
        statement = statement.where(_TAKEDOWNS.c.lifted_at.is_(None))
    return session.execute(statement).mappings().all()


def of_article(session: Session, article_id: int) -> Sequence[RowMapping]:
    """The takedowns in force that removed an article, oldest first."""
    named = select(_KEYS.c.takedown_id).where(_KEYS.c.article_id == article_id)
    statement = select(_TAKEDOWNS).where(_TAKEDOWNS.c.id.in_(named)).order_by(_TAKEDOWNS.c.id)
    return session.execute(statement).mappings().all()


def lift(session: Session, takedown_id: int, *, now: datetime) -> Lifted:
    """Let come back what no other takedown withholds. Nothing was kept: feeds have to be read for it again.

    Its tombstones go, and the feeds that carried or offered what it withheld are read whole at their next poll.
    Raises UsageError when there is no such takedown or it was lifted before.
    """
    row = session.execute(select(_TAKEDOWNS).where(_TAKEDOWNS.c.id == takedown_id)).one_or_none()
    if row is None:
        raise UsageError(f"there is no takedown {takedown_id}: `ingest takedown list` shows those there are.")
    if row.lifted_at is not None:
        raise UsageError(f"takedown {takedown_id} was lifted on {row.lifted_at:%Y-%m-%d %H:%M} already.")
    session.execute(update(_TAKEDOWNS).where(_TAKEDOWNS.c.id == takedown_id).values(lifted_at=now))
    named = set(session.scalars(select(_KEYS.c.article_id).where(_KEYS.c.takedown_id == takedown_id)))
    ids = sorted(article_id for article_id in named if article_id is not None)
    session.execute(delete(_KEYS).where(_KEYS.c.takedown_id == takedown_id))
    feed_ids = _offering(session, since=row.requested_at)
    removed = 0
    for chunk in chunks(ids):
        held = select(_KEYS.c.article_id).where(_KEYS.c.article_id.in_(chunk))
        free = [_ARTICLES.c.id.in_(chunk), _ARTICLES.c.id.not_in(held)]
        feed_ids.update(session.scalars(select(_ARTICLES.c.feed_id).where(*free)))
        removed += len(session.scalars(delete(_ARTICLES).where(*free).returning(_ARTICLES.c.id)).all())
    return Lifted(takedown_id, removed, len(ids) - removed, _read_anew(session, feed_ids))


def _offering(session: Session, *, since: datetime) -> set[int]:
    """Feeds in which takedowns have kept entries out since then."""
    polls = table_of(Poll)
    kept_out = select(polls.c.feed_id).where(polls.c.withheld > 0, polls.c.started_at >= since)
    return set(session.scalars(kept_out.distinct()))


def _read_anew(session: Session, feed_ids: Collection[int]) -> list[str]:
    """Forget the validators of these feeds, so that no 304 hides what is in their documents."""
    found: list[str] = []
    for chunk in chunks(sorted(feed_ids)):
        chosen = _FEEDS.c.id.in_(chunk)
        session.execute(update(_FEEDS).where(chosen).values(etag=None, last_modified=None, body_digest=None))
        found += session.scalars(select(_FEEDS.c.url).where(chosen).order_by(_FEEDS.c.id))
    return found
