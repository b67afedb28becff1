"""What a version was made from: a stored row as the source that the article stages were told then."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, RowMapping, select

from ingest.records import Person, Source, SourceFeed, SourceForm, Statement
from ingest.store.models_feeds import Feed

COLUMNS = (
    *("title", "language", "published_at", "source_body", "source_form", "source_entry_body"),
    *("source_base_url", "source_is_summary", "source_authors", "statements"),
)
"""Columns of article_versions that `source_of` reads, beside the article's `url`."""


def feed_of(connection: Connection, feed_id: int) -> SourceFeed:
    """The feed as the article stages are told of it; empty when there is none any more."""
    columns = (Feed.url, Feed.title, Feed.label, Feed.home_url, Feed.language, Feed.statements)
    feed = connection.execute(select(*columns).where(Feed.id == feed_id)).one_or_none()
    if feed is None:
        return SourceFeed()
    return SourceFeed(
        feed.url, feed.title or feed.label, feed.home_url, feed.language, _statements(feed.statements)
    )


def source_of(row: RowMapping, feed: SourceFeed) -> Source:
    """What the article stages were told when the version was stored."""
    return Source(
        body=row["source_body"],
        is_html=row["source_form"] is not SourceForm.TEXT,
        is_page=row["source_form"] is SourceForm.PAGE,
        entry_body=row["source_entry_body"],
        url=row["url"],
        title=row["title"],
        authors=tuple(Person(**person) for person in row["source_authors"]),
        published=row["published_at"],
        language=row["language"],
        statements=_statements(row["statements"]),
        feed=feed,
        is_summary=row["source_is_summary"],
        base_url=row["source_base_url"],
    )


def _statements(rows: Iterable[Mapping[str, str]]) -> tuple[Statement, ...]:
    return tuple(Statement(**row) for row in rows)
