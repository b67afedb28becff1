"""What was learned of each feed's recurring blocks: kept beside its articles, written in the poll's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, delete, select
from sqlalchemy.orm import Session

from ingest.records import FeedLearning
from ingest.store.bulk import table_of, upsert
from ingest.store.models import Template, TemplateMemory


def load(session: Session, feed_id: int) -> bytes | None:
    """The feed's packed memory; None when nothing was learned yet."""
    return session.scalar(select(TemplateMemory.memory).where(TemplateMemory.feed_id == feed_id))


def learned(session: Session, feed_id: int) -> Sequence[RowMapping]:
    """The feed's templates, the most seen first."""
    table = table_of(Template)
    statement = (
        select(table).where(table.c.feed_id == feed_id).order_by(table.c.articles.desc(), table.c.signature)
    )
    return session.execute(statement).mappings().all()


def save(session: Session, feed_id: int, learning: FeedLearning, *, now: datetime) -> None:
    """Replace what is remembered of a feed, and make its templates those of `learning`: others are forgotten."""
    memory = {"feed_id": feed_id, "memory": learning.memory, "updated_at": now}
    renewal = upsert(session, TemplateMemory)
    session.execute(
        renewal.on_conflict_do_update(
            index_elements=["feed_id"],
            set_={"memory": renewal.excluded.memory, "updated_at": renewal.excluded.updated_at},
        ),
        memory,
    )
    table = table_of(Template)
    kept = [template.signature for template in learning.templates]
    session.execute(delete(table).where(table.c.feed_id == feed_id, table.c.signature.not_in(kept)))
    rows = [
        {
            "feed_id": feed_id,
            "signature": template.signature,
            "masked": template.masked,
            "kind": template.kind,
            "articles": template.stories,
            "confidence": template.confidence,
            "first_seen_at": template.first_seen_at,
            "last_seen_at": template.last_seen_at,
        }
        for template in learning.templates
    ]
    if rows:
        statement = upsert(session, Template)
        renewed = {name: statement.excluded[name] for name in rows[0].keys() - {"feed_id", "signature"}}
        session.execute(
            statement.on_conflict_do_update(index_elements=["feed_id", "signature"], set_=renewed), rows
        )
