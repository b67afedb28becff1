"""What articles claim of themselves, read back as records, and what is put together from them and their copies."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.orm import Session, aliased

from ingest.records import Attribution, Byline, Evidence, EvidenceKind, Hop, StoryCopy
from ingest.store import versions
from ingest.store.bulk import chunks, table_of, upsert
from ingest.store.models import Article, ArticleVersion, BylineRow, HopRow, Person, Publisher, Trail
from ingest.store.types import ArticleStatus

DECIDED = ("original_publisher", "original_url", "agency")
"""Fields of which a trail keeps the evidence: those that copies may decide."""

_DELIVERER, _ORIGINAL = aliased(Publisher), aliased(Publisher)


@dataclass(frozen=True, slots=True)
class Told:
    """An article as it tells of itself, and the version that does."""

    copy: StoryCopy
    version_id: int


def own(session: Session, article_ids: Collection[int]) -> dict[int, Told]:
    """What these articles' current versions claim, nothing of their copies; those taken down left out."""
    rows: list[RowMapping] = []
    for chunk in chunks(sorted(article_ids)):
        rows += session.execute(_versions().where(Article.id.in_(chunk))).mappings()
    ids = [row["version_id"] for row in rows]
    hops, bylines = _hops(session, ids), _bylines(session, ids)
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
                    **{name: row[name] for name in versions.STATED},
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


def readings(session: Session, article_ids: Collection[int]) -> dict[int, Reading]:
    """The current versions of these articles, those taken down left out."""
    found: dict[int, Reading] = {}
    for chunk in chunks(sorted(article_ids)):
        statement = (
            select(Article.id, ArticleVersion.text, ArticleVersion.published_at, Article.first_seen_at)
            .join(ArticleVersion, ArticleVersion.id == Article.current_version_id)
            .where(Article.id.in_(chunk), Article.status != ArticleStatus.TOMBSTONED)
        )
        found |= {row.id: Reading(*row) for row in session.execute(statement)}
    return found


def keep(session: Session, informed: Mapping[int, tuple[int, Attribution]], *, now: datetime) -> None:
    """Store the trails of articles: article → version and attribution."""
    rows = [
        _row(article_id, version_id, stated, now)
        for article_id, (version_id, stated) in sorted(informed.items())
    ]
    if rows:
        statement = upsert(session, Trail)
        new = {name: statement.excluded[name] for name in rows[0] if name != "article_id"}
        session.execute(statement.on_conflict_do_update(index_elements=["article_id"], set_=new), rows)


def drop(session: Session, article_ids: Collection[int]) -> None:
    """Of these articles their own claims alone hold again."""
    table = table_of(Trail)
    for chunk in chunks(sorted(article_ids)):
        session.execute(delete(table).where(table.c.article_id.in_(chunk)))


# --------------------------------------------------------------------------- rows as records


def _versions() -> Any:
    return (
        select(
            Article.id.label("article_id"),
            Article.url,
            Article.first_seen_at,
            ArticleVersion.id.label("version_id"),
            ArticleVersion.published_at,
            ArticleVersion.evidence,
            *(getattr(ArticleVersion, name) for name in versions.STATED),
            _DELIVERER.name.label("deliverer"),
            _DELIVERER.domain.label("deliverer_domain"),
            _ORIGINAL.name.label("original"),
            _ORIGINAL.domain.label("original_domain"),
        )
        .join(ArticleVersion, ArticleVersion.id == Article.current_version_id)
        .outerjoin(_DELIVERER, _DELIVERER.id == ArticleVersion.publisher_id)
        .outerjoin(_ORIGINAL, _ORIGINAL.id == ArticleVersion.original_publisher_id)
        .where(Article.status != ArticleStatus.TOMBSTONED)
    )


def _hops(session: Session, version_ids: Collection[int]) -> dict[int, list[Hop]]:
    found: dict[int, list[Hop]] = defaultdict(list)
    for chunk in chunks(sorted(version_ids)):
        statement = (
            select(HopRow, Publisher.name, Publisher.domain)
            .outerjoin(Publisher, Publisher.id == HopRow.publisher_id)
            .where(HopRow.version_id.in_(chunk))
            .order_by(HopRow.position)
        )
        for hop, name, domain in session.execute(statement):
            told = _evidence(hop.evidence)
            found[hop.version_id].append(
                Hop(hop.position, name, hop.url, hop.role, hop.confidence, told, domain)
            )
    return found


def _bylines(session: Session, version_ids: Collection[int]) -> dict[int, list[Byline]]:
    found: dict[int, list[Byline]] = defaultdict(list)
    for chunk in chunks(sorted(version_ids)):
        statement = (
            select(BylineRow, Person.name)
            .join(Person, Person.id == BylineRow.person_id)
            .where(BylineRow.version_id.in_(chunk))
            .order_by(BylineRow.ordinal)
        )
        for byline, name in session.execute(statement):
            told = _evidence(byline.evidence)
            found[byline.version_id].append(Byline(name, byline.role, byline.hop_position, told))
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
                "url": hop.url,
                "role": hop.role.value,
                "confidence": hop.confidence,
                "evidence": versions.evidence_json(hop.evidence),
            }
            for hop in stated.hops
        ],
        "bylines": [
            {
                "name": byline.name,
                "role": byline.role,
                "hop_position": byline.hop,
                "evidence": versions.evidence_json(byline.evidence),
            }
            for byline in stated.bylines
        ],
        "evidence": {
            name: versions.evidence_json(why) for name, why in stated.evidence.items() if name in DECIDED
        },
    }
