"""What articles claim of themselves, read back as records, and what is put together from them and their copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, Connection, RowMapping, Select, bindparam, delete, select

from ingest.records import Attribution, Byline, Evidence, EvidenceKind, Hop, StoryCopy
from ingest.store import derived
from ingest.store.bulk import chunks, dialect_of, renewal, run, table_of
from ingest.store.models import Article, ArticleVersion, BylineRow, HopRow, Person, Publisher, Trail
from ingest.store.types import ArticleStatus

DECIDED = ("original_publisher", "original_url", "agency")
"""Fields of which a trail keeps the evidence: those that copies may decide."""

_DELIVERER, _ORIGINAL = (table_of(Publisher).alias(name) for name in ("deliverer", "original"))


@dataclass(frozen=True, slots=True)
class Told:
    """An article as it tells of itself, and the version that does."""

    copy: StoryCopy
    version_id: int


def own(connection: Connection, article_ids: Collection[int]) -> dict[int, Told]:
    """What these articles' current versions claim, nothing of their copies; those taken down left out."""
    rows: list[RowMapping] = []
    for chunk in chunks(sorted(article_ids)):
        rows += connection.execute(_versions(), {"ids": chunk}).mappings()
    ids = [row["version_id"] for row in rows]
    hops, bylines = _hops(connection, ids), _bylines(connection, ids)
    return {
        row["article_id"]: Told(
            StoryCopy(
                row["article_id"],
                Attribution(
                    bylines=tuple(bylines[row["version_id"]]),
                    hops=tuple(hops[row["version_id"]]),
                    publisher=row["deliverer"],
                    publisher_domain=row["deliverer_domain"],
                    original_publisher=row["original"],
                    original_publisher_domain=row["original_domain"],
                    evidence={name: _evidence(why) for name, why in row["evidence"].items()},
                    **{name: row[name] for name in derived.STATED},
                ),
                url=row["url"],
                published=row["published_at"],
                first_seen=row["first_seen_at"],
            ),
            row["version_id"],
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Reading:
    """The clean text of an article and when it came."""

    article_id: int
    text: str
    published: datetime | None
    first_seen: datetime

    @property
    def age(self) -> tuple[datetime, datetime, int]:
        """Of two copies the one with the lesser age came first, as far as their times tell."""
        return (self.published or self.first_seen, self.first_seen, self.article_id)


def readings(connection: Connection, article_ids: Collection[int]) -> dict[int, Reading]:
    """The current versions of these articles, those taken down left out."""
    found: dict[int, Reading] = {}
    for chunk in chunks(sorted(article_ids)):
        found |= {row.id: Reading(*row) for row in connection.execute(_readings(), {"ids": chunk})}
    return found


def keep(connection: Connection, informed: Mapping[int, tuple[int, Attribution]], *, now: datetime) -> None:
    """Store the trails of articles: article → version and attribution."""
    rows = [
        _row(article_id, version_id, stated, now)
        for article_id, (version_id, stated) in sorted(informed.items())
    ]
    if rows:
        run(
            connection,
            renewal(dialect_of(connection), table_of(Trail), ("article_id",), tuple(rows[0])),
            rows,
        )


def drop(connection: Connection, article_ids: Collection[int]) -> None:
    """Of these articles their own claims alone hold again."""
    run(connection, _DROP, [{"article": article_id} for article_id in sorted(article_ids)])


# --------------------------------------------------------------------------- rows as records


# Statements are made once: to make one takes as long as to run it.
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_TRAILS = table_of(Trail)
_DROP = delete(_TRAILS).where(_TRAILS.c.article_id == bindparam("article"))


@cache
def _readings() -> Select[int, str, datetime | None, datetime]:
    return (
        select(Article.id, ArticleVersion.text, ArticleVersion.published_at, Article.first_seen_at)
        .join(ArticleVersion, ArticleVersion.id == Article.current_version_id)
        .where(Article.id.in_(_IDS), Article.status != ArticleStatus.TOMBSTONED)
    )


@cache
def _versions() -> Select[Any]:
    return (
        select(
            Article.id.label("article_id"),
            Article.url,
            Article.first_seen_at,
            ArticleVersion.id.label("version_id"),
            ArticleVersion.published_at,
            ArticleVersion.evidence,
            *(getattr(ArticleVersion, name) for name in derived.STATED),
            _DELIVERER.c.name.label("deliverer"),
            _DELIVERER.c.domain.label("deliverer_domain"),
            _ORIGINAL.c.name.label("original"),
            _ORIGINAL.c.domain.label("original_domain"),
        )
        .join(ArticleVersion, ArticleVersion.id == Article.current_version_id)
        .outerjoin(_DELIVERER, _DELIVERER.c.id == ArticleVersion.publisher_id)
        .outerjoin(_ORIGINAL, _ORIGINAL.c.id == ArticleVersion.original_publisher_id)
        .where(Article.id.in_(_IDS), Article.status != ArticleStatus.TOMBSTONED)
    )


@cache
def _hops_of() -> Select[Any]:
    table = table_of(HopRow)
    return (
        select(table, Publisher.name, Publisher.domain)
        .outerjoin(Publisher, Publisher.id == table.c.publisher_id)
        .where(table.c.version_id.in_(_IDS))
        .order_by(table.c.position)
    )


@cache
def _bylines_of() -> Select[Any]:
    table = table_of(BylineRow)
    return (
        select(table, Person.name)
        .join(Person, Person.id == table.c.person_id)
        .where(table.c.version_id.in_(_IDS))
        .order_by(table.c.ordinal)
    )


def _hops(connection: Connection, version_ids: Collection[int]) -> dict[int, list[Hop]]:
    found: dict[int, list[Hop]] = defaultdict(list)
    for chunk in chunks(sorted(version_ids)):
        for hop in connection.execute(_hops_of(), {"ids": chunk}):
            told = _evidence(hop.evidence)
            found[hop.version_id].append(
                Hop(hop.position, hop.name, hop.url, hop.role, hop.confidence, told, hop.domain)
            )
    return found


def _bylines(connection: Connection, version_ids: Collection[int]) -> dict[int, list[Byline]]:
    found: dict[int, list[Byline]] = defaultdict(list)
    for chunk in chunks(sorted(version_ids)):
        for byline in connection.execute(_bylines_of(), {"ids": chunk}):
            told = _evidence(byline.evidence)
            found[byline.version_id].append(Byline(byline.name, byline.role, byline.hop_position, told))
    return found


def _evidence(rows: Iterable[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(
        Evidence(EvidenceKind(row["kind"]), row["place"], row["quote"], row["confidence"]) for row in rows
    )


# --------------------------------------------------------------------------- records as rows


def _row(article_id: int, version_id: int, stated: Attribution, now: datetime) -> dict[str, Any]:
    hands = [hop.publisher or hop.url for hop in stated.hops]
    return {
        "article_id": article_id,
        "version_id": version_id,
        "made_at": now,
        "authors": "; ".join(byline.name for byline in stated.authors) or None,
        "original_publisher": stated.original_publisher,
        "original_publisher_url": stated.original_publisher_url,
        "original_url": stated.original_url,
        "agency": stated.agency,
        "chain": " → ".join(hand for hand in hands if hand) or None,
        "hops": [
            {
                "position": hop.position,
                "publisher": hop.publisher,
                "domain": hop.domain,
                "url": hop.url,
                "role": hop.role.value,
                "confidence": hop.confidence,
                "evidence": hop.evidence,
            }
            for hop in stated.hops
        ],
        "bylines": [
            {
                "name": byline.name,
                "role": byline.role,
                "hop_position": byline.hop,
                "evidence": byline.evidence,
            }
            for byline in stated.bylines
        ],
        "evidence": {name: why for name, why in stated.evidence.items() if name in DECIDED},
    }
