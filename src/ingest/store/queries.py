"""What the reading verbs print. Rows come as mappings, column name → value, times aware UTC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Executable, RowMapping, Select, func, select

from ingest.errors import UsageError
from ingest.store import reach
from ingest.store.bulk import chunks, mappings, table_of
from ingest.store.models import (
    Article,
    ArticleVersion,
    AwaitedPage,
    BylineRow,
    ClaimRow,
    Feed,
    HopRow,
    NoticeRow,
    Person,
    Publisher,
    Sighting,
    Trail,
)
from ingest.store.types import ArticleStatus
from ingest.store.views import ARTICLE_ATTRIBUTION, FEED_HEALTH

BATCH = 500


@dataclass(frozen=True, slots=True)
class ArticleDetail:
    """All the store knows of one article. The lists are of its current version, in order."""

    article: RowMapping  # the columns of article_attribution
    version: RowMapping | None  # article_versions, with the name `original_publisher`; None once taken down
    notices: Sequence[RowMapping]
    hops: Sequence[RowMapping]  # with the publisher's name as `publisher`
    bylines: Sequence[RowMapping]  # with the person's `name`
    claims: Sequence[RowMapping]  # the columns of claims: what each place says, believed or not
    versions: Sequence[RowMapping]  # article_id, number, created_at, reason, title of all
    sightings: Sequence[RowMapping]  # article_id, feed_url, first_seen_at, last_seen_at, left_at
    takedowns: Sequence[RowMapping]  # those in force that removed it
    awaited: RowMapping | None  # why, tries, due_at of its page, which could not be had yet
    trail: RowMapping | None  # the columns of trails: what its copies add; None where they add nothing
    copies: Sequence[RowMapping]  # article_id, url, feed_title, feed_url, is_original: the rest of its story


def list_articles(
    connection: Connection,
    *,
    limit: int | None = None,
    since: datetime | None = None,
    feed_id: int | None = None,
    columns: Collection[str] | None = None,
    tombstoned: bool = False,
) -> Generator[RowMapping, None, None]:
    """Rows of article_attribution, newest first seen first, fetched in batches while the connection is open.

    `since` is a time of first sight; `columns` names those wanted, all without it. Articles taken down are left
    out unless `tombstoned`.
    """
    view = ARTICLE_ATTRIBUTION.c
    wanted = [view[name] for name in columns] if columns else list(view)
    statement = select(*wanted).order_by(view.first_seen_at.desc(), view.article_id.desc()).limit(limit)
    if since is not None:
        statement = statement.where(view.first_seen_at >= since)
    if feed_id is not None:
        statement = statement.where(view.feed_id == feed_id)
    if not tombstoned:
        statement = statement.where(view.status != ArticleStatus.TOMBSTONED.value)
    with connection.execute(statement, execution_options={"yield_per": BATCH}) as result:
        yield from result.mappings()


def show_article(connection: Connection, article_id: int) -> ArticleDetail:
    """Raises UsageError when there is no such article."""
    for detail in article_details(connection, [article_id]):
        return detail
    raise UsageError(f"there is no article {article_id}: `ingest list` shows those there are.")


def article_details(connection: Connection, ids: Sequence[int]) -> Iterator[ArticleDetail]:
    """All of these articles that there are, in the order of `ids`; a handful of statements for each chunk of them."""
    for chunk in chunks(ids):
        articles = {
            row["article_id"]: row
            for row in mappings(connection, _of(chunk, ARTICLE_ATTRIBUTION.c.article_id))
        }
        versions, notices, hops, bylines, claims, numbers, sightings, pages, trails, copies = (
            _grouped(connection, statement, key) for statement, key in _parts(chunk)
        )
        for article_id in chunk:
            if article_id not in articles:
                continue
            version = next(iter(versions[article_id]), None)
            version_id = version["id"] if version else 0
            yield ArticleDetail(
                article=articles[article_id],
                version=version,
                notices=notices[version_id],
                hops=hops[version_id],
                bylines=bylines[version_id],
                claims=claims[version_id],
                versions=numbers[article_id],
                sightings=sightings[article_id],
                takedowns=reach.of_article(connection, article_id) if version is None else (),
                awaited=next(iter(pages[article_id]), None),
                trail=next(iter(trails[article_id]), None),
                copies=copies[article_id],
            )


def _parts(ids: Sequence[int]) -> Iterator[tuple[Executable, str]]:
    """What makes up the details of these articles, each with the column that says whose it is."""
    articles, versions = table_of(Article), table_of(ArticleVersion)
    notices, hops, bylines = table_of(NoticeRow), table_of(HopRow), table_of(BylineRow)
    current = select(articles.c.current_version_id).where(articles.c.id.in_(ids))
    yield (
        select(versions, Publisher.name.label("original_publisher"))
        .outerjoin(Publisher, Publisher.id == versions.c.original_publisher_id)
        .where(versions.c.id.in_(current)),
        "article_id",
    )
    yield select(notices).where(notices.c.version_id.in_(current)).order_by(notices.c.ordinal), "version_id"
    yield (
        select(hops, Publisher.name.label("publisher"))
        .outerjoin(Publisher, Publisher.id == hops.c.publisher_id)
        .where(hops.c.version_id.in_(current))
        .order_by(hops.c.position),
        "version_id",
    )
    yield (
        select(bylines, Person.name)
        .join(Person, Person.id == bylines.c.person_id)
        .where(bylines.c.version_id.in_(current))
        .order_by(bylines.c.ordinal),
        "version_id",
    )
    claims = table_of(ClaimRow)
    yield select(claims).where(claims.c.version_id.in_(current)).order_by(claims.c.ordinal), "version_id"
    yield (
        select(
            versions.c.article_id,
            versions.c.number,
            versions.c.created_at,
            versions.c.reason,
            versions.c.title,
        )
        .where(versions.c.article_id.in_(ids))
        .order_by(versions.c.number),
        "article_id",
    )
    yield (
        select(
            Sighting.article_id, Feed.url.label("feed_url"), Sighting.first_seen_at, Sighting.last_seen_at,
            Sighting.left_at,
        )
        .join(Feed, Feed.id == Sighting.feed_id)
        .where(Sighting.article_id.in_(ids))
        .order_by(Sighting.first_seen_at),
        "article_id",
    )  # fmt: skip
    yield _of(ids, table_of(AwaitedPage).c.article_id), "article_id"
    trails, other = table_of(Trail), articles.alias()
    yield select(trails).where(trails.c.article_id.in_(ids), trails.c.version_id.in_(current)), "article_id"
    yield (
        select(
            articles.c.id.label("copy_of"), other.c.id.label("article_id"), other.c.url, other.c.is_original,
            func.coalesce(Feed.label, Feed.title).label("feed_title"), Feed.url.label("feed_url"),
        )
        .join(other, (other.c.story_id == articles.c.story_id) & (other.c.id != articles.c.id))
        .join(Feed, Feed.id == other.c.feed_id)
        .where(articles.c.id.in_(ids), other.c.status != ArticleStatus.TOMBSTONED)
        .order_by(other.c.id),
        "copy_of",
    )  # fmt: skip


def feed_health(connection: Connection, *, feed_ids: Collection[int] | None = None) -> Sequence[RowMapping]:
    """Rows of the view feed_health, in the order the feeds were added."""
    statement = select(FEED_HEALTH).order_by(FEED_HEALTH.c.feed_id)
    if feed_ids is not None:
        statement = statement.where(FEED_HEALTH.c.feed_id.in_(feed_ids))
    return mappings(connection, statement)


def _of(ids: Collection[int], column: Column[Any]) -> Select[Any]:
    return select(column.table).where(column.in_(ids))


def _grouped(connection: Connection, statement: Executable, key: str) -> Mapping[int, list[RowMapping]]:
    found: dict[int, list[RowMapping]] = defaultdict(list)
    for row in mappings(connection, statement):
        found[row[key]].append(row)
    return found
