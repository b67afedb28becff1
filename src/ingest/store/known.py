"""What the store knows of a feed's articles, for deciding which entries are new, edited or withheld."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cache
from itertools import zip_longest
from typing import Any

from sqlalchemy import BindParameter, CompoundSelect, Row, Select, bindparam, select, union, union_all
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
    return {row.item_digest: row.article_id for row in session.execute(_KNOWN_ITEMS, {"feed": feed_id})}


def about(
    session: Session, feed_id: int, keys: Sequence[EntryKeys]
) -> tuple[list[KnownArticle], frozenset[bytes]]:
    """What decides on entries of these keys: `known_articles`, and what is `withheld`."""
    return known_articles(session, feed_id, keys), withheld(session, feed_id, keys)


def known_articles(session: Session, feed_id: int, keys: Sequence[EntryKeys]) -> list[KnownArticle]:
    """The feed's articles that share any key with any of `keys`, by id; those taken down left out."""
    found: dict[int, KnownArticle] = {}
    columns = [list(chunks(_values(keys, name))) for name in KEYS]
    for values in zip_longest(*columns, fillvalue=()):
        bound = dict(zip(KEYS, values, strict=True))
        for row in session.execute(_known_articles(), {"feed": feed_id, **bound}):
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


_SIGHTINGS = table_of(Sighting)
_KNOWN_ITEMS = select(_SIGHTINGS.c.item_digest, _SIGHTINGS.c.article_id).where(
    _SIGHTINGS.c.feed_id == bindparam("feed"),
    _SIGHTINGS.c.left_at.is_(None),
    _SIGHTINGS.c.item_digest.is_not(None),
)


@cache
def _known_articles() -> Select[Any]:
    """Those with any of the keys, each key looked up by its own index."""
    articles, version = table_of(Article), table_of(ArticleVersion)
    by_key = union(
        *(
            select(articles.c.id).where(
                articles.c.feed_id == bindparam("feed"),
                articles.c[key_column(name)].in_(bindparam(name, expanding=True)),
            )
            for name in KEYS
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
