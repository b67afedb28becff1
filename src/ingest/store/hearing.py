"""Which articles of a story are heard when others join it, so that a copy costs the same however many there are.

A bulletin that is repeated every ten minutes makes a story of thousands. What a copy says is told to the first ones and
to those that join with it; the others keep what they were told until a person or a takedown changes the story, or a
copy leaves it: then all are heard anew.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, select

from ingest.records import CopyRelation
from ingest.store.bulk import chunks, table_of
from ingest.store.models import Article, Story, StoryLinkRow
from ingest.store.types import ArticleStatus

MOST = 50
"""Articles of a story, the first ones, that are heard whoever joins."""

_ARTICLES, _STORIES, _LINKS = table_of(Article), table_of(Story), table_of(StoryLinkRow)

# Statements are made once: to make one takes as long as to run it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_OTHERS: BindParameter[Any] = bindparam("others", expanding=True)
_INSIDE = (
    select(_ARTICLES.c.id)
    .where(_ARTICLES.c.story_id == bindparam("story"), _ARTICLES.c.status != ArticleStatus.TOMBSTONED)
    .order_by(_ARTICLES.c.id)
)
_FIRST = _INSIDE.limit(MOST)
_OF_THESE = _INSIDE.where(_ARTICLES.c.id.in_(_IDS))
_SPEAKERS = select(_STORIES.c.speakers).where(_STORIES.c.id == bindparam("story"))
_EXCERPTS = select(_LINKS.c.article_id).where(
    _LINKS.c.article_id.in_(_IDS),
    _LINKS.c.of_article_id.in_(_OTHERS),
    _LINKS.c.relation == CopyRelation.EXCERPT_OF,
    _LINKS.c.revoked_at.is_(None),
)


def heard(connection: Connection, story_id: int, joined: Collection[int]) -> set[int]:
    """The first articles of a story, those whose word decided so far, and those that have joined."""
    found = set(connection.scalars(_FIRST, {"story": story_id}))
    speakers = connection.scalars(_SPEAKERS, {"story": story_id}).one() or ()
    for chunk in chunks(sorted({*speakers, *joined} - found)):
        found.update(connection.scalars(_OF_THESE, {"story": story_id, "ids": chunk}))
    return found


def excerpts(connection: Connection, article_ids: Collection[int]) -> set[int]:
    """Those of the articles that are excerpts of others of them."""
    some = list(chunks(sorted(article_ids)))
    asked = [{"ids": ids, "others": others} for ids in some for others in some]
    return {article_id for pair in asked for article_id in connection.scalars(_EXCERPTS, pair)}
