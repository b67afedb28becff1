"""Takedowns: what was asked to be removed is found, wiped from every table, and withheld from then on.

What stays of an article is a tombstone: its row with its address and digests, and when it was seen in which feed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    RowMapping,
    Table,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    text,
    update,
)

from ingest import urls
from ingest.errors import UsageError
from ingest.store import feeds, mentions, stories, story_locks, trails
from ingest.store.bulk import chunks, dialect_of, insert_all, table_of
from ingest.store.models import (
    Article,
    ArticleVersion,
    Base,
    BylineRow,
    Feed,
    Person,
    Poll,
    Takedown,
    WithheldKey,
)
from ingest.store.reach import Found, Target, find
from ingest.store.types import ArticleStatus, TakedownScope, WithheldBy
from ingest.store.withholding import is_page, passages, wait_for_takedowns
from ingest.text import digest

_ARTICLES, _VERSIONS = table_of(Article), table_of(ArticleVersion)
_KEYS, _TAKEDOWNS, _FEEDS = table_of(WithheldKey), table_of(Takedown), table_of(Feed)

_STAY = frozenset(("articles", "sightings", "withheld"))
"""Tables that keep rows of an article taken down: they hold digests, addresses and times. All others are emptied of
it, whatever they are called: those that refer to an article or to a version."""


@dataclass(frozen=True, slots=True)
class Lifted:
    takedown_id: int
    articles: int  # tombstones removed: these come back when their feeds still carry them
    still_withheld: int  # articles that another takedown names as well
    feeds: Sequence[str]  # addresses of the feeds that are read whole at their next poll


# --------------------------------------------------------------------------- removing


def take_down(
    connection: Connection,
    target: Target,
    *,
    copies: bool,
    requester: str,
    reason: str,
    now: datetime,
) -> tuple[int | None, Found]:
    """Remove what `find` finds, and withhold it from now on: the takedown's number, and what went.

    All in the transaction of the connection. No number and nothing done when a takedown in force asks the same and
    nothing new is found. On SQLite the bytes are overwritten; see `scrub`. What the stories it leaves have left to
    tell is the caller's to work out, in the same transaction (`linking.regroup`).
    """
    wait_for_takedowns(connection, to_make_one=True)
    if dialect_of(connection) == "sqlite":
        connection.execute(text("PRAGMA secure_delete = ON"))
    story_locks.hold(connection, ())  # so that no copy is linked between the look and the removal
    found = find(connection, target)
    gone = sorted(row["article_id"] for row in (*found.articles, *(found.copies if copies else ())))
    if found.in_force is not None and not gone:
        return None, found
    takedown_id = connection.scalar(
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
    insert_all(connection, WithheldKey, [{"takedown_id": takedown_id, **row} for row in _asked(target)])
    for chunk in chunks(gone):
        _hold(connection, takedown_id, chunk, originals=copies)
    unspoken = _names(connection, target, gone)
    held = story_locks.hold(connection, gone)
    trails.drop(
        connection, stories.members(connection, {story for story in held.values() if story is not None})
    )
    for chunk in chunks(gone):
        _bury(connection, chunk)
    mentions.forget(
        connection, unspoken, feed_id=target.feed_id if target.scope is TakedownScope.FEED else None
    )
    return takedown_id, found


def _names(connection: Connection, target: Target, gone: Sequence[int]) -> mentions.Names:
    """What no line may mention any more: addresses and titles of the articles, and what the request itself names."""
    given, titles = mentions.names_of(connection, gone)
    if target.scope in (TakedownScope.URL, TakedownScope.GUID):
        given.add(target.name)
    hosts = [target.name] if target.scope is TakedownScope.HOST else []
    return mentions.Names.of(given, titles, hosts)


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


def _hold(connection: Connection, takedown_id: int, ids: Sequence[int], *, originals: bool) -> None:
    """Note by what each article is known again; with `originals`, also by where it says it appeared first."""
    rows = [
        {"takedown_id": takedown_id, **key}
        for article in connection.execute(select(_ARTICLES, *_lazy()).where(_ARTICLES.c.id.in_(ids)))
        for key in _identity(article)
    ]
    read = select(_VERSIONS.c.article_id, _VERSIONS.c.text, _VERSIONS.c.original_url)
    keys: set[tuple[int, WithheldBy, bytes]] = set()
    for version in connection.execute(read.where(_VERSIONS.c.article_id.in_(ids))):
        keys.update((version.article_id, WithheldBy.PASSAGE, key) for key in passages(version.text))
        if originals and is_page(version.original_url):
            keys.add((version.article_id, WithheldBy.URL, digest(urls.normalise(version.original_url))))
    rows += [
        {"takedown_id": takedown_id, **_key(kind, value, article_id=article_id)}
        for article_id, kind, value in sorted(keys)
    ]
    insert_all(connection, WithheldKey, rows)


def _lazy() -> list[ColumnElement[bool]]:
    """Whether an article shares its guid, and its link, with another of its feed: then they name none of them."""
    other = _ARTICLES.alias()
    return [
        exists()
        .where(
            other.c.feed_id == _ARTICLES.c.feed_id,
            other.c[name] == _ARTICLES.c[name],
            other.c.id != _ARTICLES.c.id,
        )
        .label(f"lazy_{name}")
        for name in ("guid_digest", "url_key")
    ]


def _identity(article: Any) -> Iterator[dict[str, Any]]:
    here = {"article_id": article.id, "feed_id": article.feed_id}
    if article.guid_digest and not article.lazy_guid_digest:
        yield _key(WithheldBy.GUID, article.guid_digest, **here)
    if article.url_key and is_page(article.url) and not article.lazy_url_key:
        yield _key(WithheldBy.URL, article.url_key, article_id=article.id)
    if article.path_key:
        yield _key(WithheldBy.PATH, article.path_key, **here)
    if article.content_digest:
        yield _key(WithheldBy.CONTENT, article.content_digest, article_id=article.id)


def _bury(connection: Connection, ids: Sequence[int]) -> None:
    """Make tombstones of these articles, and wipe what any table says of them."""
    connection.execute(
        update(_ARTICLES)
        .where(_ARTICLES.c.id.in_(ids))
        .values(
            status=ArticleStatus.TOMBSTONED, current_version_id=None, guid=None, withdrawn_reason=None,
            story_id=None, is_original=None,
        )
    )  # fmt: skip
    versions = select(_VERSIONS.c.id).where(_VERSIONS.c.article_id.in_(ids))
    bylines = table_of(BylineRow)
    people = set(connection.scalars(select(bylines.c.person_id).where(bylines.c.version_id.in_(versions))))
    for table in reversed(Base.metadata.sorted_tables):  # what refers to others comes before them
        if table.name in _STAY:
            continue
        for column in _referring(table, _VERSIONS):
            connection.execute(delete(table).where(column.in_(versions)))
        for column in _referring(table, _ARTICLES):
            connection.execute(delete(table).where(column.in_(ids)))
    _forget_names(connection, people)


def _referring(table: Table, other: Table) -> list[Column[Any]]:
    """The columns that name a row of the other table, by foreign key or, where that would cost too much, by name."""
    named = {_ARTICLES: "article_id", _VERSIONS: "version_id"}.get(other)
    return [
        column
        for column in table.columns
        if column.name == named or any(key.column.table is other for key in column.foreign_keys)
    ]


def _forget_names(connection: Connection, ids: Collection[int]) -> None:
    """People whose name stands nowhere any more are removed with the article that named them."""
    people = table_of(Person)
    named = [
        exists().where(column == people.c.id)
        for table in Base.metadata.sorted_tables
        for column in _referring(table, people)
    ]
    for chunk in chunks(sorted(ids)):
        connection.execute(delete(people).where(people.c.id.in_(chunk), ~or_(*named)))


def scrub(engine: Engine) -> None:
    """After the transaction: take what was removed out of SQLite's log as well.

    PostgreSQL drops it when it vacuums; docs/takedowns.md tells operators what else holds copies.
    """
    if engine.dialect.name == "sqlite":
        with closing(engine.raw_connection()) as connection:
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()


# --------------------------------------------------------------------------- afterwards


def listed(connection: Connection, *, lifted: bool = True) -> Sequence[RowMapping]:
    """All takedowns, oldest first, with `articles`: how many each keeps away now."""
    statement = (
        select(_TAKEDOWNS, func.count(_KEYS.c.article_id.distinct()).label("articles"))
        .outerjoin(_KEYS, _KEYS.c.takedown_id == _TAKEDOWNS.c.id)
        .group_by(_TAKEDOWNS.c.id)
        .order_by(_TAKEDOWNS.c.id)
    )
    if not lifted:
        statement = statement.where(_TAKEDOWNS.c.lifted_at.is_(None))
    return connection.execute(statement).mappings().all()


def lift(connection: Connection, takedown_id: int, *, now: datetime) -> Lifted:
    """Let come back what no other takedown withholds. Nothing was kept: feeds have to be read for it again.

    Its tombstones go, and the feeds that carried or offered what it withheld are read whole at their next poll.
    Raises UsageError when there is no such takedown or it was lifted before.
    """
    wait_for_takedowns(connection, to_make_one=True)
    row = connection.execute(select(_TAKEDOWNS).where(_TAKEDOWNS.c.id == takedown_id)).one_or_none()
    if row is None:
        raise UsageError(f"there is no takedown {takedown_id}: `ingest takedown list` shows those there are.")
    if row.lifted_at is not None:
        raise UsageError(f"takedown {takedown_id} was lifted on {row.lifted_at:%Y-%m-%d %H:%M} already.")
    connection.execute(update(_TAKEDOWNS).where(_TAKEDOWNS.c.id == takedown_id).values(lifted_at=now))
    named = set(connection.scalars(select(_KEYS.c.article_id).where(_KEYS.c.takedown_id == takedown_id)))
    ids = sorted(article_id for article_id in named if article_id is not None)
    connection.execute(delete(_KEYS).where(_KEYS.c.takedown_id == takedown_id))
    feed_ids = _offering(connection, since=row.requested_at)
    removed = 0
    for chunk in chunks(ids):
        held = select(_KEYS.c.article_id).where(_KEYS.c.article_id.in_(chunk))
        free = [_ARTICLES.c.id.in_(chunk), _ARTICLES.c.id.not_in(held)]
        feed_ids.update(connection.scalars(select(_ARTICLES.c.feed_id).where(*free)))
        removed += len(connection.scalars(delete(_ARTICLES).where(*free).returning(_ARTICLES.c.id)).all())
    return Lifted(takedown_id, removed, len(ids) - removed, _read_anew(connection, feed_ids))


def _offering(connection: Connection, *, since: datetime) -> set[int]:
    """Feeds in which takedowns have kept entries out since then."""
    polls = table_of(Poll)
    kept_out = select(polls.c.feed_id).where(polls.c.withheld > 0, polls.c.started_at >= since)
    return set(connection.scalars(kept_out.distinct()))


def _read_anew(connection: Connection, feed_ids: Collection[int]) -> list[str]:
    """Forget the validators of these feeds, so that no 304 hides what is in their documents."""
    found: list[str] = []
    for chunk in chunks(sorted(feed_ids)):
        chosen = _FEEDS.c.id.in_(chunk)
        feeds.hold(connection, chosen)
        connection.execute(update(_FEEDS).where(chosen).values(dict.fromkeys(feeds.VALIDATORS)))
        found += connection.scalars(select(_FEEDS.c.url).where(chosen).order_by(_FEEDS.c.id))
    return found
