"""What was learned of each feed's recurring blocks: kept beside its articles, written in the poll's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, RowMapping, bindparam, delete, select

from ingest.records import FeedLearning
from ingest.store.bulk import dialect_of, renewal, rows_of, run, table_of
from ingest.store.models import Template, TemplateMemory

_TEMPLATES = table_of(Template)
_MEMORIES = table_of(TemplateMemory)
_MEMORY = select(_MEMORIES.c.memory).where(_MEMORIES.c.feed_id == bindparam("feed"))
_KNOWN = select(_TEMPLATES.c.feed_id, _TEMPLATES.c.signature).where(
    _TEMPLATES.c.feed_id.in_(bindparam("feeds", expanding=True))
)
_FORGET = delete(_TEMPLATES).where(
    _TEMPLATES.c.feed_id == bindparam("feed"), _TEMPLATES.c.signature == bindparam("gone")
)


def load(connection: Connection, feed_id: int) -> bytes | None:
    """The feed's packed memory; None when nothing was learned yet."""
    return next((memory for (memory,) in rows_of(connection, _MEMORY, {"feed": feed_id})), None)


def learned(connection: Connection, feed_id: int) -> Sequence[RowMapping]:
    """The feed's templates, the most seen first."""
    table = table_of(Template)
    statement = (
        select(table).where(table.c.feed_id == feed_id).order_by(table.c.articles.desc(), table.c.signature)
    )
    return connection.execute(statement).mappings().all()


def save(connection: Connection, taught: Sequence[tuple[int, FeedLearning, datetime]]) -> None:
    """Replace what is remembered of each feed, and make its templates those it taught by then: others are forgotten."""
    dialect = dialect_of(connection)
    memories = [
        {"feed_id": feed_id, "memory": learning.memory, "updated_at": now}
        for feed_id, learning, now in taught
    ]
    if not memories:
        return
    run(connection, renewal(dialect, table_of(TemplateMemory), ("feed_id",), tuple(memories[0])), memories)
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
        for feed_id, learning, _ in taught
        for template in learning.templates
    ]
    kept = {(row["feed_id"], row["signature"]) for row in rows}
    known = connection.execute(_KNOWN, {"feeds": [feed_id for feed_id, *_ in taught]})
    gone = [{"feed": feed_id, "gone": signature} for feed_id, signature in known]
    run(connection, _FORGET, [row for row in gone if (row["feed"], row["gone"]) not in kept])
    if rows:
        run(connection, renewal(dialect, table_of(Template), ("feed_id", "signature"), tuple(rows[0])), rows)
