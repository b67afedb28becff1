"""Pages that could not be had yet: which of a feed are due, and what a poll leaves of them.

`feeds.pages_due_at` is when the first of them is; it comes with the lease, so a poll that has none to see to does not
look. Who holds the lease of a feed is the only one to ask for its pages.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, RowMapping, Select, bindparam, delete, func, select, update

from ingest.records import Awaited, Brought, Change, ChangeReason, DuePage, Entry, EntryKeys, SourceFeed
from ingest.store import given
from ingest.store.bulk import Values, dialect_of, renewal, run, table_of
from ingest.store.models import Article, ArticleVersion, AwaitedPage, Feed
from ingest.store.models_articles import KEYS, key_column
from ingest.store.types import ArticleStatus
from ingest.store.versions import Written

_AWAITED, _ARTICLES, _FEEDS = table_of(AwaitedPage), table_of(Article), table_of(Feed)
_COLUMNS = ("why", "tries", "due_at", "asked")  # those of records.Awaited


def due(
    connection: Connection,
    feed_id: int,
    now: datetime,
    limit: int,
    besides: Collection[int | None] = frozenset(),
) -> list[DuePage]:
    """The pages of a feed's articles that may be asked for again: at most `limit`, the least asked for first."""
    rows = connection.execute(_due(), {"feed": feed_id, "now": now, "most": limit}).mappings().all()
    if not rows:
        return []
    feed = given.feed_of(connection, feed_id)
    return [_due_page(row, feed) for row in rows if row["id"] not in besides]


def note(connection: Connection, polls: Sequence[tuple[Brought, Written]]) -> None:
    """After articles were written: which pages are awaited now, and when each feed looks for the first of them."""
    rows: list[Values] = []
    again: list[Values] = []
    gone: list[Values] = []
    for poll, written in polls:
        for item in (*written.new, *written.edited):
            if awaited := item.draft.awaited:
                place = {"article_id": item.article_id, "feed_id": poll.lease.feed_id}
                rows.append(place | _values(awaited))
        gone += [{"gone": item.article_id} for item in written.edited if item.draft.awaited is None]
        for article_id, awaited in (poll.awaited or {}).items():
            if awaited is None:
                gone.append({"gone": article_id})
            else:
                again.append({"article": article_id} | {f"new_{k}": v for k, v in _values(awaited).items()})
    if rows:
        run(connection, renewal(dialect_of(connection), _AWAITED, ("article_id",), tuple(rows[0])), rows)
    run(connection, _AGAIN, again)
    run(connection, _FORGET, gone)
    looked = [{"feed": poll.lease.feed_id} for poll, _ in polls if poll.awaited is not None]
    run(connection, _FORGET_WITHDRAWN, looked)
    run(connection, _SET_SOONEST, looked)


def _values(awaited: Awaited) -> dict[str, object]:
    return {name: getattr(awaited, name) for name in _COLUMNS}


_AGAIN = (
    update(_AWAITED)
    .where(_AWAITED.c.article_id == bindparam("article"))
    .values({name: bindparam(f"new_{name}") for name in _COLUMNS})
)
_FORGET = delete(_AWAITED).where(_AWAITED.c.article_id == bindparam("gone"))
_FORGET_WITHDRAWN = delete(_AWAITED).where(
    _AWAITED.c.feed_id == bindparam("feed"),
    select(_ARTICLES.c.id)
    .where(_ARTICLES.c.id == _AWAITED.c.article_id, _ARTICLES.c.status != ArticleStatus.ACTIVE)
    .exists(),
)
_SOONEST = select(func.min(_AWAITED.c.due_at)).where(_AWAITED.c.feed_id == _FEEDS.c.id).scalar_subquery()
_SET_SOONEST = update(_FEEDS).where(_FEEDS.c.id == bindparam("feed")).values(pages_due_at=_SOONEST)


@cache
def _due() -> Select[Any]:
    versions = table_of(ArticleVersion)
    columns = (*given.COLUMNS, "digest", "published_raw", "updated_at", "updated_raw", "tags", "warnings")
    identity = (_ARTICLES.c[name] for name in ("id", "guid", "url", *map(key_column, KEYS)))
    return (
        select(
            *identity,
            *(versions.c[name] for name in columns),
            *(_AWAITED.c[name] for name in _COLUMNS),
        )
        .join(_ARTICLES, _ARTICLES.c.id == _AWAITED.c.article_id)
        .join(versions, versions.c.id == _ARTICLES.c.current_version_id)
        .where(
            _AWAITED.c.feed_id == bindparam("feed"),
            _AWAITED.c.due_at <= bindparam("now"),
            _ARTICLES.c.status == ArticleStatus.ACTIVE,
        )
        .order_by(_AWAITED.c.asked, versions.c.published_at.desc().nulls_last(), _ARTICLES.c.id.desc())
        .limit(bindparam("most"))
    )


def _due_page(row: RowMapping, feed: SourceFeed) -> DuePage:
    """The entry as far as it is stored. Its digest stays what it is: to the feed it is the version it was."""
    source = given.source_of(row, feed)
    entry = Entry(
        guid=row["guid"],
        url=row["url"],
        title=row["title"],
        summary=None,
        content=None,
        published=row["published_at"],
        published_raw=row["published_raw"],
        updated=row["updated_at"],
        updated_raw=row["updated_raw"],
        language=row["language"],
        tags=tuple(row["tags"]),
        warnings=tuple(row["warnings"]),
    )
    keys = EntryKeys(**{name: row[key_column(name)] for name in KEYS})
    change = Change(entry, keys, row["digest"], ChangeReason.PAGE, row["id"])
    return DuePage(change, source, Awaited(**{name: row[name] for name in _COLUMNS}))
