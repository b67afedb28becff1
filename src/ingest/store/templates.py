"""What was learned of each feed's recurring blocks: kept beside its articles, written in the poll's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import RowMapping, bindparam, delete, select
from sqlalchemy.orm import Session

from ingest.records import FeedLearning
from ingest.store.bulk import dialect_of, renewal, run, table_of
from ingest.store.models import Template, TemplateMemory

_TEMPLATES = table_of(Template)
_MEMORIES = table_of(TemplateMemory)
_MEMORY = select(_MEMORIES.c.memory).where(_MEMORIES.c.feed_id == bindparam("feed"))
_FORGET = delete(_TEMPLATES).where(
    _TEMPLATES.c.feed_id == bindparam("feed"),
    _TEMPLATES.c.signature.not_in(bindparam("kept", expanding=True)),
)


def load(session: Session, feed_id: int) -> bytes | None:
    """The feed's packed memory; None when nothing was learned yet."""
    memory: bytes | None = session.scalar(_MEMORY, {"feed": feed_id})
    return memory


def learned(session: Session, feed_id: int) -> Sequence[RowMapping]:
    """The feed's templates, the most seen first."""
    table = table_of(Template)
    statement = (
        select(table).where(table.c.feed_id == feed_id).order_by(table.c.articles.desc(), table.c.signature)
    )
    return session.execute(statement).mappings().all()


def save(session: Session, feed_id: int, learning: FeedLearning, *, now: datetime) -> None:
    """Replace what is remembered of a feed, and make its templates those of `learning`: others are forgotten."""
    dialect = dialect_of(session)
    memory = {"feed_id": feed_id, "memory": learning.memory, "updated_at": now}
    run(session, renewal(dialect, TemplateMemory, ("feed_id",), tuple(memory)), [memory])
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
    session.execute(_FORGET, {"feed": feed_id, "kept": [row["signature"] for row in rows]})
    if rows:
        run(session, renewal(dialect, Template, ("feed_id", "signature"), tuple(rows[0])), rows)
