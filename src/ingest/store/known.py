"""What the store knows of a feed's articles, for deciding which entries are new, edited or withheld."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from ingest.records import EntryKeys, KnownArticle
from ingest.store.bulk import chunks, table_of
from ingest.store.models import Article, ArticleVersion, Sighting, Takedown
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
    articles = table_of(Article)
    statement = (
        select(
            articles.c.id,
            articles.c.versions,
            ArticleVersion.digest,
            *(articles.c[key_column(n)] for n in KEYS),
        )
        .join(ArticleVersion, ArticleVersion.id == articles.c.current_version_id)
        .where(articles.c.feed_id == feed_id, articles.c.status != ArticleStatus.TOMBSTONED)
    )
    found: dict[int, KnownArticle] = {}
    for name in KEYS:
        column = articles.c[key_column(name)]
        for chunk in chunks(_values(keys, name)):
            for row in session.execute(statement.where(column.in_(chunk))):
                found[row.id] = _known(row)
    return [found[article_id] for article_id in sorted(found)]


def withheld(session: Session, feed_id: int, keys: Sequence[EntryKeys]) -> frozenset[bytes]:
    """Those digests among `keys` that a takedown in force names, or that an article taken down here had.

    A link and a text are withheld wherever they turn up, a guid only in its own feed.
    """
    found: set[bytes] = set()
    for name in ("guid", "url_key", "content"):
        removed = table_of(Takedown).c[key_column(name)]
        held = table_of(Article).c[key_column(name)]
        in_force = select(removed).where(Takedown.lifted_at.is_(None))
        if name == "guid":
            in_force = in_force.where(Takedown.feed_id == feed_id)
        tombstones = select(held).where(
            Article.feed_id == feed_id, Article.status == ArticleStatus.TOMBSTONED
        )
        for chunk in chunks(_values(keys, name)):
            found.update(session.scalars(in_force.where(removed.in_(chunk))))
            found.update(session.scalars(tombstones.where(held.in_(chunk))))
    return frozenset(found)


def is_withheld(keys: EntryKeys, digests: Collection[bytes]) -> bool:
    return any(key in digests for key in (keys.guid, keys.url_key, keys.content) if key is not None)


def _values(keys: Iterable[EntryKeys], name: str) -> list[bytes]:
    return sorted({value for key in keys if (value := getattr(key, name)) is not None})


def _known(row: Row[Any]) -> KnownArticle:
    keys = EntryKeys(**{name: getattr(row, key_column(name)) for name in KEYS})
    return KnownArticle(row.id, keys, row.digest, row.versions)
