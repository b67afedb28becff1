"""What the store knows of a feed's articles, for deciding which entries are new, edited or withheld."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache, lru_cache
from itertools import zip_longest
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Row, Select, bindparam, select, union_all
from sqlalchemy.orm import Session

from ingest.records import EntryKeys, KnownArticle
from ingest.store.bulk import chunks, table_of
from ingest.store.models import Article, ArticleVersion, Sighting, Takedown
from ingest.store.models_articles import KEYS, key_column
from ingest.store.types import ArticleStatus

WITHHOLDING = ("guid", "url_key", "content")
"""Of the keys, those that a takedown withholds by."""


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


def withheld(session: Session, feed_id: int, keys: Sequence[EntryKeys]) -> frozenset[bytes]:
    """Those digests among `keys` that a takedown in force names, or that an article taken down here had.

    A link and a text are withheld wherever they turn up, a guid only in its own feed.
    """
    found: set[bytes] = set()
    columns = [list(chunks(_values(keys, name))) for name in WITHHOLDING]
    for values in zip_longest(*columns, fillvalue=()):
        bound = dict(zip(WITHHOLDING, values, strict=True))
        found.update(session.scalars(_withheld(), {"feed": feed_id, **bound}))
    return frozenset(found)


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


@cache
def _withheld() -> CompoundSelect[Any]:
    """All keys of takedowns and tombstones among those asked for, in one statement."""
    removed, held = table_of(Takedown), table_of(Article)
    selects = []
    for name in WITHHOLDING:
        column = removed.c[key_column(name)]
        asked: BindParameter[Any] = bindparam(name, expanding=True)
        in_force = select(column).where(removed.c.lifted_at.is_(None), column.in_(asked))
        if name == "guid":
            in_force = in_force.where(removed.c.feed_id == bindparam("feed"))
        gone = held.c[key_column(name)]
        tombstones = select(gone).where(
            held.c.feed_id == bindparam("feed"), held.c.status == ArticleStatus.TOMBSTONED, gone.in_(asked)
        )
        selects += [in_force, tombstones]
    return union_all(*selects)


def is_withheld(keys: EntryKeys, digests: Collection[bytes]) -> bool:
    return any(key in digests for key in (getattr(keys, name) for name in WITHHOLDING) if key is not None)


def _values(keys: Iterable[EntryKeys], name: str) -> list[bytes]:
    return sorted({value for key in keys if (value := getattr(key, name)) is not None})


def _known(row: Row[Any]) -> KnownArticle:
    keys = EntryKeys(**{name: getattr(row, key_column(name)) for name in KEYS})
    return KnownArticle(row.id, keys, row.digest, row.versions)
