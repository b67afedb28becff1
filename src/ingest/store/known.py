"""What the store knows of a feed's articles, for deciding which entries are new or edited."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select, union

from ingest.records import EntryKeys, KnownArticle, Withheld
from ingest.store import templates
from ingest.store.bulk import rows_of, table_of
from ingest.store.models import Article, ArticleVersion, Sighting
from ingest.store.models_articles import KEYS, key_column
from ingest.store.types import ArticleStatus
from ingest.store.withholding import withheld


def known_items(connection: Connection, feed_id: int) -> dict[bytes, int]:
    """Digest of each raw item that stands in the feed now → its article. Such items need not be read again."""
    return dict(rows_of(connection, _KNOWN_ITEMS, {"feed": feed_id}))


def before(connection: Connection, feed_id: int) -> tuple[dict[bytes, int], bytes | None]:
    """What a poll needs before it reads a document: the items that stand in the feed, the memory of its templates."""
    return known_items(connection, feed_id), templates.load(connection, feed_id)


def about(
    connection: Connection, feed_id: int, keys: Sequence[EntryKeys]
) -> tuple[list[KnownArticle], Withheld]:
    """What decides on entries of these keys: the articles that have some of them, and what takedowns say."""
    return known_articles(connection, feed_id, keys), withheld(connection, feed_id, keys)


def known_articles(connection: Connection, feed_id: int, keys: Sequence[EntryKeys]) -> list[KnownArticle]:
    """The feed's articles that share any key with any of `keys`, by id; those taken down left out."""
    found: dict[int, KnownArticle] = {}
    for start in range(0, len(keys), _AT_ONCE):
        some = keys[start : start + _AT_ONCE]
        places = 1 << (len(some) - 1).bit_length()
        bound = {
            f"{name}_{place}": getattr(some[min(place, len(some) - 1)], name)
            for name in KEYS
            for place in range(places)
        }
        for row in rows_of(connection, _known_articles(places), {"feed": feed_id, **bound}):
            found[row[0]] = _known(row)
    return [found[article_id] for article_id in sorted(found)]


_AT_ONCE = 128
"""Entries asked about in one statement."""

_SIGHTINGS = table_of(Sighting)
_KNOWN_ITEMS = select(_SIGHTINGS.c.item_digest, _SIGHTINGS.c.article_id).where(
    _SIGHTINGS.c.feed_id == bindparam("feed"),
    _SIGHTINGS.c.left_at.is_(None),
    _SIGHTINGS.c.item_digest.is_not(None),
)


@cache
def _known_articles(places: int) -> Select[Any]:
    """Those with any of the keys of so many entries, each key looked up by its own index.

    Where entries are fewer the last stands in the places left: so eight statements are made, each once.
    """
    articles, version = table_of(Article), table_of(ArticleVersion)
    by_key = union(
        *(
            select(articles.c.id).where(
                articles.c.feed_id == bindparam("feed"),
                column.in_([bindparam(f"{name}_{place}", type_=column.type) for place in range(places)]),
            )
            for name in KEYS
            for column in [articles.c[key_column(name)]]
        )
    ).subquery("by_key")
    return (
        select(
            articles.c.id,
            articles.c.versions,
            version.c.digest,
            *(articles.c[key_column(name)] for name in KEYS),
        )
        .join(by_key, by_key.c.id == articles.c.id)
        .join(version, version.c.id == articles.c.current_version_id)
        .where(articles.c.status != ArticleStatus.TOMBSTONED)
    )


def _known(row: tuple[Any, ...]) -> KnownArticle:
    article_id, versions, digest, *own = row
    return KnownArticle(article_id, EntryKeys(**dict(zip(KEYS, own, strict=True))), digest, versions)
