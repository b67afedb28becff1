"""What a feed takes back: its articles stay, marked with the reason and the time.

Two ways of saying so are heard. A tombstone (RFC 6721, at:deleted-entry) names the entry. A feed that says it lists all
there is (RFC 5005 §2, fh:complete) says it by leaving the entry out. Everywhere else an entry that is not in the
document any more has scrolled out of it, and only its sighting ends.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import Connection, Select, bindparam, func, select, update

from ingest.records import ParsedFeed, Tombstone
from ingest.store.bulk import chunks, run, table_of
from ingest.store.models import Article, ArticleVersion, Sighting
from ingest.store.types import ArticleStatus

DELETED = "the feed deleted it (RFC 6721)"
LEFT_OUT = "left out of a feed that lists all there is (RFC 5005)"

_ARTICLES = table_of(Article)
_SIGHTINGS = table_of(Sighting)
_UNMARK = (
    update(_ARTICLES)
    .where(
        _ARTICLES.c.id.in_(
            select(_SIGHTINGS.c.article_id).where(
                _SIGHTINGS.c.feed_id == bindparam("feed"), _SIGHTINGS.c.left_at.is_(None)
            )
        ),
        _ARTICLES.c.status == ArticleStatus.WITHDRAWN,
    )
    .values(status=ArticleStatus.ACTIVE, withdrawn_at=None, withdrawn_reason=None)
)


def unmark(connection: Connection, feed_ids: Iterable[int]) -> None:
    """Articles that stand in these feeds again are withdrawn no more. Sightings are those of the documents already."""
    run(connection, _UNMARK, [{"feed": feed_id} for feed_id in feed_ids])


def mark(connection: Connection, feed_id: int, parsed: ParsedFeed, *, partial: bool, now: datetime) -> None:
    """Mark what the document just read takes back. `partial`: it shows a part of the feed, so absence says nothing."""
    bury(connection, feed_id, parsed.tombstones, now=now)
    if parsed.complete and not partial:
        left = select(_SIGHTINGS.c.article_id).where(
            _SIGHTINGS.c.feed_id == feed_id, _SIGHTINGS.c.left_at == now
        )
        _withdraw(connection, left, now, LEFT_OUT)


def bury(connection: Connection, feed_id: int, tombstones: Collection[Tombstone], *, now: datetime) -> None:
    """Mark what tombstones name. An entry that stands in the feed is alive, unless it is older than its tombstone."""
    stones = {stone.ref: stone for stone in tombstones}
    for chunk in chunks(sorted(stones)):
        for row in connection.execute(_named(feed_id).where(_ARTICLES.c.guid.in_(chunk))):
            stone = stones[row.guid]
            older = stone.when is not None and row.dated is not None and row.dated < stone.when
            if older or not row.stands:
                reason = f"{DELETED}: {stone.comment}" if stone.comment else DELETED
                _withdraw(connection, [row.id], stone.when or now, reason)


def _named(feed_id: int) -> Select[tuple[int, str, datetime | None, bool]]:
    stands = (
        select(_SIGHTINGS.c.id)
        .where(
            _SIGHTINGS.c.feed_id == feed_id,
            _SIGHTINGS.c.article_id == _ARTICLES.c.id,
            _SIGHTINGS.c.left_at.is_(None),
        )
        .exists()
    )
    dated = func.coalesce(ArticleVersion.updated_at, ArticleVersion.published_at)
    return (
        select(_ARTICLES.c.id, _ARTICLES.c.guid, dated.label("dated"), stands.label("stands"))
        .join(ArticleVersion, ArticleVersion.id == _ARTICLES.c.current_version_id)
        .where(_ARTICLES.c.feed_id == feed_id, _ARTICLES.c.status == ArticleStatus.ACTIVE)
    )


def _withdraw(
    connection: Connection, ids: Collection[int] | Select[tuple[int]], at: datetime, reason: str
) -> None:
    connection.execute(
        update(_ARTICLES)
        .where(_ARTICLES.c.id.in_(ids), _ARTICLES.c.status == ArticleStatus.ACTIVE)
        .values(status=ArticleStatus.WITHDRAWN, withdrawn_at=at, withdrawn_reason=reason)
    )
