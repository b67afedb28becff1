"""Which entries stand in a feed: since when, and until when they were seen there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select, update

from ingest.store.bulk import chunks, dialect_of, renewal, run, table_of, update_all
from ingest.store.models import Sighting


class Sighted(NamedTuple):
    """What a document shows of its feed. `partial`: it shows a part, so absence says nothing."""

    feed_id: int
    items: Mapping[int, bytes]  # articles as they stand in it, each with the digest of its raw item
    articles: Collection[int | None]  # others that stand in it
    digests: Collection[bytes]  # of all raw items
    partial: bool
    at: datetime


class _Standing(NamedTuple):
    """A sighting that has not ended."""

    id: int
    article_id: int
    item_digest: bytes | None


def note(connection: Connection, documents: Sequence[Sighted]) -> None:
    """Note which articles stand in these feeds now, and which left them."""
    standing = _standing(connection, [document.feed_id for document in documents])
    fresh: list[dict[str, Any]] = []
    left: list[dict[str, Any]] = []
    seen: list[dict[str, Any]] = []
    for document in documents:
        current = standing[document.feed_id]
        fresh += _fresh(document, {row.article_id: row.item_digest for row in current})
        gone = {row.id for row in current if not _stands(row, document)}
        if document.partial:
            seen += [{"id": row.id, "last_seen_at": document.at} for row in current if row.id not in gone]
        else:
            left += [{"id": number, "left_at": document.at} for number in sorted(gone)]
    if fresh:
        key, names = ("feed_id", "article_id"), tuple(fresh[0])
        run(
            connection,
            renewal(dialect_of(connection), table_of(Sighting), key, names, kept=("first_seen_at",)),
            fresh,
        )
    update_all(connection, Sighting, left)
    update_all(connection, Sighting, seen)
    whole = [{"feed": document.feed_id, "now": document.at} for document in documents if not document.partial]
    run(connection, _SEEN_AGAIN, whole)


def _fresh(document: Sighted, known: Mapping[int, bytes | None]) -> list[dict[str, Any]]:
    """Rows of what stands there anew, or as another item than before."""
    return [
        {
            "feed_id": document.feed_id,
            "article_id": article_id,
            "item_digest": digest or None,
            "first_seen_at": document.at,
            "last_seen_at": document.at,
            "left_at": None,
        }
        for article_id, digest in sorted(document.items.items())
        if article_id not in known or known[article_id] != (digest or None)
    ]


def _stands(row: _Standing, document: Sighted) -> bool:
    return (
        row.article_id in document.items
        or row.article_id in document.articles
        or row.item_digest in document.digests
    )


def _standing(connection: Connection, feed_ids: Sequence[int]) -> Mapping[int, list[_Standing]]:
    """The sightings of each feed that have not ended."""
    found: dict[int, list[_Standing]] = defaultdict(list)
    for ids in chunks(feed_ids):
        for feed_id, *row in connection.execute(_STANDING, {"feeds": ids}):
            found[feed_id].append(_Standing(*row))
    return found


_SIGHTINGS = table_of(Sighting)
_STANDING = select(
    _SIGHTINGS.c.feed_id, _SIGHTINGS.c.id, _SIGHTINGS.c.article_id, _SIGHTINGS.c.item_digest
).where(_SIGHTINGS.c.feed_id.in_(bindparam("feeds", expanding=True)), _SIGHTINGS.c.left_at.is_(None))
_SEEN_AGAIN = (
    update(_SIGHTINGS)
    .where(_SIGHTINGS.c.feed_id == bindparam("feed"), _SIGHTINGS.c.left_at.is_(None))
    .values(last_seen_at=bindparam("now"))
)
