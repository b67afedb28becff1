"""What `ingest story` prints. Rows come as mappings, column name → value, times aware UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, RowMapping, case, func, or_, select

from ingest.errors import UsageError
from ingest.store.bulk import mappings, table_of
from ingest.store.models import Article, ArticleVersion, Story, StoryEvent, StoryLinkRow
from ingest.store.views import ARTICLE_ATTRIBUTION

_ARTICLES, _STORIES = table_of(Article), table_of(Story)
_LINKS, _EVENTS = table_of(StoryLinkRow), table_of(StoryEvent)
_SHOWN = (
    *("article_id", "feed_id", "feed_title", "feed_url", "url", "title", "published_at", "first_seen_at"),
    *("publisher", "original_publisher", "chain", "completeness", "is_original", "status"),
)


@dataclass(frozen=True, slots=True)
class StoryDetail:
    """All the store knows of one story."""

    story: RowMapping  # the columns of stories
    articles: Sequence[RowMapping]  # columns of article_attribution, the original first, then by time
    links: Sequence[RowMapping]  # in force, between its articles or a person's word about one of them
    events: Sequence[RowMapping]  # the columns of story_events, oldest first


def list_stories(connection: Connection, *, limit: int) -> Sequence[RowMapping]:
    """Stories with the number of their articles and the title of one, those that changed last first."""
    inside = (
        select(
            _ARTICLES.c.story_id,
            func.count().label("articles"),
            func.coalesce(
                func.min(case((_ARTICLES.c.is_original, _ARTICLES.c.id))), func.min(_ARTICLES.c.id)
            ).label("first"),
        )
        .where(_ARTICLES.c.story_id.is_not(None))
        .group_by(_ARTICLES.c.story_id)
        .subquery()
    )
    version = table_of(ArticleVersion)
    statement = (
        select(_STORIES.c.id.label("story_id"), _STORIES.c.updated_at, inside.c.articles, version.c.title)
        .join(inside, inside.c.story_id == _STORIES.c.id)
        .join(_ARTICLES, _ARTICLES.c.id == inside.c.first)
        .outerjoin(version, version.c.id == _ARTICLES.c.current_version_id)
        .order_by(_STORIES.c.updated_at.desc(), _STORIES.c.id.desc())
        .limit(limit)
    )
    return mappings(connection, statement)


def show_story(connection: Connection, story_id: int) -> StoryDetail:
    """Raises UsageError when there is no such story."""
    story = connection.execute(select(_STORIES).where(_STORIES.c.id == story_id)).mappings().one_or_none()
    if story is None:
        raise UsageError(f"there is no story {story_id}: `ingest story` shows those there are.")
    view = ARTICLE_ATTRIBUTION.c
    articles = mappings(
        connection,
        select(*(view[name] for name in _SHOWN))
        .where(view.story_id == story_id)
        .order_by(
            case((view.is_original, 0), else_=1),
            func.coalesce(view.published_at, view.first_seen_at),
            view.article_id,
        ),
    )
    ids = [row["article_id"] for row in articles]
    return StoryDetail(
        story,
        articles,
        mappings(
            connection,
            select(_LINKS)
            .where(or_(_LINKS.c.article_id.in_(ids), _LINKS.c.of_article_id.in_(ids)))
            .where(_LINKS.c.revoked_at.is_(None))
            .order_by(_LINKS.c.article_id, _LINKS.c.contained.desc(), _LINKS.c.of_article_id),
        ),
        mappings(
            connection,
            select(_EVENTS)
            .where(or_(_EVENTS.c.story_id == story_id, _EVENTS.c.other_story_id == story_id))
            .order_by(_EVENTS.c.id),
        ),
    )
