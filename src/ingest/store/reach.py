"""How far a takedown reaches: the articles it names, by whatever they state, and the copies beside them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, RowMapping, Select, and_, func, or_, select

from ingest import urls
from ingest.errors import UsageError
from ingest.records import Withheld
from ingest.store.bulk import chunks, table_of
from ingest.store.models import (
    Article,
    ArticleVersion,
    Feed,
    HopRow,
    Publisher,
    Takedown,
    Trail,
    WithheldKey,
)
from ingest.store.types import ArticleStatus, TakedownScope
from ingest.text import digest

_ARTICLES, _VERSIONS, _HOPS = table_of(Article), table_of(ArticleVersion), table_of(HopRow)
_TRAILS, _PUBLISHERS = table_of(Trail), table_of(Publisher)
_KEYS, _TAKEDOWNS, _FEEDS = table_of(WithheldKey), table_of(Takedown), table_of(Feed)

_PLAIN = re.compile(r"(?<!%)[A-Za-z0-9-]+")
_SPELT_OTHERWISE = r"[^\u0001-\u007f]|%"
"""In an address with one of these, a host or a path may stand in letters that are not ASCII, or escaped."""


@dataclass(frozen=True, slots=True)
class Target:
    """What was asked to be removed: `name` is an article's number, an address, a guid, a host, or a feed's address."""

    scope: TakedownScope
    name: str
    feed_id: int | None = None  # of a guid or a whole feed


@dataclass(frozen=True, slots=True)
class Found:
    """Rows have article_id, story_id, url, title, feed_title, feed_url. `copies` stand beside what was asked for."""

    articles: Sequence[Mapping[str, Any]]
    copies: Sequence[Mapping[str, Any]]
    in_force: int | None  # number of a takedown that asks the same already


def find(connection: Connection, target: Target) -> Found:
    """The articles that a takedown would remove, and copies of them that it would leave. Changes nothing.

    Raises UsageError when the article named does not exist or is taken down already.
    """
    ids = set(_matching(connection, target))
    if target.scope is TakedownScope.ARTICLE and not ids:
        raise UsageError(_no_such_article(connection, int(target.name)))
    copies = set(_copies(connection, ids)) - ids
    same = select(_TAKEDOWNS.c.id).where(
        _TAKEDOWNS.c.scope == target.scope,
        _TAKEDOWNS.c.target == target.name,
        _TAKEDOWNS.c.feed_id.is_not_distinct_from(target.feed_id),
        _TAKEDOWNS.c.lifted_at.is_(None),
    )
    return Found(
        _described(connection, ids), _described(connection, copies), connection.scalar(same.limit(1))
    )


def _matching(connection: Connection, target: Target) -> Iterable[int]:
    match target.scope:
        case TakedownScope.ARTICLE:
            chosen: ColumnElement[bool] = _ARTICLES.c.id == int(target.name)
        case TakedownScope.GUID:
            same = _ARTICLES.c.guid_digest == digest(target.name)
            chosen = and_(same, _ARTICLES.c.feed_id == target.feed_id)
        case TakedownScope.FEED:
            chosen = _ARTICLES.c.feed_id == target.feed_id
        case TakedownScope.URL:
            return _at_address(connection, target.name)
        case TakedownScope.HOST:
            return _at_host(connection, target.name)
    return connection.scalars(_standing(_ARTICLES.c.id).where(chosen))


def _standing(*columns: Any) -> Select[Any]:
    return select(*columns).where(_ARTICLES.c.status != ArticleStatus.TOMBSTONED)


def _at_address(connection: Connection, url: str) -> Iterator[int]:
    """Articles whose link this is, and those that name it as where they appeared before."""
    key = urls.normalise(url)
    yield from connection.scalars(_standing(_ARTICLES.c.id).where(_ARTICLES.c.url_key == digest(key)))
    part = max(_PLAIN.findall(key), key=len)  # what any plain spelling of the address has in it
    for article_id, named in _naming(
        connection, part, (_VERSIONS.c.original_url, _HOPS.c.url, _TRAILS.c.original_url)
    ):
        if urls.normalise(named) == key:
            yield article_id


def _at_host(connection: Connection, host: str) -> Iterator[int]:
    """Articles that stand at the host or below it, or came from there by any hand, be it told by address or by name."""
    withheld = Withheld(hosts=frozenset([host]))
    stated = (_VERSIONS.c.original_url, _VERSIONS.c.original_publisher_url, _VERSIONS.c.publisher_url)
    told = (_TRAILS.c.original_url, _TRAILS.c.original_publisher_url)  # by copies
    for article_id, named in _naming(connection, host, (_ARTICLES.c.url, *stated, _HOPS.c.url, *told)):
        if withheld.hosts_at(named):
            yield article_id
    known = select(_PUBLISHERS.c.id, _PUBLISHERS.c.domain).where(_PUBLISHERS.c.domain.is_not(None))
    theirs = [row.id for row in connection.execute(known) if withheld.hosts_at(f"https://{row.domain}/")]
    for column in (_VERSIONS.c.publisher_id, _VERSIONS.c.original_publisher_id, _HOPS.c.publisher_id):
        for chunk in chunks(theirs):
            yield from connection.scalars(_stating(column).where(column.in_(chunk)))
    for article_id, hops in connection.execute(_stating(_TRAILS.c.hops)):
        if any(withheld.hosts_at(address) for hop in hops for address in _addresses(hop)):
            yield article_id


def _addresses(hop: Mapping[str, Any]) -> Iterator[str]:
    """Of a hand that a trail tells."""
    if hop["url"]:
        yield hop["url"]
    if domain := hop.get("domain"):
        yield f"https://{domain}/"


def _naming(connection: Connection, part: str, columns: Sequence[Column[str]]) -> Iterator[tuple[int, str]]:
    """Articles with an address that has `part` in it, or may have it in another spelling; and that address."""
    for column in columns:
        may_be = or_(column.icontains(part, autoescape=True), column.regexp_match(_SPELT_OTHERWISE))
        found = connection.execute(_stating(column).where(may_be))
        yield from ((row[0], row[1]) for row in found)


def _stating(column: Column[Any]) -> Select[Any]:
    """Number and this column of each article that stands, whatever version states it."""
    statement = _standing(_ARTICLES.c.id, column).select_from(_ARTICLES)
    if column.table is _TRAILS:
        return statement.join(_TRAILS, _TRAILS.c.article_id == _ARTICLES.c.id)
    if column.table is not _ARTICLES:
        statement = statement.join(_VERSIONS, _VERSIONS.c.article_id == _ARTICLES.c.id)
    if column.table is _HOPS:
        statement = statement.join(_HOPS, _HOPS.c.version_id == _VERSIONS.c.id)
    return statement


def _copies(connection: Connection, ids: Collection[int]) -> Iterator[int]:
    """What stands in the same story, or has the same title and body."""
    for chunk in chunks(sorted(ids)):
        chosen = _ARTICLES.c.id.in_(chunk)
        same_story = _ARTICLES.c.story_id.in_(select(_ARTICLES.c.story_id).where(chosen))
        same_text = _ARTICLES.c.content_digest.in_(select(_ARTICLES.c.content_digest).where(chosen))
        yield from connection.scalars(_standing(_ARTICLES.c.id).where(or_(same_story, same_text)))


def _described(connection: Connection, ids: Collection[int]) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    for chunk in chunks(sorted(ids)):
        statement = (
            select(
                _ARTICLES.c.id.label("article_id"),
                _ARTICLES.c.story_id,
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
        rows += map(dict, connection.execute(statement).mappings())
    return rows


def _no_such_article(connection: Connection, article_id: int) -> str:
    for takedown in of_article(connection, article_id):
        since = f"{takedown['requested_at']:%Y-%m-%d %H:%M}"
        return f"article {article_id} is taken down since {since}, by takedown {takedown['id']}."
    return f"there is no article {article_id}: `ingest list` shows those there are."


def of_article(connection: Connection, article_id: int) -> Sequence[RowMapping]:
    """The takedowns in force that removed an article, oldest first."""
    named = select(_KEYS.c.takedown_id).where(_KEYS.c.article_id == article_id)
    statement = select(_TAKEDOWNS).where(_TAKEDOWNS.c.id.in_(named)).order_by(_TAKEDOWNS.c.id)
    return connection.execute(statement).mappings().all()
