"""What the store knows of a feed's articles, for deciding which entries are new or edited."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select
from sqlalchemy.orm import Session

from ingest.records import EntryKeys, KnownArticle
from ingest.store.bulk import chunks, table_of
from ingest.store.models import Article, ArticleVersion, Sighting
from ingest.store.models_articles import KEYS, key_column
from ingest.store.types import ArticleStatus


def known_items(session: Session, feed_id: int) -> dict[bytes, int]:
    """Digest of each raw item that stands in the feed now → its article. Such items need not be read again."""
    statement = select(Sighting.item_digest, Sighting.article_id).where(
        Sighting.feed_id == feed_id, Sighting.left_at.is_(None), Sighting.item_digest.is_not(None)
    )
    return {digest: article for digest, article in session.execute(statement) if digest}


def known_articles(session: Session, feed_id: int, keys: Sequence[EntryKeys]) -> list[KnownArticle]:
    """The feed's articles that share any key with any of `keys`, by id; those taken down left out."""
    found: dict[int, KnownArticle] = {}
    for name in KEYS:
        for chunk in chunks(_values(keys, name)):
            for row in session.execute(_articles_by(name), {"feed": feed_id, "values": chunk}):
                found[row.id] = _known(row)
    return [found[article_id] for article_id in sorted(found)]


@lru_cache
def _articles_by(key: str) -> Select[Any]:
    articles = table_of(Article)
    return (
        select(
            articles.c.id,
            articles.c.versions,
            ArticleVersion.digest,
            *(articles.c[key_column(name)] for name in KEYS),
        )
        .join(ArticleVersion, ArticleVersion.id == articles.c.current_version_id)
        .where(articles.c.feed_id == bindparam("feed"), articles.c.status != ArticleStatus.TOMBSTONED)
        .where(articles.c[key_column(key)].in_(bindparam("values", expanding=True)))
    )


def _values(keys: Iterable[EntryKeys], name: str) -> list[bytes]:
    return sorted({value for key in keys if (value := getattr(key, name)) is not None})


def _known(row: Row[Any]) -> KnownArticle:
    keys = EntryKeys(**{name: getattr(row, key_column(name)) for name in KEYS})
    return KnownArticle(row.id, keys, row.digest, row.versions)
